import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kroot } from '../run.test.support.ts';

const root = join(import.meta.dirname, '../../../..');
const good = join(import.meta.dirname, '__fixtures__/good');
const read = (file: string): string => readFileSync(join(good, file), 'utf8');

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-check-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Writes files into a folder of their own. */
function files(contents: Readonly<Record<string, string>>): string {
  const at = mkdtempSync(join(folder, 'k8s-'));
  for (const [path, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  }
  return at;
}

interface Found {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly location?: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly template?: string;
  };
}

interface Printed {
  readonly diagnoses: readonly Found[];
  readonly unexplained: readonly Found[];
  readonly notices: readonly string[];
  readonly manifests: number;
}

/** What is found in the manifests on standard input, as `severity rule line:column`. */
async function found(stdin: string, ...more: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await kroot(['check', '-q', '-f', '-', '-o', 'json', ...more], { stdin });
  const { diagnoses, unexplained } = JSON.parse(stdout) as Printed;
  return [...diagnoses, ...unexplained].map(
    ({ location, rule, severity }) => `${severity} ${rule} ${location?.line ?? '?'}:${location?.column ?? '?'}`,
  );
}

describe('good manifests', () => {
  it.each(readdirSync(good))('%s', async (file) => {
    expect(await found(read(file))).toEqual([]);
  });

  it('all of them together', async () => {
    const { code, stdout, stderr } = await kroot(['check', good], { cwd: root });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('No problems found');
  });

  it('in a namespace of their own', async () => {
    expect(await found(read('guestbook.yaml'), '-n', 'guestbook')).toEqual([]);
  });
});

/** One slip in a good file. */
const slips: readonly (readonly [file: string, text: string, slip: string])[] = [
  ['platform.yaml', 'target: { name: shop-api-env }', 'target: { name: shop-api-envs }'],
  ['platform.yaml', '{ name: shop-stripe, key: token }', '{ name: shop-strip, key: token }'],
  ['platform.yaml', 'configMap: { name: kube-root-ca.crt }', 'configMap: { name: kube-root }'],
  ['platform.yaml', 'serviceAccountName: api', 'serviceAccountName: apis'],
  ['platform.yaml', '{ name: api, port: { name: http } }', '{ name: apis, port: { name: http } }'],
  ['platform.yaml', '{ name: api, port: { name: http } }', '{ name: api, port: { name: web } }'],
  ['platform.yaml', 'targetPort: http }', 'targetPort: htp }'],
  ['platform.yaml', 'kind: Deployment, name: api }', 'kind: Deployment, name: web }'],
  ['platform.yaml', '      labels: { app: api }', '      labels: { app: web }'],
  ['platform.yaml', '{ name: vault, mountPath: /vault }', '{ name: vaults, mountPath: /vault }'],
  ['platform.yaml', 'httpGet: { path: /ready, port: http }', 'httpGet: { path: /ready, port: htp }'],
  ['platform.yaml', 'apiVersion: batch/v1', 'apiVersion: batch/v1beta1'],
  ['platform.yaml', 'kind: StatefulSet', 'kind: StatefullSet'],
  ['platform.yaml', 'serviceName: cache', 'serviceName: caches'],
  ['platform.yaml', 'schedule: "0 6 * * 1-5"', 'schedule: "0 6 * * 1-9"'],
  ['platform.yaml', 'value: pricing }', 'value: apii }'],
  ['guestbook.yaml', 'selector: { app: guestbook, tier: frontend }', 'selector: { app: guestbok, tier: frontend }'],
  ['guestbook.yaml', '  name: redis-follower\nspec:\n  ports', '  name: redis-leader\nspec:\n  ports'],
  ['wordpress-kustomized.yaml', 'claimName: wp-pv-claim', 'claimName: wp-pvclaim'],
  ['wordpress-kustomized.yaml', 'key: password, name: mysql', 'key: pasword, name: mysql'],
  ['helm-release.yaml', 'key: postgres-password', 'key: postgresql-password'],
  ['ingress-nginx.yaml', '--secret-name=ingress-nginx-admission', '--secret-name=ingress-nginx-admissions'],
  ['metrics-server.yaml', 'kind: Deployment', 'kind: Deployment\n\tx: y'],
];

describe('one slip in good manifests', () => {
  it.each(slips)('%s: %s', async (file, text, slip) => {
    const original = read(file);
    expect(original).toContain(text);
    const lines = original.replace(text, slip);
    const seen = await found(lines);
    expect(seen).not.toEqual([]);
    // Beside each finding stands the line that it points to.
    const told = seen.map((each) => `${each} | ${(lines.split('\n')[lineOf(each) - 1] ?? '').trim()}`);
    expect(told).toMatchSnapshot();
  });
});

function lineOf(told: string): number {
  return Number(/ (?<line>\d+):\d+$/.exec(told)?.groups?.['line']);
}
