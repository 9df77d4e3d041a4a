import { fakeApi } from '@kroot/faultd';
import { describe, expect, test } from 'vitest';
import { TransportError } from '../live/transport-error.ts';
import { type RequestOptions, type Transport } from '../live/transport-types.ts';
import { LOG_LIMITS } from './log-tail.ts';
import { readLogs, type ReadLogs } from './read-logs.ts';

const TARGET = { namespace: 'shop', pod: 'p', container: 'c', previous: false };
const FATAL = 'FATAL dial tcp db:5432: connect: connection refused';

interface Asked {
  readonly path: string;
  readonly options: RequestOptions;
}

/** A transport whose answers come from a function of the request. */
function answering(answer: (path: string) => Uint8Array): { readonly transport: Transport; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const none = async (): Promise<never> => Promise.reject(new Error('not part of this test'));
  const transport: Transport = {
    get: async (path, options = {}) => {
      asked.push({ path, options });
      const body = answer(path);
      if (body.length > (options.maxBytes ?? Number.POSITIVE_INFINITY))
        throw new TransportError('too-large', 'the answer is larger than 1 MiB');
      return Promise.resolve({ status: 200, body, headers: new Map<string, string>() });
    },
    review: none,
    requests: 0,
    serverTime: () => undefined,
    close: async () => Promise.resolve(),
  };
  return { transport, asked };
}

async function read(current: string): Promise<ReadLogs & { readonly tails: readonly (string | null)[] }> {
  const api = fakeApi({ objects: [], logs: { 'shop/p/c': { current } } });
  const { transport, asked } = answering((path) => api.handle({ method: 'GET', path, headers: {} }).body);
  const found = await readLogs(transport, [TARGET]);
  return { ...found, tails: asked.map(({ path }) => new URL(path, 'http://x').searchParams.get('tailLines')) };
}

const long = (bytes: number): string => 'ab '.repeat(Math.ceil(bytes / 3));

describe('readLogs', () => {
  test.each<readonly [string, string, string, readonly string[]]>([
    ['short lines', `a\n${FATAL}\n`, FATAL, ['40']],
    ['long lines before the last one', `${`${long(2000)}\n`.repeat(39)}${FATAL}\n`, FATAL, ['40', '5']],
    ['lines that are too long for five', `${`${long(20_000)}\n`.repeat(39)}${FATAL}\n`, FATAL, ['40', '5', '1']],
  ])('keeps the last line: %s', async (_, current, last, tails) => {
    const { logs, tails: asked, notices } = await read(current);
    expect(logs[0]?.spec.lines.at(-1)).toBe(last);
    expect({ asked, notices }).toEqual({ asked: tails, notices: [] });
  });

  test.each([20_000, 100_000])('keeps the beginning of a last line of %d bytes', async (bytes) => {
    const { logs } = await read(`a\nFATAL ${long(bytes)}\n`);
    expect(logs[0]?.spec.lines).toHaveLength(1);
    expect(logs[0]?.spec.lines[0]).toMatch(/^FATAL ab ab .*…$/);
    expect(logs[0]?.spec.lines[0]?.length).toBe(LOG_LIMITS.columns);
  });

  test('of a server that knows no limits the end is kept', async () => {
    const whole = `${'noise\n'.repeat(20_000)}${FATAL}\n`;
    const { transport } = answering(() => Buffer.from(whole));
    expect((await readLogs(transport, [TARGET])).logs[0]?.spec.lines.at(-1)).toBe(FATAL);
  });

  test('a server that sends everything is not heard to its end', async () => {
    const { transport, asked } = answering(() => Buffer.alloc(2 * 1024 * 1024, 'x '));
    const { logs, notices } = await readLogs(transport, [TARGET]);
    expect(logs).toEqual([]);
    expect(notices).toEqual(['logs of 1 container not read: the answer is larger than 1 MiB']);
    expect(asked.every(({ options }) => options.maxBytes === 1024 * 1024)).toBe(true);
  });
});
