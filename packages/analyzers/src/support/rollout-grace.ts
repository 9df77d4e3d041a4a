import { timeOf } from '@kroot/graph';

const MINUTE = 60_000;

/** A workload that was made or changed a moment ago has had no time to become available. */
export function isFresh(now: number, ...times: readonly (string | undefined)[]): boolean {
  return times.some((text) => {
    const time = timeOf(text);
    return time !== undefined && now - time < MINUTE;
  });
}
