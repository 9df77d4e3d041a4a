/** The times of day and the days on which a cron schedule is due. */
interface CronTimes {
  /** Minutes of the day, ascending. */
  readonly minutes: readonly number[];
  readonly isDue: (day: Date) => boolean;
}

const MACROS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAY = 86_400_000;
const MINUTE = 60_000;
/** Five years hold every date at least twice, the 29th of February as well. */
const SPAN = 5 * 366;
const START = Date.UTC(2024, 0, 1);

/**
 * The longest time between two runs of a schedule, in milliseconds; undefined if it cannot be read or is never due. Whatever the
 * time zone, no longer time may pass without a run. https://pkg.go.dev/github.com/robfig/cron/v3
 */
export function longestGap(schedule: string): number | undefined {
  const times = readSchedule(schedule);
  const [first] = times?.minutes ?? [];
  const last = times?.minutes.at(-1);
  if (times === undefined || first === undefined || last === undefined) return undefined;
  const days = Array.from({ length: SPAN }, (_, index) => index).filter((index) =>
    times.isDue(new Date(START + index * DAY)),
  );
  if (days.length === 0) return undefined;
  const between = longestStep(days) * DAY - (last - first) * MINUTE;
  return Math.max(between, longestStep(times.minutes) * MINUTE);
}

function longestStep(sorted: readonly number[]): number {
  return sorted.reduce((longest, value, index) => Math.max(longest, value - (sorted[index - 1] ?? value)), 0);
}

function readSchedule(schedule: string): CronTimes | undefined {
  const text = schedule.trim().toLowerCase();
  const fields = (MACROS.get(text) ?? text).split(/\s+/);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields;
  if (fields.length !== 5) return undefined;
  const minutes = readField(minute, 0, 59);
  const hours = readField(hour, 0, 23);
  const dates = readField(dayOfMonth, 1, 31);
  const months = readField(month, 1, 12, MONTHS);
  const weekdays = readField(dayOfWeek, 0, 7, DAYS);
  if (minutes === undefined || hours === undefined || dates === undefined) return undefined;
  if (months === undefined || weekdays === undefined) return undefined;
  if (weekdays.has(7)) weekdays.add(0);
  // Where both days are given, either one is enough.
  const either = !isAny(dayOfMonth) && !isAny(dayOfWeek);
  const isDue = (day: Date): boolean => {
    const onDate = dates.has(day.getUTCDate());
    const onWeekday = weekdays.has(day.getUTCDay());
    return months.has(day.getUTCMonth() + 1) && (either ? onDate || onWeekday : onDate && onWeekday);
  };
  const ofDay = [...hours].flatMap((at) => [...minutes].map((past) => at * 60 + past)).toSorted((a, b) => a - b);
  return { minutes: ofDay, isDue };
}

function isAny(field = ''): boolean {
  return field.startsWith('*') || field.startsWith('?');
}

/** `*`, `5`, `1-5`, `*\/15`, `mon-fri`, and lists of them; undefined if it is none. */
function readField(
  field: string | undefined,
  low: number,
  high: number,
  names: readonly string[] = [],
): Set<number> | undefined {
  const found = new Set<number>();
  for (const part of (field ?? '').slice(0, 500).split(',')) {
    const range = readRange(part, low, high, names);
    if (range === undefined) return undefined;
    for (let value = range.start; value <= range.end; value += range.by) found.add(value);
  }
  return found;
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly by: number;
}

function readRange(part: string, low: number, high: number, names: readonly string[]): Range | undefined {
  const match = /^(\*|\?|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/.exec(part);
  if (match?.[1] === undefined) return undefined;
  const [, from, to, step] = match;
  const by = Number(step ?? 1);
  if (from === '*' || from === '?') return by < 1 ? undefined : { start: low, end: high, by };
  const start = readValue(from, low, names);
  const end = readValue(to ?? (step === undefined ? from : String(high)), low, names);
  if (start === undefined || end === undefined || by < 1) return undefined;
  return start < low || end > high || end < start ? undefined : { start, end, by };
}

function readValue(text: string, low: number, names: readonly string[]): number | undefined {
  const named = names.indexOf(text);
  if (named !== -1) return named + low;
  return /^\d{1,2}$/.test(text) ? Number(text) : undefined;
}
