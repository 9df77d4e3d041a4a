import { type ResourceRef } from '@kroot/types';
import { decidingNodes } from './blocking-reasons.ts';
import { costOf } from './change-cost.ts';
import { type Rejection, type SchedulingReplay } from './rejection.ts';
import { changesFor, type SchedulingChange } from './scheduling-change.ts';

/** The node that lacks least, and what it lacks. */
export interface NearestNode {
  readonly node: ResourceRef;
  readonly rejections: readonly Rejection[];
  /** One step an obstacle; all together make the pod fit, as far as the replay tells. */
  readonly changes: readonly SchedulingChange[];
}

/**
 * The node with the cheapest obstacles among those that decide (see `blockingReasons`), the first by name among equals;
 * a node without any if there is one; undefined without nodes.
 */
export function nearestNode(replay: SchedulingReplay): NearestNode | undefined {
  let best: SchedulingReplay['nodes'][number] | undefined;
  let least = Number.POSITIVE_INFINITY;
  const deciding = decidingNodes(replay.nodes);
  for (const candidate of deciding.length > 0 ? deciding : replay.nodes) {
    const cost = candidate.rejections.reduce((sum, rejection) => sum + costOf(rejection), 0);
    if (cost >= least) continue;
    best = candidate;
    least = cost;
  }
  if (best === undefined) return undefined;
  const { node, rejections } = best;
  const changes = [...replay.everywhere, ...rejections].flatMap((rejection) => changesFor(rejection));
  return { node, rejections, changes };
}
