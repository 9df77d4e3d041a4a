import { type Progress } from '@kroot/cluster';
import { isAgent, isSet } from '../output-policy.ts';
import { type Streams } from '../streams.ts';

/** One line on the terminal that says how far a run is. */
export interface ProgressLine {
  show(progress: Progress): void;
  /** Takes the line away. */
  clear(): void;
}

const SILENT: ProgressLine = { show: () => undefined, clear: () => undefined };
const CLEAR_LINE = '\r\u001b[K';
const INTERVAL = 100;

/** For people who wait at a terminal; programs, build logs and `-q` get none. At most ten times a second. */
export function progressLine(
  { stderr, env }: Pick<Streams, 'stderr' | 'env'>,
  quiet: boolean,
  now: () => number = () => performance.now(),
): ProgressLine {
  if (quiet || stderr.isTTY !== true || isSet(env['CI']) || env['TERM'] === 'dumb' || isAgent(env)) return SILENT;
  const start = now();
  let shown = -Infinity;
  return {
    show(progress) {
      const time = now();
      if (time - shown < INTERVAL) return;
      shown = time;
      const width = (stderr.columns ?? 80) - 1;
      stderr.write(`${CLEAR_LINE}${words(progress, time - start).slice(0, width)}`);
    },
    clear() {
      if (shown !== -Infinity) stderr.write(CLEAR_LINE);
    },
  };
}

function words({ step, done, of, objects }: Progress, elapsed: number): string {
  const seconds = (elapsed / 1000).toFixed(1);
  // Kinds of custom resources are the cluster's words, and could act on the terminal.
  const safe = step.replaceAll(/[^\w .-]/g, '?');
  return `${safe}, ${done}/${of} kinds, ${String(objects).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')} objects, ${seconds}s`;
}
