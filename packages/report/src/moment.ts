const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Says how long before `now` a moment was, such as `12m ago`; undefined if either is no time or it lies ahead of `now`. */
export function formatAge(moment: string | undefined, now: string): string | undefined {
  const age = ageOf(moment, now);
  if (age === undefined) return undefined;
  return age < SECOND ? 'just now' : `${formatDuration(age)} ago`;
}

/** The age alone, as kubectl has it in tables: `12m`; undefined as above. */
export function formatAgeShort(moment: string | undefined, now: string): string | undefined {
  const age = ageOf(moment, now);
  return age === undefined ? undefined : formatDuration(age);
}

/** Says since when, such as `14:02 UTC (12m)`, or with the date for what is older than a day. */
export function formatSince(moment: string | undefined, now: string): string | undefined {
  const age = ageOf(moment, now);
  if (moment === undefined || age === undefined) return undefined;
  const iso = new Date(moment).toISOString();
  const when = age < DAY ? `${iso.slice(11, 16)} UTC` : iso.slice(0, 10);
  return `${when} (${formatDuration(age)})`;
}

/** Prints a time in full, such as `2026-11-22 14:02 UTC`; undefined if it is no time. */
export function formatMoment(moment: string | undefined): string | undefined {
  const time = moment === undefined ? Number.NaN : Date.parse(moment);
  if (Number.isNaN(time)) return undefined;
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function ageOf(moment: string | undefined, now: string): number | undefined {
  if (moment === undefined) return undefined;
  const age = Date.parse(now) - Date.parse(moment);
  // Clocks of nodes differ by a little; what lies further ahead is not an age.
  return Number.isNaN(age) || age < -MINUTE ? undefined : Math.max(0, age);
}

function formatDuration(milliseconds: number): string {
  if (milliseconds < 2 * MINUTE) return `${Math.floor(milliseconds / SECOND)}s`;
  if (milliseconds < 3 * HOUR) return `${Math.floor(milliseconds / MINUTE)}m`;
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)}h`;
  return `${Math.floor(milliseconds / DAY)}d`;
}
