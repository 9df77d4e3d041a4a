const DAY = 24 * 60 * 60 * 1000;

/**
 * The first moment, in milliseconds, at which something that holds `until` a day or moment holds no more: a day counts whole,
 * in UTC. Undefined when the text is neither `2027-01-31` nor RFC 3339.
 */
export function endOf(until: string): number | undefined {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)))?$/.exec(until) ?? [];
  if (day === undefined) return undefined;
  const start = Date.parse(`${day}T00:00:00Z`);
  // Date.parse takes the 31st of February for the 3rd of March.
  if (Number.isNaN(start) || !new Date(start).toISOString().startsWith(day)) return undefined;
  if (time === undefined) return start + DAY;
  const moment = Date.parse(until);
  return Number.isNaN(moment) ? undefined : moment;
}
