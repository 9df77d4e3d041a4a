import { conditionOf, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Deployment, type Finding } from '@kroot/types';
import { fromCondition, computed } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { isFresh } from '../support/rollout-grace.ts';

/** Reports Deployments that have fewer ready pods than they want. */
export const deployUnavailable: Analyzer = {
  meta: {
    id: 'deploy-unavailable',
    title: 'Deployment has fewer available pods than it wants',
    role: 'symptom',
    severity: 'critical',
    reads: ['Deployment', 'ReplicaSet', 'Pod'],
    waitsFor: ['availability', 'pod-creation'],
    breaks: ['endpoints', 'availability', 'scaling', 'extension-api'],
    docs: {
      means: 'Fewer pods of the Deployment are available than it asks for; with none available it is down.',
      decides: 'status.availableReplicas (or the Available condition) against spec.replicas.',
      silent:
        'For a Deployment scaled to zero or paused, within a minute of its creation or of the last change of its conditions, and during a rollout that still makes progress while enough pods are available.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status'],
    },
  },
  *analyze({ snapshot, now }) {
    for (const deployment of snapshot.list('Deployment')) {
      const found = finding(deployment, now);
      if (found !== undefined) yield found;
    }
  },
};

function finding(deployment: Deployment, now: number): Finding | undefined {
  const wanted = deployment.spec.replicas ?? 1;
  const { status, metadata } = deployment;
  if (wanted === 0 || status === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  const available = status.availableReplicas ?? 0;
  if (available >= wanted || isFresh(now, metadata.creationTimestamp)) return undefined;
  const condition = conditionOf(status.conditions, 'Available');
  if (condition?.status === 'True' && isProgressing(deployment)) return undefined;
  const subject = refOf(deployment);
  const down = available === 0;
  const state = `${available}/${wanted} available`;
  const pods = `${available} of ${wanted} pods available`;
  return {
    rule: deployUnavailable.meta.id,
    subject,
    severity: down ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', down ? condition?.lastTransitionTime : undefined),
    message: `${inWords(subject)} is ${down ? 'down' : 'short of pods'}: ${pods}`,
    cause: `The Deployment has ${pods}.`,
    state,
    evidence: [
      ...(condition === undefined || condition.status === 'True' ? [] : [fromCondition(subject, condition)]),
      computed(subject, `spec.replicas ${wanted}, status.availableReplicas ${available}`),
    ],
    fixes: [],
  };
}

/** A rollout under way has surge pods that are not available yet; its own deadline says when that is too long. */
function isProgressing({ status, spec }: Deployment): boolean {
  if (spec.paused === true) return true;
  const progressing = conditionOf(status?.conditions, 'Progressing');
  return progressing?.status === 'True' && progressing.reason === 'ReplicaSetUpdated';
}
