import { conditionOf, controllerOf, eventsOf, eventTime, refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerContext,
  type Condition,
  type Evidence,
  type Finding,
  type KubernetesObject,
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
      references: ['https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/replicaset/replica_set_utils.go'],
    },
  },
  *analyze(context) {
    const { snapshot } = context;
    for (const set of snapshot.list('ReplicaSet')) {
      const wanted = set.spec.replicas ?? 1;
      const condition = conditionOf(set.status?.conditions, 'ReplicaFailure');
      if (wanted > (set.status?.replicas ?? 0)) yield* failure(context, set, condition);
    }
    for (const set of snapshot.list('StatefulSet')) {
      if ((set.spec.replicas ?? 1) > (set.status?.replicas ?? 0)) yield* failure(context, set);
    }
    for (const set of snapshot.list('DaemonSet')) {
      const { desiredNumberScheduled = 0, currentNumberScheduled = 0 } = set.status ?? {};
      if (desiredNumberScheduled > currentNumberScheduled) yield* failure(context, set);
    }
    for (const job of snapshot.list('Job')) {
      const done = job.status?.conditions?.some(({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'));
      if (done !== true && job.spec.suspend !== true && (job.status?.active ?? 0) === 0) yield* failure(context, job);
    }
  },
};

function* failure({ snapshot }: AnalyzerContext, object: KubernetesObject, condition?: Condition): Iterable<Finding> {
  const event = eventsOf(snapshot, object).find(({ reason }) => reason === 'FailedCreate');
  const refused = condition?.status === 'True' ? condition : undefined;
  if (refused === undefined && event === undefined) return;
  const subject = refOf(object);
  const evidence: Evidence[] = [];
  if (refused !== undefined) evidence.push(fromCondition(subject, refused));
  if (event !== undefined) evidence.push(fromEvent(event, subject));
  const since = refused?.lastTransitionTime ?? (timeOf(event?.firstTimestamp) === undefined ? eventTimeOf(event) : event?.firstTimestamp);
  const owner = controllerOf(object);
  yield {
    rule: deployReplicaFailure.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', since),
    message: `${inWords(subject)} cannot create its pods`,
    cause: `The API server refuses the pods of ${inWords(owner ?? subject)}.`,
    state: 'cannot create pods',
    evidence,
    fixes: [],
  };
}

function eventTimeOf(event: Parameters<typeof eventTime>[0] | undefined): string | undefined {
  return event === undefined ? undefined : eventTime(event);
}
