import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kroot } from './run.test.support.ts';

const POD = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"api","namespace":"prod"}}';

/** Names beside what is in the file; undefined: there is no such file. */
const INPUTS: readonly (readonly [string, string | Uint8Array | undefined])[] = [
  ['missing.json', undefined],
  ['empty.json', ''],
  ['blank.yaml', '\n\n'],
  ['truncated.json', `{"apiVersion":"v1","kind":"List","items":[${POD},{"kind":"Po`],
  ['wrong-type.json', '42'],
  ['text.txt', 'NAME   READY   STATUS\napi    0/1     Error\n'],
  ['not-kubernetes.json', '{"hello":"world"}'],
  ['bad.yaml', 'kind: Pod\n  metadata: {\n'],
  ['binary.json', Uint8Array.from({ length: 4096 }, (_, i) => (i * 37) % 256)],
  ['deep.json', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ['deep.yaml', `a: ${'{b: '.repeat(20_000)}1${'}'.repeat(20_000)}`],
  ['broken.json.gz', Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3])],
];

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-bad-input-'));
  for (const [name, content] of INPUTS) if (content !== undefined) writeFileSync(join(folder, name), content);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('an input that cannot be read is one line that names the file, and exit code 2', () => {
  it.each(INPUTS.map(([name]) => name))('%s', async (name) => {
    const { code, stdout, stderr } = await kroot(['diagnose', 'cluster', '-f', join(folder, name)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
    expect(stderr).toContain(join(folder, name));
    expect(stderr).not.toContain('internal error');
  });

  it.each(['', '{"kind":'])('standard input of %j', async (stdin) => {
    const { code, stderr } = await kroot(['diagnose', 'cluster', '-f', '-'], { stdin });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^kroot: standard input[^\n]+\n$/);
  });
});

it('one odd object among good ones is a notice, which -q hides', async () => {
  const stdin = `{"apiVersion":"v1","kind":"List","items":[${POD},{"apiVersion":"v1","kind":"Pod","metadata":7}]}`;
  const args = ['diagnose', 'cluster', '-f', '-'];
  const told = await kroot(args, { stdin });
  expect(told.stderr).toMatch(/^kroot: [^\n]+\n$/);
  expect(told.code).toBe(0);
  expect((await kroot([...args, '-q'], { stdin })).stderr).toBe('');
});
