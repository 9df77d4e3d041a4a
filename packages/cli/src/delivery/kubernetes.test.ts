import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { COMMANDS } from '../command-table.ts';
import { rbacManifests } from '../rbac/manifests.ts';
import { resourcesToRead } from '../rbac/rbac-command.ts';
import { toYaml } from '../rbac/to-yaml.ts';
import { kroot } from '../run.test.support.ts';
import { ROOT } from './npx.test.support.ts';

interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly rules?: readonly Rule[];
}

const FOLDER = join(ROOT, 'deploy/kubernetes');
const { resources: listed } = parse(readFileSync(join(FOLDER, 'kustomization.yaml'), 'utf8')) as {
  readonly resources: readonly string[];
};

const files = listed.flatMap((file) => ['-f', join(FOLDER, file)]);

function manifestsOf(file: string): readonly Manifest[] {
  return parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
}

describe('deploy/kubernetes', () => {
  it('is all listed by its kustomization', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(['kustomization.yaml', ...listed].toSorted());
  });

  it('grants exactly what kroot rbac --no-secrets prints, to a ServiceAccount in its own namespace', async () => {
    const { resources } = resourcesToRead([], false);
    const manifests = rbacManifests(resources, { accountNamespace: 'kroot' });
    const header = [
      '# Made from what the rules of kroot read, by a test: the same as kroot rbac --no-secrets, for namespace kroot.',
      '# Secrets are left out: Kubernetes cannot grant their names without their values. docs/permissions.md has more.',
      '',
    ].join('\n');
    await expect(`${header}${manifests.map((manifest) => toYaml(manifest)).join('---\n')}`).toMatchFileSnapshot(
      join(FOLDER, 'rbac.yaml'),
    );
    const { stdout } = await kroot(['rbac', '--no-secrets', '-o', 'json']);
    const printed = stdout.replaceAll('"namespace": "default"', '"namespace": "kroot"');
    expect(manifests).toEqual((JSON.parse(printed) as { readonly items: readonly unknown[] }).items);
  });

  it('grants get and list, nothing on Secrets, logs or whole groups of Kubernetes', () => {
    const rules = manifestsOf('rbac.yaml').flatMap((manifest) => manifest.rules ?? []);
    expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list']));
    const resources = rules.flatMap((rule) => rule.resources);
    expect(resources).toContain('pods');
    expect(resources.filter((name) => name === 'secrets' || name.includes('/'))).toEqual([]);
  });

  it('keeps everything that has a namespace in its own', () => {
    const all = listed.flatMap((file) => manifestsOf(file));
    const home = all.find(({ kind }) => kind === 'Namespace')?.metadata;
    expect(home?.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    const namespaced = all.filter(({ kind }) => kind !== 'Namespace' && !kind.startsWith('Cluster'));
    expect(namespaced.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
      ['ServiceAccount', home?.name],
      ['CronJob', home?.name],
    ]);
  });

  it('runs kroot with options that there are', async () => {
    const job = manifestsOf('cronjob.yaml')[0] as unknown as {
      readonly spec: {
        readonly jobTemplate: {
          readonly spec: {
            readonly template: { readonly spec: { readonly containers: readonly { readonly args: string[] }[] } };
          };
        };
      };
    };
    const args = job.spec.jobTemplate.spec.template.spec.containers[0]?.args ?? [];
    const { code, stdout, stderr } = await kroot([...args, '-f', join(ROOT, 'examples/broken-shop/cluster')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly type: string }).type);
    expect([types[0], types.at(-1)]).toEqual(['run', 'summary']);
  });

  it('has nothing that kroot finds fault with', async () => {
    const { code, stdout, stderr } = await kroot(['diagnose', 'cluster', ...files, '--fail-on', 'info']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^✔ No problems found/);
  });

  it.runIf(COMMANDS.has('check'))('passes kroot check', async () => {
    const { code, stdout } = await kroot(['check', ...files, '--fail-on', 'info']);
    expect({ code, stdout }).toEqual({ code: 0, stdout });
  });
});
