import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { leftOut } from './entry.ts';
import { tarEntries } from './tar-entries.ts';

async function archive(files: ReadonlyMap<string, string>): Promise<Buffer> {
  const packing = pack();
  for (const [name, text] of files) packing.entry({ name }, text);
  packing.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of packing) if (part instanceof Uint8Array) parts.push(part);
  return Buffer.concat(parts);
}

function pieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  const count = Math.ceil(bytes.length / size);
  return Readable.from(Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size)));
}

async function read(bytes: Uint8Array, size: number, wanted: (path: string) => boolean = () => true) {
  const found = new Map<string, string>();
  for await (const entry of tarEntries(pieces(bytes, size), 'x', DEFAULT_LIMITS, leftOut())) {
    if (wanted(entry.path)) found.set(entry.path, Buffer.from(await entry.bytes()).toString());
  }
  return found;
}

describe('tarEntries', () => {
  const name = fc.stringMatching(/^[a-zé][a-z0-9]{0,40}(?:\/[a-z0-9]{1,90}){0,3}$/u);
  const files = fc.dictionary(name, fc.string({ maxLength: 3000 }), { maxKeys: 6 });

  it('gives what was packed, however the bytes come in', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 2000 }), async (packed, size) => {
        const entries = new Map(Object.entries(packed));
        expect(await read(await archive(entries), size)).toEqual(entries);
      }),
      { numRuns: 40 },
    );
  });

  it('passes over what is not read', async () => {
    const entries = new Map([
      ['a', 'x'.repeat(100_000)],
      ['b', 'wanted'],
      ['c', 'y'.repeat(100_000)],
    ]);
    expect(await read(await archive(entries), 4096, (path) => path === 'b')).toEqual(new Map([['b', 'wanted']]));
  });

  it('gives files or an InputError for any damage', async () => {
    const bytes = await archive(
      new Map([
        ['a', 'one'],
        ['b/c', 'two'.repeat(400)],
        ['d', ''],
      ]),
    );
    const damage = fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat({ max: bytes.length }), async (spots, length) => {
        const broken = Buffer.from(bytes.subarray(0, length));
        for (const [at, value] of spots) if (at < length) broken[at] = value;
        const outcome = await read(broken, 700).catch((error: unknown) => error);
        expect(outcome instanceof Map || outcome instanceof InputError).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('ends when nobody wants the rest', async () => {
    const bytes = await archive(
      new Map([
        ['a', 'x'.repeat(50_000)],
        ['b', 'y'],
      ]),
    );
    for await (const { path } of tarEntries(pieces(bytes, 512), 'x', DEFAULT_LIMITS, leftOut())) {
      expect(path).toBe('a');
      break;
    }
  });
});
