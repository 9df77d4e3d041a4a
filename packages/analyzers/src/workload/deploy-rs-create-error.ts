import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { untoldRefusal } from '../support/untold-rule.ts';

/** Reports Deployments whose next ReplicaSet the API server refuses for a reason that no other rule knows. */
export const deployRsCreateError: Analyzer = untoldRefusal({
  id: 'deploy-rs-create-error',
  title: 'ReplicaSet of a new revision cannot be created',
  breaks: ['pod-creation', 'rollout'],
  what: 'the ReplicaSet of its newest revision',
  docs: {
    means:
      'The newest change of a Deployment has not even begun to roll out: its ReplicaSet is refused. Pods of the revision before go on.',
    decides: 'Condition Progressing is False with reason ReplicaSetCreateError and says why in words of its own.',
    references: ['https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/sync.go'],
  },
  afterwards: (subject) => `The rollout of ${inWords(subject)} goes on by itself; to go back, undo the last change.`,
});
