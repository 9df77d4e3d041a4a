import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { untoldRefusal } from '../support/untold-rule.ts';

/** Reports ReplicationControllers whose pods the API server refuses for a reason that no other rule knows. */
export const rcReplicaFailure: Analyzer = untoldRefusal({
  id: 'rc-replica-failure',
  title: 'Pods of a ReplicationController cannot be created',
  what: 'its pods',
  docs: {
    means: 'The ReplicationController has fewer pods than it wants, because the API server refuses each new one.',
    decides:
      'Condition ReplicaFailure is True (or the newest event is FailedCreate while pods are missing), and the words are of none of the known causes.',
    references: ['https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/'],
  },
  afterwards: (subject) => `${inWords(subject)} tries again by itself.`,
});
