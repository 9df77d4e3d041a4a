import { type FixVerification } from '@kroot/types';
import { counted, joinAnd } from './words.ts';

/** What a reader gets told by name; the rest is counted. */
const NAMED = 3;

/** What came of trying a repair on the snapshot, in full sentences. */
export function trialWords({ verdict, ...outcome }: FixVerification): readonly string[] {
  const blockers = listed(outcome.blockers);
  const also = blockers === '' ? [] : [`Also in the way, whatever repairs it: ${blockers}.`];
  const brings = outcome.brings.length === 0 ? [] : [`It would make a new fault: ${listed(outcome.brings)}.`];
  if (verdict === 'not-simulated') return [`Not simulated: ${outcome.reason ?? 'the snapshot cannot tell'}.`, ...also];
  if (verdict === 'still-shows') return [STILL_SHOWS, ...also, ...brings];
  return [cleared(outcome, blockers), ...brings];
}

const STILL_SHOWS =
  'On the snapshot the fault still shows afterwards: more is needed, or only running controllers bring the change about.';

type Outcome = Omit<FixVerification, 'verdict'>;

function cleared({ recovers, victims }: Outcome, blockers: string): string {
  const free = recovers.length;
  const rest = blockers === '' ? '' : ` Still in the way of others: ${blockers}.`;
  if (victims === 0) return `${GONE}.${rest}`;
  const isPods = recovers.every(({ kind }) => kind === 'Pod');
  const suffering = isPods ? counted(victims, 'pod') : counted(victims, 'object that waits', 'objects that wait');
  if (free === victims)
    return `${GONE}, and nothing else that can be seen stops the ${suffering.replace(/^1 /, '')}.${rest}`;
  if (free === 0) return `${GONE}, but what suffers from it is not free yet: ${blockers}.`;
  return `${GONE}; ${free} of the ${suffering} ${free === 1 ? 'is' : 'are'} free, still in the way: ${blockers}.`;
}

const GONE = 'On the snapshot the fault is gone afterwards';

function listed(faults: readonly { readonly message: string }[]): string {
  const named = faults.slice(0, NAMED).map(({ message }) => message);
  const more = faults.length - named.length;
  return joinAnd(more > 0 ? [...named, `${more} more`] : named);
}
