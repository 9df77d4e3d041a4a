import { type Analyzer } from '@kroot/types';
import { parseRemainingContent } from '../messages/namespace-deletion.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { namespaceFinding, stuckIn, terminatingNamespaces } from '../support/terminating-namespaces.ts';
import { inline, listed } from '../support/words.ts';

/** Reports namespaces whose last objects do not go away. */
export const nsTerminatingContent: Analyzer = {
  meta: {
    id: 'ns-terminating-content',
    title: 'Namespace cannot be deleted: objects are left',
    role: 'fault',
    severity: 'warning',
    reads: ['Namespace', 'Pod', 'PersistentVolumeClaim'],
    breaks: ['deletion'],
    waitsFor: ['deletion'],
    docs: {
      means:
        'Objects of the namespace do not go away, although no finalizer of theirs is reported: pods on a node that is lost, for one.',
      decides:
        'The namespace is Terminating for more than five minutes and its condition NamespaceContentRemaining is True.',
      silent:
        'In the first five minutes, and while an API is not served, content cannot be deleted, or finalizers are left: then that is told.',
      references: [
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/namespace/deletion/status_condition_utils.go',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const stuck of terminatingNamespaces(snapshot, 'NamespaceContentRemaining')) {
      const { name } = stuck.ref;
      const message = stuck.condition.message ?? '';
      const kinds = parseRemainingContent(message);
      const left = kinds.map(({ resource, count }) => `${resource} (${count})`);
      const words = left.length === 0 ? 'it still holds objects' : `it still holds ${listed(left)}`;
      yield namespaceFinding(stuck, {
        rule: nsTerminatingContent.meta.id,
        message: words,
        cause: `What ${inWords(stuck.ref)} holds does not go away: ${inline(message)}.`,
        because: stuckIn(snapshot, name).map((ref) => ({ ref, mechanism: 'deletion' as const })),
        fixes: [
          {
            summary: `See why ${listed(kinds.map(({ resource }) => resource))} of namespace ${name} stay`,
            steps: [
              'Look for deletionTimestamp and finalizers of the objects that are left, and for pods on nodes that do not answer.',
            ],
            commands: kinds
              .slice(0, 5)
              .map(({ resource, group }) =>
                kubectl(name, 'get', group === '' ? resource : `${resource}.${group}`, '-o', 'wide'),
              ),
            effect: 'none',
            where: 'cluster',
          },
        ],
      });
    }
  },
};
