import { conditionOf, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { fromCondition } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';

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
      means: 'The new revision of a Deployment has made no progress for progressDeadlineSeconds. The old one may still serve.',
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
      const { status, spec } = deployment;
      const condition = conditionOf(status?.conditions, 'Progressing');
      const stuck = condition?.status === 'False' && (condition.reason === 'ProgressDeadlineExceeded' || condition.reason === 'ReplicaSetCreateError');
      const wanted = spec.replicas ?? 1;
      if (!stuck || spec.paused === true || wanted === 0) continue;
      if ((status?.updatedReplicas ?? 0) >= wanted && (status?.availableReplicas ?? 0) >= wanted) continue;
      const subject = refOf(deployment);
      const available = status?.availableReplicas ?? 0;
      const serving = available > 0 ? `, ${available} pods still serve` : '';
      yield {
        rule: 'deploy-progress-deadline',
        subject,
        severity: 'warning',
        confidence: CONFIDENCE.stated,
        ...optional('since', condition.lastTransitionTime),
        message: `Rollout of ${inWords(subject)} is stuck${serving}`,
        cause: `The newest revision made no progress for ${spec.progressDeadlineSeconds ?? 600} seconds: ${condition.message ?? condition.reason ?? 'no reason given'}.`.replace(/\.\.$/, '.'),
        state: 'rollout stuck',
        evidence: [fromCondition(subject, condition)],
        fixes: [],
      };
    }
  },
};
