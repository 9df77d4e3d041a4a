import { type Analyzer } from '@kroot/types';

import { inWords, kubectl } from '../support/kubectl.ts';
import { namespaceFinding, stuckIn, terminatingNamespaces } from '../support/terminating-namespaces.ts';
import { inline } from '../support/words.ts';

/** Reports namespaces whose objects the API server refuses to delete. */
export const nsDeletionContentFailure: Analyzer = {
  meta: {
    id: 'ns-deletion-content-failure',
    title: 'Namespace cannot be deleted: its objects may not be deleted',
    role: 'fault',
    severity: 'warning',
    reads: ['Namespace', 'Pod', 'PersistentVolumeClaim'],
    breaks: ['deletion'],
    waitsFor: ['deletion'],
    docs: {
      means:
        'The API server refuses to delete objects of the namespace: a webhook denies it or is down, or rights are missing.',
      decides:
        'The namespace is Terminating for more than five minutes and its condition NamespaceDeletionContentFailure is True.',
      silent: 'In the first five minutes, and while an API is not served: then that is told.',
      references: [
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/namespace/deletion/status_condition_utils.go',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const stuck of terminatingNamespaces(snapshot, 'NamespaceDeletionContentFailure')) {
      const { name } = stuck.ref;
      const message = stuck.condition.message ?? '';
      const words = 'its objects are refused deletion';
      yield namespaceFinding(stuck, {
        rule: nsDeletionContentFailure.meta.id,
        message: words,
        cause: `The API server refuses to delete what ${inWords(stuck.ref)} holds: ${inline(message)}.`,
        because: stuckIn(snapshot, name).map((ref) => ({ ref, mechanism: 'deletion' as const })),
        fixes: [
          {
            summary: `Remove what refuses the deletion in namespace ${name}`,
            steps: [
              'The condition quotes the API server: a webhook is named there with its Service, missing rights with the account.',
            ],
            commands: [kubectl(undefined, 'describe', `namespace/${name}`)],
            effect: 'none',
            where: 'cluster',
          },
        ],
      });
    }
  },
};
