import { type Analyzer } from '@kroot/types';
import { type Streams } from '../streams.ts';

/** A request to an API server that has ended. */
export interface TimedRequest {
  readonly path: string;
  /** Absent when there was no answer. */
  readonly status: number | undefined;
  readonly milliseconds: number;
}

/** Measures where the time of a run goes; the parts that are pure know no clock, so it stands around them. */
export interface Stopwatch {
  /** Runs a part of the work. */
  time<T>(part: string, work: () => T | Promise<T>): Promise<T>;
  /** The same rules, each measured. */
  timed(analyzers: readonly Analyzer[]): readonly Analyzer[];
  /** To be told of requests; absent where nobody asks. */
  readonly onRequest?: (request: TimedRequest) => void;
  /** Prints what was measured. */
  print(): void;
}

/** What the user wants to know. */
export interface StopwatchFlags {
  readonly timings?: boolean | undefined;
  readonly verbose?: number | undefined;
}

const OFF: Stopwatch = {
  time: async (_part, work) => await work(),
  timed: (analyzers) => analyzers,
  print: () => undefined,
};

const MAX_ROWS = 10;

/** One that prints where the time went with `-v` or `--timings`, and requests as they end with `-vv`; else one that does nothing. */
export function stopwatch(
  { timings, verbose = 0 }: StopwatchFlags,
  { stderr }: Pick<Streams, 'stderr'>,
  now: () => number = () => performance.now(),
): Stopwatch {
  if (timings !== true && verbose === 0) return OFF;
  const parts = new Map<string, Sum>();
  const rules = new Map<string, Sum>();
  const kinds = new Map<string, Sum>();
  return {
    async time(part, work) {
      const start = now();
      try {
        return await work();
      } finally {
        add(parts, part, now() - start);
      }
    },
    timed: (analyzers) =>
      analyzers.map((analyzer) => ({
        meta: analyzer.meta,
        analyze(context) {
          const start = now();
          try {
            // Rules are generators: what they do is done when they are read.
            return [...analyzer.analyze(context)];
          } finally {
            add(rules, analyzer.meta.id, now() - start);
          }
        },
      })),
    onRequest(request) {
      add(kinds, resourceOf(request.path), request.milliseconds);
      if (verbose > 1) stderr.write(`kroot: ${requestLine(request)}\n`);
    },
    print() {
      const lines = [...parts].map(([part, { total }]) => `${part} ${milliseconds(total)}`);
      stderr.write(`kroot: time: ${lines.join(', ')}\n`);
      for (const [name, sums] of [
        ['requests', kinds],
        ['rules', rules],
      ] as const)
        for (const line of table(name, sums)) stderr.write(`kroot: ${line}\n`);
    },
  };
}

interface Sum {
  total: number;
  count: number;
}

function add(sums: Map<string, Sum>, key: string, value: number): void {
  const sum = sums.get(key) ?? { total: 0, count: 0 };
  sums.set(key, sum);
  sum.total += value;
  sum.count++;
}

/** The slowest first. Requests run side by side: their times add up to more than the clock shows. */
function table(name: string, sums: ReadonlyMap<string, Sum>): readonly string[] {
  const rows = [...sums].toSorted(([, a], [, b]) => b.total - a.total);
  const rest = rows.slice(MAX_ROWS);
  const left = rest.reduce((sum, [, { total }]) => sum + total, 0);
  return [
    ...rows.slice(0, MAX_ROWS).map(([key, { count, total }]) => {
      const times = count > 1 ? ` in ${count}` : '';
      return `${name}: ${key} ${milliseconds(total)}${times}`;
    }),
    ...(rest.length === 0 ? [] : [`${name}: ${rest.length} more ${milliseconds(left)}`]),
  ];
}

function milliseconds(value: number): string {
  return value < 10 ? `${value.toFixed(1)}ms` : `${Math.round(value)}ms`;
}

/** `pods` for `/api/v1/namespaces/prod/pods?limit=500`; a single object counts to its kind. */
function resourceOf(path: string): string {
  const parts = (path.split('?')[0] ?? '').split('/').filter((part) => part !== '');
  const after = parts.slice(parts[0] === 'api' ? 2 : 3);
  const words = after[0] === 'namespaces' && after.length > 2 ? after.slice(2) : after;
  return words[0] ?? 'discovery';
}

function requestLine({ milliseconds: time, path, status }: TimedRequest): string {
  // Continue tokens are long, and mean nothing to a reader; names of objects are the cluster's words.
  const shown = path.replace(/continue=[^&]*/, 'continue=…').replaceAll(/[^\x21-\x7e…]/g, '?');
  return `GET ${shown} ${status === undefined ? 'no answer' : status} ${milliseconds(time)}`;
}
