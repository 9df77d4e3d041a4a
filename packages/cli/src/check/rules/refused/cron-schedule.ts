/**
 * What the parser of the API server says against a schedule; undefined if it takes it.
 * https://github.com/robfig/cron/blob/v3.0.1/parser.go
 */
export function scheduleFault(schedule: string): string | undefined {
  if (schedule.startsWith('@')) return descriptorFault(schedule);
  const fields = schedule.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== BOUNDS.length)
    return `expected exactly ${BOUNDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`;
  for (const [i, bounds] of BOUNDS.entries()) {
    for (const range of (fields[i] ?? '').split(',').filter((part) => part !== '')) {
      const fault = rangeFault(range, bounds);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

const DESCRIPTORS: ReadonlySet<string> = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]);
const EVERY = '@every ';
/** https://pkg.go.dev/time#ParseDuration */
const DURATION = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

function descriptorFault(schedule: string): string | undefined {
  if (DESCRIPTORS.has(schedule)) return undefined;
  if (!schedule.startsWith(EVERY)) return `unrecognized descriptor: ${schedule}`;
  return DURATION.test(schedule.slice(EVERY.length)) ? undefined : `failed to parse duration ${schedule}`;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

/** Minute, hour, day of month, month, day of week; Sunday is 0 and never 7. */
const BOUNDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

function rangeFault(text: string, bounds: Bounds): string | undefined {
  const [range = '', step, ...moreSteps] = text.split('/');
  const ends = endsOf(range, bounds);
  if (typeof ends === 'string') return ends;
  if (moreSteps.length > 0) return `too many slashes: ${text}`;
  const by = step === undefined ? 1 : numberOf(step);
  if (by === undefined) return `failed to parse int from ${step ?? ''}`;
  const { start, isSingle } = ends;
  // "5/15" goes on to the end.
  const end = step !== undefined && isSingle ? bounds.max : ends.end;
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${text}`;
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${text}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`;
  return by === 0 ? `step of range should be a positive number: ${text}` : undefined;
}

interface Ends {
  readonly start: number;
  readonly end: number;
  readonly isSingle: boolean;
}

/** Where a range begins and ends, or what is said against it. */
function endsOf(range: string, bounds: Bounds): Ends | string {
  const [low = '', high, ...more] = range.split('-');
  const isSingle = high === undefined;
  // What stands behind a star is not even read.
  if (low === '*' || low === '?') return { start: bounds.min, end: bounds.max, isSingle };
  const start = valueOf(low, bounds);
  if (start === undefined) return `failed to parse int from ${low}`;
  if (more.length > 0) return `too many hyphens: ${range}`;
  const end = isSingle ? start : valueOf(high, bounds);
  return end === undefined ? `failed to parse int from ${high ?? ''}` : { start, end, isSingle };
}

function valueOf(text: string, { min, names = [] }: Bounds): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  return named === -1 ? numberOf(text) : named + min;
}

function numberOf(text: string): number | undefined {
  return /^\+?\d+$/.test(text) ? Number(text) : undefined;
}
