import { compareStrings, type DaemonSet, type Deployment, type StatefulSet } from '@kroot/types';

/** The kinds that roll out. */
export type RolloutObject = Deployment | StatefulSet | DaemonSet;

/** How far a rollout is. */
export interface RolloutState {
  /** `failed`: its controller has given up waiting. */
  readonly state: 'done' | 'going-on' | 'failed' | 'not-rolling';
  /** One sentence, as `kubectl rollout status` says it. */
  readonly message: string;
  /** Changes whenever the rollout gets on. */
  readonly progress: string;
}

/**
 * What the status of a workload says about its rollout.
 * https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollout_status.go
 */
export function rolloutState(object: RolloutObject): RolloutState {
  const { generation = 0 } = object.metadata;
  const name = `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  const progress = progressOf(object);
  const at = (state: RolloutState['state'], words: string): RolloutState => ({
    state,
    message: `${name}: ${words}`,
    progress,
  });
  if ((object.status?.observedGeneration ?? 0) < generation)
    return at('going-on', 'waiting for its controller to see the new specification');
  if (isKind(object, 'Deployment')) return deploymentState(object, at);
  if (isKind(object, 'StatefulSet')) return statefulSetState(object, at);
  return daemonSetState(object, at);
}

type At = (state: RolloutState['state'], words: string) => RolloutState;

function isKind<K extends 'Deployment' | 'StatefulSet'>(
  object: RolloutObject,
  kind: K,
): object is K extends 'Deployment' ? Deployment : StatefulSet {
  return object.kind === kind;
}

function deploymentState({ spec, status = {} }: Deployment, at: At): RolloutState {
  const { availableReplicas = 0, conditions = [], replicas = 0, updatedReplicas = 0 } = status;
  const wanted = spec.replicas ?? 1;
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    return at('failed', `exceeded its progress deadline: ${progressing.message ?? 'no progress'}`);
  if (spec.paused === true && updatedReplicas < wanted) return at('not-rolling', 'its rollout is paused');
  if (updatedReplicas < wanted) return at('going-on', `${updatedReplicas} of ${wanted} new replicas are there`);
  if (replicas > updatedReplicas) return at('going-on', `${replicas - updatedReplicas} old replicas are still to go`);
  if (availableReplicas < updatedReplicas)
    return at('going-on', `${availableReplicas} of ${updatedReplicas} updated replicas are available`);
  return at('done', 'rolled out');
}

function statefulSetState({ spec, status = {} }: StatefulSet, at: At): RolloutState {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  const { currentRevision, readyReplicas = 0, updatedReplicas = 0, updateRevision } = status;
  const wanted = spec.replicas ?? 1;
  if (type === 'OnDelete') return at('not-rolling', 'its update strategy is OnDelete: pods are replaced when deleted');
  if (readyReplicas < wanted) return at('going-on', `${readyReplicas} of ${wanted} pods are ready`);
  const partition = rollingUpdate?.partition ?? 0;
  if (partition > 0) {
    const due = Math.max(0, wanted - partition);
    if (updatedReplicas < due) return at('going-on', `${updatedReplicas} of ${due} pods above the partition are new`);
    return at('done', `rolled out up to partition ${partition}`);
  }
  if (updateRevision !== currentRevision) return at('going-on', `${updatedReplicas} of ${wanted} pods are new`);
  return at('done', 'rolled out');
}

function daemonSetState({ spec, status = {} }: DaemonSet, at: At): RolloutState {
  const { desiredNumberScheduled = 0, numberAvailable = 0, updatedNumberScheduled = 0 } = status;
  if (spec.updateStrategy?.type === 'OnDelete')
    return at('not-rolling', 'its update strategy is OnDelete: pods are replaced when deleted');
  if (updatedNumberScheduled < desiredNumberScheduled)
    return at('going-on', `${updatedNumberScheduled} of ${desiredNumberScheduled} pods are new`);
  if (numberAvailable < desiredNumberScheduled)
    return at('going-on', `${numberAvailable} of ${desiredNumberScheduled} updated pods are available`);
  return at('done', 'rolled out');
}

/** Numbers that move while things go well; conditions and times move by themselves. */
function progressOf({ metadata, status }: RolloutObject): string {
  const numbers = Object.entries(status ?? {}).filter(([key]) => key !== 'conditions');
  return JSON.stringify([metadata.generation ?? 0, numbers.toSorted(([a], [b]) => compareStrings(a, b))]);
}
