import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './npx.test.support.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const text = read('deploy/container/Containerfile').replaceAll('\\\n', ' ');
const instructions = text
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => /^(?<word>[A-Z]+) (?<rest>.*)$/.exec(line)?.groups ?? { word: line, rest: '' });
/** The instructions of the image itself, after the last FROM. */
const image = instructions.slice(instructions.findLastIndex(({ word }) => word === 'FROM'));
const only = (word: string): string => {
  const found = image.filter((instruction) => instruction['word'] === word);
  expect(found.length).toBe(1);
  return found[0]?.['rest'] ?? '';
};

interface Project {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly packageManager: string;
}

describe('Containerfile', () => {
  const project = JSON.parse(read('package.json')) as Project;
  const cli = JSON.parse(read('packages/cli/package.json')) as {
    readonly description: string;
    readonly license: string;
    readonly repository: { readonly url: string };
    readonly bin: { readonly kroot: string };
  };

  it('builds with the Node.js and pnpm of the project', () => {
    expect(text).toContain(`ARG NODE_VERSION=${project.devDependencies['node']}\n`);
    const managers = new Set([...text.matchAll(/pnpm@[\d.]+/g)].map(([manager]) => manager));
    expect([...managers]).toEqual([project.packageManager]);
    for (const [script] of text.matchAll(/scripts\/[\w-]+\.ts/g)) expect(existsSync(join(ROOT, script))).toBe(true);
  });

  it('starts from nothing, takes what was gathered, and runs no command of its own', () => {
    expect(only('FROM')).toBe('scratch');
    expect(only('COPY')).toBe('--from=files /image /');
    expect(image.map(({ word }) => word)).not.toContain('RUN');
  });

  it('runs kroot, without a shell, as the user of the CronJob', () => {
    expect(JSON.parse(only('ENTRYPOINT'))).toEqual(['/usr/local/bin/node', join('/opt/kroot', cli.bin.kroot)]);
    const job = parse(read('deploy/kubernetes/cronjob.yaml')) as {
      readonly spec: {
        readonly jobTemplate: {
          readonly spec: {
            readonly template: {
              readonly spec: { readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number } };
            };
          };
        };
      };
    };
    const { runAsUser, runAsGroup } = job.spec.jobTemplate.spec.template.spec.securityContext;
    expect(only('USER')).toBe(`${runAsUser}:${runAsGroup}`);
    expect(runAsUser).toBeGreaterThan(0);
  });

  it('says what it is', () => {
    const labels = Object.fromEntries(
      [...only('LABEL').matchAll(/org\.opencontainers\.image\.(?<name>\w+)="(?<value>[^"]*)"/g)].map(({ groups }) => [
        groups?.['name'] ?? '',
        groups?.['value'] ?? '',
      ]),
    );
    expect(labels).toEqual({
      title: 'kroot',
      description: cli.description,
      source: cli.repository.url.replaceAll(/^git\+|\.git$/g, ''),
      licenses: cli.license,
    });
  });
});
