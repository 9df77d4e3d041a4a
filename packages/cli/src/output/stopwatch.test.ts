import { type Analyzer } from '@kroot/types';
import { expect, it } from 'vitest';
import { stopwatch, type StopwatchFlags } from './stopwatch.ts';

/** A clock that moves by what it is told. */
function measured(
  flags: StopwatchFlags,
): { readonly lines: string[]; readonly pass: (ms: number) => void } & ReturnType<typeof stopwatch> {
  const lines: string[] = [];
  let time = 0;
  const watch = stopwatch(flags, { stderr: { write: (text) => lines.push(text) } }, () => time);
  return { ...watch, lines, pass: (ms) => (time += ms) };
}

it('adds up parts, rules and requests, the slowest first', async () => {
  const { lines, pass, ...watch } = measured({ verbose: 1 });
  await watch.time('reading', () => {
    pass(12.4);
  });
  const rule = (id: string, ms: number): Analyzer => ({
    meta: { id, title: id, role: 'fault', severity: 'info', reads: [], docs: DOCS },
    *analyze() {
      pass(ms);
      yield* [];
    },
  });
  for (const each of watch.timed([rule('quick', 0.25), rule('slow', 30)]))
    expect([...each.analyze({} as Parameters<Analyzer['analyze']>[0])]).toEqual([]);
  for (const [path, ms] of [
    ['/api/v1/pods?limit=500', 100],
    ['/api/v1/namespaces/prod/pods?limit=500&continue=abc', 50],
    ['/api/v1/namespaces/prod/secrets/x', 20],
    ['/apis/apps/v1/deployments', 5],
    ['/api/v1/namespaces', 4],
    ['/apis', 3],
  ] as const)
    watch.onRequest?.({ path, status: 200, milliseconds: ms });
  watch.print();
  expect(lines.join('')).toBe(
    [
      'time: reading 12ms',
      'requests: pods 150ms in 2',
      'requests: secrets 20ms',
      'requests: deployments 5.0ms',
      'requests: namespaces 4.0ms',
      'requests: discovery 3.0ms',
      'rules: slow 30ms',
      'rules: quick 0.3ms',
    ]
      .map((line) => `kroot: ${line}\n`)
      .join(''),
  );
});

const DOCS = { means: '', decides: '', silent: '', references: [] };

it('-vv tells requests as they end, and nothing in them acts on a terminal', () => {
  const { lines, ...watch } = measured({ verbose: 2 });
  watch.onRequest?.({ path: '/api/v1/pods?continue=eyJ2&limit=5', status: undefined, milliseconds: 3 });
  watch.onRequest?.({ path: '/api/v1/\u001b[2J', status: 404, milliseconds: 30 });
  expect(lines).toEqual([
    'kroot: GET /api/v1/pods?continue=…&limit=5 no answer 3.0ms\n',
    'kroot: GET /api/v1/?[2J 404 30ms\n',
  ]);
});

it('does nothing when nobody asks', async () => {
  const { lines, ...watch } = measured({});
  expect(await watch.time('reading', () => 7)).toBe(7);
  expect(watch.onRequest).toBeUndefined();
  watch.print();
  expect(lines).toEqual([]);
});
