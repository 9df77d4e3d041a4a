import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type Manifest } from './api-client.ts';
import { controlPlaneAssets } from './assets.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { kubectlOf, type Kubectl } from './kubectl.ts';
import { reportOf } from './read-json.test.support.ts';
import { NO_CONTROL_PLANE, real } from './real.test.support.ts';
import { kroot } from './run-kroot.ts';

const FOLDER = join(import.meta.dirname, '../../../deploy/kubernetes');
const assets = controlPlaneAssets(process.env);

describe.skipIf(NO_CONTROL_PLANE || 'reason' in assets)('deploy/kubernetes on a real server', () => {
  let kubectl: Kubectl | undefined;
  let made: readonly Manifest[] = [];

  const run = async (args: readonly string[], input?: string): Promise<string> => {
    if (kubectl === undefined) throw new Error('no kubectl');
    const { code, stdout, stderr } = await kubectl.run(args, input);
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
    return stdout;
  };

  beforeAll(async () => {
    if ('reason' in assets) return;
    const { plane } = real();
    kubectl = kubectlOf(join(assets.folder, 'kubectl'), plane.admin, plane.folder);
    // The kustomization, so that what it lists is what is applied; and all of it by the server's own rules.
    await run(['apply', '-f', join(FOLDER, 'namespace.yaml')]);
    await run(['apply', '-k', FOLDER, '--dry-run=server', '--validate=strict']);
    await run(['apply', '-k', FOLDER]);
    const text = await run(['get', '-k', FOLDER, '-o', 'json']);
    made = (JSON.parse(text) as { readonly items: readonly Manifest[] }).items;
  });

  afterAll(async () => {
    if (made.length > 0) await run(['delete', '-k', FOLDER, '--wait=false']);
  });

  it('is taken as it is', () => {
    expect(made.map(({ kind, metadata }) => `${kind}/${metadata.name}`).toSorted()).toEqual([
      'ClusterRole/kroot',
      'ClusterRoleBinding/kroot',
      'CronJob/kroot',
      'Namespace/kroot',
      'ServiceAccount/kroot',
    ]);
  });

  it('makes pods that the restricted policy of its namespace lets in', async () => {
    const [template] = made.filter(({ kind }) => kind === 'CronJob').map((job) => podTemplate(job));
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'kroot-now', namespace: 'kroot' }, ...template };
    await run(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod));
    // The policy is at work: it refuses the same pod without its security context.
    const lax = { ...pod, spec: { ...(template?.spec as Json), securityContext: {} } };
    const refused = await kubectl?.run(['create', '--dry-run=server', '-f', '-'], JSON.stringify(lax));
    expect(refused?.code).toBe(1);
    expect(refused?.stderr).toContain('violates PodSecurity "restricted:latest"');
  });

  it('lets its ServiceAccount see everything but Secrets', async () => {
    const { plane, api } = real();
    const token = await api.token('kroot', 'kroot');
    const file = join(plane.folder, 'deployed.kubeconfig');
    const kubeconfig = writeKubeconfig(file, { server: plane.server, ca: plane.ca }, { token });
    const args = ['diagnose', 'cluster', '-A', '-o', 'json', '--fail-on', 'never', '--kubeconfig', kubeconfig];
    const report = reportOf(await kroot(args));
    const forbidden = report.coverage.gaps.filter(({ state }) => state === 'forbidden').map(({ kind }) => kind);
    expect(forbidden).toEqual(['Secret']);
    const may = await run(['auth', 'can-i', '--list', '--as', 'system:serviceaccount:kroot:kroot']);
    expect(may).not.toMatch(/\b(?:watch|update|patch|delete|deletecollection|impersonate)\b/);
  });
});

function podTemplate(job: Manifest): { readonly spec: unknown } {
  const { jobTemplate } = job['spec'] as {
    readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: unknown } } };
  };
  return { spec: jobTemplate.spec.template.spec };
}
