import { conditionOf, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Condition, type Deployment, type Finding } from '@kroot/types';
import { fromCondition } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, inline } from '../support/words.ts';

/** Reports rollouts that have run past their progress deadline. */
export const deployProgressDeadline: Analyzer = {
  meta: {
    id: 'deploy-progress-deadline',
    title: 'Rollout is stuck',
    role: 'symptom',
    severity: 'warning',
    reads: ['Deployment', 'ReplicaSet', 'Pod'],
    waitsFor: ['availability', 'pod-creation', 'rollout'],
    breaks: ['scaling'],
    docs: {
      means:
        'The new revision of a Deployment has made no progress for progressDeadlineSeconds. The old one may still serve.',
      decides: 'Condition Progressing=False with reason ProgressDeadlineExceeded or ReplicaSetCreateError.',
      silent: 'For paused Deployments, Deployments scaled to zero and those that are complete by now.',
      references: [
        'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment',
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/progress.go',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const deployment of snapshot.list('Deployment')) {
      const condition = conditionOf(deployment.status?.conditions, 'Progressing');
      if (condition !== undefined && isStuck(condition) && isIncomplete(deployment))
        yield finding(deployment, condition);
    }
  },
};

function isStuck({ status, reason }: Condition): boolean {
  return status === 'False' && (reason === 'ProgressDeadlineExceeded' || reason === 'ReplicaSetCreateError');
}

/** The condition stays as it is until the controller sees progress, also when nothing is missing any more. */
function isIncomplete({ spec, status, metadata }: Deployment): boolean {
  const wanted = spec.replicas ?? 1;
  if (spec.paused === true || wanted === 0 || metadata.deletionTimestamp !== undefined) return false;
  return (status?.updatedReplicas ?? 0) < wanted || (status?.availableReplicas ?? 0) < wanted;
}

function finding(deployment: Deployment, condition: Condition): Finding {
  const subject = refOf(deployment);
  const available = deployment.status?.availableReplicas ?? 0;
  const serving = available > 0 ? `; ${counted(available, 'pod')} still ${available === 1 ? 'serves' : 'serve'}` : '';
  const words = inline(condition.message ?? condition.reason ?? 'no reason given');
  return {
    rule: deployProgressDeadline.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `Rollout of ${inWords(subject)} is stuck${serving}`,
    cause:
      condition.reason === 'ReplicaSetCreateError'
        ? `The ReplicaSet of the new revision cannot be created: ${words}.`
        : `The newest revision made no progress for ${deployment.spec.progressDeadlineSeconds ?? 600} seconds: ${words}.`,
    state: 'rollout stuck',
    evidence: [fromCondition(subject, condition)],
    fixes: [],
  };
}
