import { type Analyzer } from '@kroot/types';
import { parseRemainingContent, parseRemainingFinalizers } from '../messages/namespace-deletion.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { namespaceFinding, stuckIn, terminatingNamespaces } from '../support/terminating-namespaces.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Reports namespaces whose last objects hold finalizers. */
export const nsTerminatingFinalizers: Analyzer = {
  meta: {
    id: 'ns-terminating-finalizers',
    title: 'Namespace cannot be deleted: finalizers are left',
    role: 'fault',
    severity: 'warning',
    reads: ['Namespace', 'Pod', 'PersistentVolumeClaim'],
    breaks: ['deletion'],
    waitsFor: ['deletion'],
    docs: {
      means:
        'Objects of the namespace hold finalizers that their controller does not remove: it is down, was uninstalled first, or ran in the namespace itself.',
      decides:
        'The namespace is Terminating for more than five minutes and its condition NamespaceFinalizersRemaining is True.',
      silent:
        'In the first five minutes, and while an API is not served or content cannot be deleted: then that is told.',
      references: [
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/namespace/deletion/status_condition_utils.go',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const stuck of terminatingNamespaces(snapshot, 'NamespaceFinalizersRemaining')) {
      const { name } = stuck.ref;
      const message = stuck.condition.message ?? '';
      const held = parseRemainingFinalizers(message).map(
        ({ finalizer, count }) => `${finalizer} in ${counted(count, 'object')}`,
      );
      const words = held.length === 0 ? 'finalizers are left' : `finalizer ${listed(held)} is left`;
      const content = stuck.namespace.status?.conditions?.find(({ type }) => type === 'NamespaceContentRemaining');
      const kinds = parseRemainingContent(content?.message ?? '');
      yield namespaceFinding(stuck, {
        rule: nsTerminatingFinalizers.meta.id,
        message: words,
        cause: `Objects of ${inWords(stuck.ref)} wait for the controllers of their finalizers: ${inline(message)}.`,
        because: stuckIn(snapshot, name).map((ref) => ({ ref, mechanism: 'deletion' as const })),
        fixes: [
          {
            summary: `Start the controller of the finalizers again, so that it can clean up`,
            steps: [
              'Only if it is gone for good, remove the finalizers from the objects by hand; leave the finalizer of the namespace alone.',
            ],
            commands: kinds
              .slice(0, 5)
              .map(({ resource, group }) =>
                kubectl(name, 'get', group === '' ? resource : `${resource}.${group}`, '-o', 'yaml'),
              ),
            effect: 'none',
            where: 'cluster',
          },
        ],
      });
    }
  },
};
