import { endOf, type SuppressedBy } from '@kroot/types';

const DAY = 24 * 60 * 60 * 1000;

/** `Its suppression expired 3 days ago: reason (until 2026-11-19, owner team-a).` */
export function expiredWords({ owner, reason, until = '' }: SuppressedBy, now: Date): string {
  const days = Math.floor((now.getTime() - (endOf(until) ?? now.getTime())) / DAY);
  const ago = days === 0 ? 'today' : days === 1 ? '1 day ago' : `${days} days ago`;
  const who = owner === undefined ? '' : `, owner ${owner}`;
  return `Its suppression expired ${ago}: ${reason} (until ${until}${who}).`;
}
