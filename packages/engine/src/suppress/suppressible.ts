import { ownerChain, presentObject } from '@kroot/graph';
import { refKey, sameRef, type Diagnosis, type ResourceRef, type Snapshot, type Unexplained } from '@kroot/types';

/** An object and what controls it, nearest first. */
export type OwnerChain = readonly ResourceRef[];

/**
 * Where a suppression of something may stand: on any of the objects of `own`, or on at least one of each of `victims`. What
 * only some of the victims do not want to be told of, the others still have to hear.
 */
export interface Suppressible {
  readonly id: string | undefined;
  readonly rule: string;
  readonly own: OwnerChain;
  readonly victims: readonly OwnerChain[];
}

/** A root cause: on itself, what controls it, or all that it holds up. */
export function suppressibleDiagnosis(
  snapshot: Snapshot,
  { id, impact, resource, rootCause, rule }: Diagnosis,
): Suppressible {
  const { daemonSets, deployments, jobs, pods, statefulSets } = impact;
  const ofPods = pods.map((pod) => withOwners(snapshot, pod));
  const covered = new Set(ofPods.flatMap((chain) => chain.map((each) => refKey(each))));
  const others = [...deployments, ...statefulSets, ...daemonSets, ...jobs].filter(
    (workload) => !covered.has(refKey(workload)),
  );
  const victims = [...ofPods, ...others.map((workload) => withOwners(snapshot, workload))];
  const alone = sameRef(resource, rootCause) ? [] : [withOwners(snapshot, resource)];
  return { id, rule, own: withOwners(snapshot, rootCause), victims: victims.length > 0 ? victims : alone };
}

/** A symptom that nothing explains: on itself or what controls it. */
export function suppressibleSymptom(snapshot: Snapshot, { id, resource, rule }: Unexplained): Suppressible {
  return { id, rule, own: withOwners(snapshot, resource), victims: [] };
}

function withOwners(snapshot: Snapshot, target: ResourceRef): OwnerChain {
  const object = presentObject(snapshot, target);
  return object === undefined ? [target] : [target, ...ownerChain(snapshot, object)];
}
