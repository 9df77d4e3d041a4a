import { conditionOf, isStandby, podsOf, podState, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Condition, type Deployment, type Finding, type Snapshot } from '@kroot/types';
import { fromCondition, computed } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { isFresh, isStarting } from '../support/rollout-grace.ts';
import { counted } from '../support/words.ts';

/** Reports Deployments that have fewer ready pods than they want. */
export const deployUnavailable: Analyzer = {
  meta: {
    id: 'deploy-unavailable',
    title: 'Deployment has fewer available pods than it wants',
    role: 'symptom',
    severity: 'critical',
    reads: ['Deployment', 'ReplicaSet', 'Pod', 'Lease'],
    waitsFor: ['availability', 'pod-creation'],
    breaks: ['endpoints', 'availability', 'scaling', 'extension-api'],
    docs: {
      means: 'Fewer pods of the Deployment are available than it asks for; with none available it is down.',
      decides: 'status.availableReplicas (or the Available condition) against spec.replicas.',
      silent:
        'For a Deployment scaled to zero, within a minute of its creation, while its missing pods are inside their grace windows or stand by for a leader that holds their Lease, and during a pause or a rollout that still makes progress while enough pods are available.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status'],
    },
  },
  *analyze({ snapshot, now }) {
    for (const deployment of snapshot.list('Deployment')) {
      const available = shortOf(deployment, now);
      if (available === undefined || isStarting(snapshot, refOf(deployment))) continue;
      if (available > 0 && available + standbys(snapshot, deployment) >= (deployment.spec.replicas ?? 1)) continue;
      yield finding(deployment, available);
    }
  },
};

/** The number of available pods, if there should be more of them by now. */
function shortOf({ spec, status, metadata }: Deployment, now: number): number | undefined {
  const wanted = spec.replicas ?? 1;
  if (wanted === 0 || status === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  const available = status.availableReplicas ?? 0;
  if (available >= wanted || isFresh(now, metadata.creationTimestamp)) return undefined;
  // A paused Deployment may stand between two revisions on purpose.
  const enough = conditionOf(status.conditions, 'Available')?.status === 'True';
  return enough && (spec.paused === true || isProgressing(status.conditions)) ? undefined : available;
}

/** Pods that are not ready because another one leads. */
function standbys(snapshot: Snapshot, deployment: Deployment): number {
  return podsOf(snapshot, refOf(deployment)).filter(
    (pod) => podState(snapshot, pod).stage === 'readiness' && isStandby(snapshot, pod),
  ).length;
}

/** A rollout under way has surge pods that are not available yet; its own deadline says when that is too long. */
function isProgressing(conditions: readonly Condition[] | undefined): boolean {
  const progressing = conditionOf(conditions, 'Progressing');
  return progressing?.status === 'True' && progressing.reason === 'ReplicaSetUpdated';
}

function finding(deployment: Deployment, available: number): Finding {
  const subject = refOf(deployment);
  const wanted = deployment.spec.replicas ?? 1;
  const condition = conditionOf(deployment.status?.conditions, 'Available');
  const down = available === 0;
  const pods = `${available} of ${counted(wanted, 'pod')} available`;
  return {
    rule: deployUnavailable.meta.id,
    subject,
    severity: down ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition?.status === 'False' ? condition.lastTransitionTime : undefined),
    message: `${inWords(subject)} is ${down ? 'down' : 'short of pods'}: ${pods}`,
    cause: `The Deployment has ${pods}.`,
    state: `${available}/${wanted} available`,
    evidence: [
      ...(condition?.status === 'False' ? [fromCondition(subject, condition)] : []),
      computed(subject, `spec.replicas ${wanted}, status.availableReplicas ${available}`),
    ],
    fixes: [],
  };
}
