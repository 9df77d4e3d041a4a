import { conditionOf, controllerOf, eventsOf, eventStart, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Condition,
  type Evidence,
  type Finding,
  type Job,
  type KubernetesObject,
  type ReplicaSet,
  type Snapshot,
  type StatefulSet,
} from '@kroot/types';
import { fromCondition, fromEvent } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';

/** Reports controllers that try to create pods and are refused. */
export const deployReplicaFailure: Analyzer = {
  meta: {
    id: 'deploy-replica-failure',
    title: 'Controller cannot create its pods',
    role: 'symptom',
    severity: 'warning',
    reads: ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Event'],
    waitsFor: ['pod-creation'],
    breaks: ['availability', 'endpoints', 'pod-creation', 'scaling'],
    docs: {
      means: 'The API server refuses the pods that a controller wants to create, so no pod shows what is wrong.',
      decides:
        'Condition ReplicaFailure of a ReplicaSet, or FailedCreate events of a controller that still has fewer pods than it wants.',
      silent: 'When the controller has all its pods, is scaled to zero or suspended.',
      references: [
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/replicaset/replica_set_utils.go',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const [object, condition] of shortControllers(snapshot)) {
      const found = finding(snapshot, object, condition);
      if (found !== undefined) yield found;
    }
  },
};

/** Controllers with fewer pods than they want, and the condition that says why, where the kind has one. */
function* shortControllers(snapshot: Snapshot): Iterable<readonly [KubernetesObject, Condition | undefined]> {
  for (const set of snapshot.list('ReplicaSet')) {
    if (lacksReplicas(set)) yield [set, conditionOf(set.status?.conditions, 'ReplicaFailure')];
  }
  for (const set of snapshot.list('StatefulSet')) if (lacksReplicas(set)) yield [set, undefined];
  for (const set of snapshot.list('DaemonSet')) {
    const { desiredNumberScheduled = 0, currentNumberScheduled = 0 } = set.status ?? {};
    if (desiredNumberScheduled > currentNumberScheduled) yield [set, undefined];
  }
  for (const job of snapshot.list('Job')) if (waitsForPods(job)) yield [job, undefined];
}

function lacksReplicas({ spec, status }: ReplicaSet | StatefulSet): boolean {
  return (spec.replicas ?? 1) > (status?.replicas ?? 0);
}

function waitsForPods({ spec, status }: Job): boolean {
  if (spec.suspend === true || (status?.active ?? 0) > 0) return false;
  return (status?.conditions ?? []).every(
    ({ type, status: value }) => value !== 'True' || (type !== 'Complete' && type !== 'Failed'),
  );
}

function finding(snapshot: Snapshot, object: KubernetesObject, condition: Condition | undefined): Finding | undefined {
  const event = eventsOf(snapshot, object).find(({ reason }) => reason === 'FailedCreate');
  const refused = condition?.status === 'True' ? condition : undefined;
  if (refused === undefined && event === undefined) return undefined;
  const subject = refOf(object);
  const evidence: Evidence[] = [];
  if (refused !== undefined) evidence.push(fromCondition(subject, refused));
  if (event !== undefined) evidence.push(fromEvent(event, subject));
  const since = refused?.lastTransitionTime ?? (event === undefined ? undefined : eventStart(event));
  return {
    rule: deployReplicaFailure.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', since),
    message: `${inWords(subject)} cannot create its pods`,
    cause: `The API server refuses the pods of ${inWords(controllerOf(object) ?? subject)}.`,
    state: 'cannot create pods',
    evidence,
    fixes: [],
  };
}
