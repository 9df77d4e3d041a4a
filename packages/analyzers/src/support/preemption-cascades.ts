import { eventTime, groupBy, memoize, timeOf } from '@kroot/graph';
import { ref, refKey, type PriorityClass, type ResourceRef, type Snapshot } from '@kroot/types';
import { allPreemptions, type Preemption } from './preemptions.ts';
import { present } from './present.ts';
import { isWhole } from './whole.ts';

/** A PriorityClass whose pods push out one workload after the other. */
export interface PreemptionCascade {
  readonly ref: ResourceRef;
  readonly object?: PriorityClass;
  /** Newest first. */
  readonly preemptions: readonly [Preemption, ...Preemption[]];
  /** Workloads that have not got back what they lost. */
  readonly losers: readonly ResourceRef[];
  readonly winners: readonly ResourceRef[];
}

const WINDOW = 600_000;
const MANY = 3;

/** The classes by whose pods at least three pods of at least two workloads were removed within ten minutes, for good. */
export const preemptionCascades: (snapshot: Snapshot) => readonly PreemptionCascade[] = memoize((snapshot) => {
  const byClass = groupBy(allPreemptions(snapshot), ({ preemptor }) => preemptor.spec.priorityClassName);
  return [...byClass]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, list]) => {
      const [first, ...more] = list.toSorted((a, b) => timeIn(b) - timeIn(a));
      if (first === undefined || name.startsWith('system-')) return [];
      const recent: readonly [Preemption, ...Preemption[]] = [
        first,
        ...more.filter((one) => timeIn(first) - timeIn(one) <= WINDOW),
      ];
      const losers = distinct(recent.map(({ loser }) => loser)).filter((loser) => !isWhole(snapshot, loser));
      const winners = distinct(recent.map(({ winner }) => winner));
      const object = present(snapshot, 'PriorityClass', undefined, name);
      // One workload that takes room from others is told as such; a class is to blame when whoever bears it does so.
      const isMisuse = winners.length > 1 || object?.globalDefault === true;
      if (recent.length < MANY || losers.length < 2 || !isMisuse) return [];
      const target = ref('PriorityClass', undefined, name);
      return [{ ref: target, preemptions: recent, losers, winners, ...(object === undefined ? {} : { object }) }];
    });
});

function timeIn({ event }: Preemption): number {
  return timeOf(eventTime(event)) ?? 0;
}

function distinct(refs: readonly ResourceRef[]): readonly ResourceRef[] {
  return [...new Map(refs.map((one) => [refKey(one), one])).values()];
}
