import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient } from './api-client.ts';
import { NO_CONTROL_PLANE, real } from './real.test.support.ts';
import { kroot, node } from './run-kroot.ts';
import { makeNamespace, object } from './world.ts';

const NAMESPACE = 'canary';
const CANARY = `canary${randomBytes(12).toString('hex')}`;

/** Each way in which people and programs write Secrets, with the key names that are there afterwards. */
const SECRETS: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ['applied-by-client', ['from-data', 'from-string']],
  ['applied-by-server', ['from-data', 'from-string']],
  ['created', ['a.key', 'b_key']],
  ['empty', []],
  ['patched', ['added', 'kept']],
  ['typed', ['tls.crt', 'tls.key']],
];

describe.skipIf(NO_CONTROL_PLANE)('Secrets, live', () => {
  beforeAll(async () => {
    const { api } = real();
    await makeNamespace(api, NAMESPACE);
    await writeSecrets(api);
  });

  it('gives the type and all key names, and keeps no value in memory', async () => {
    const { plane } = real();
    const heap = join(plane.folder, 'canary.heapsnapshot');
    const script = join(import.meta.dirname, 'collect-and-dump.ts');
    const run = await node(script, [plane.admin, NAMESPACE, heap]);
    expect(run.stderr).toBe('');
    const { secrets } = JSON.parse(run.stdout) as { readonly secrets: readonly object[] };
    expect(secrets).toStrictEqual(
      SECRETS.map(([name, dataKeys]) => ({
        name,
        type: name === 'typed' ? 'kubernetes.io/tls' : 'Opaque',
        dataKeys,
      })),
    );
    expect(leaks(run.stdout)).toStrictEqual([]);
    const memory = readFileSync(heap, 'latin1');
    // The search works: what has to be in memory is found there.
    expect(memory).toContain('applied-by-client');
    expect(leaks(memory)).toStrictEqual([]);
  });

  it('captures no value', async () => {
    const { plane } = real();
    const file = join(plane.folder, 'canary.kroot.jsonl.gz');
    const run = await kroot(['capture', '-n', NAMESPACE, '-o', file, '--kubeconfig', plane.admin]);
    expect(run).toMatchObject({ code: 0, stdout: `${file}\n` });
    const text = gunzipSync(readFileSync(file)).toString();
    for (const [name, keys] of SECRETS) for (const word of [name, ...keys]) expect(text).toContain(word);
    expect(leaks(text + run.stderr)).toStrictEqual([]);
  });

  it.each(['text', 'json', 'sarif'])('prints no value as %s', async (format) => {
    const { plane } = real();
    const args = ['diagnose', 'cluster', '-n', NAMESPACE, '--details', '--show-commands', '--exit-zero'];
    const run = await kroot([...args, '-o', format, '--kubeconfig', plane.admin]);
    expect(run.code).toBe(0);
    expect(leaks(run.stdout + run.stderr)).toStrictEqual([]);
  });
});

async function writeSecrets(api: ApiClient): Promise<void> {
  const secret = (name: string, rest: object): ReturnType<typeof object> =>
    object('v1', 'Secret', NAMESPACE, name, { ...rest });
  const encoded = Buffer.from(CANARY).toString('base64');
  await api.create(
    secret('created', { data: { 'a.key': encoded }, stringData: { b_key: CANARY } }),
    secret('empty', {}),
    secret('patched', { data: { removed: encoded, kept: encoded } }),
    secret('typed', { type: 'kubernetes.io/tls', data: { 'tls.crt': encoded, 'tls.key': encoded } }),
  );
  await api.patch(secret('patched', {}), 'merge-patch', { data: { removed: null }, stringData: { added: CANARY } });
  const both = { data: { 'from-data': encoded }, stringData: { 'from-string': CANARY } };
  const applied = secret('applied-by-server', both);
  await api.patch(applied, 'apply-patch', applied, '?fieldManager=kubectl');
  // What `kubectl apply` does without --server-side: the whole input goes into an annotation, stringData in plain text.
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(both) };
  await api.create(secret('applied-by-client', { ...both, metadata: { annotations } }));
}

/** The forms of the canary in a text: as it is, and in base64 at each of the three offsets. */
function leaks(text: string): readonly string[] {
  const encoded = [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(CANARY)]);
    // The first and the last letters depend on what is beside it.
    return bytes.toString('base64').slice(4, -4);
  });
  return [CANARY, ...encoded].filter((form) => text.includes(form));
}
