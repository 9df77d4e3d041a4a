import { conditionOf } from '@kroot/graph';
import { ref, type Analyzer, type ResourceRef, type Snapshot } from '@kroot/types';
import { parseFailedDiscovery } from '../messages/namespace-deletion.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { namespaceFinding, terminatingNamespaces } from '../support/terminating-namespaces.ts';
import { inline, listed } from '../support/words.ts';

/** Reports namespaces that cannot be deleted, because some API of the cluster is not served. */
export const nsTerminatingDiscovery: Analyzer = {
  meta: {
    id: 'ns-terminating-discovery',
    title: 'Namespace cannot be deleted: an API is not served',
    role: 'fault',
    severity: 'warning',
    reads: ['Namespace', 'APIService'],
    breaks: ['deletion'],
    waitsFor: ['deletion', 'extension-api'],
    docs: {
      means:
        'Before it deletes a namespace Kubernetes has to know all kinds of objects in it. While one extension API does not answer, no namespace of the cluster can be deleted.',
      decides:
        'The namespace is Terminating for more than two minutes and its condition NamespaceDeletionDiscoveryFailure is True. The APIServices that the condition names are the cause.',
      silent: 'When every API that it names is available again: then the next attempt succeeds.',
      references: ['https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/'],
    },
  },
  *analyze({ snapshot }) {
    for (const stuck of terminatingNamespaces(snapshot, 'NamespaceDeletionDiscoveryFailure')) {
      const message = stuck.condition.message ?? '';
      const named = parseFailedDiscovery(message).map(({ group, version }) =>
        ref('APIService', undefined, `${version}.${group}`),
      );
      if (named.length > 0 && named.every((target) => isAvailable(snapshot, target))) continue;
      const apis = named.filter((target) => !isAvailable(snapshot, target));
      const words = apis.length === 0 ? 'an API of the cluster' : listed(apis.map((each) => inWords(each)));
      yield namespaceFinding(stuck, {
        rule: nsTerminatingDiscovery.meta.id,
        message: `${words} ${apis.length > 1 ? 'are' : 'is'} not served`,
        cause: `Kubernetes cannot tell what ${inWords(stuck.ref)} still holds: ${inline(message)}.`,
        because: apis.map((target) => ({ ref: target, mechanism: 'deletion' as const })),
        fixes: [
          {
            summary: `Make ${words} answer, or delete its registration if what served it was uninstalled`,
            steps: [
              'All namespaces that wait are deleted by themselves once discovery is complete. Do not remove the finalizer of the namespace: what it holds would be left behind.',
            ],
            commands: [kubectl(undefined, 'get', 'apiservices')],
            effect: 'none',
            where: 'cluster',
          },
        ],
      });
    }
  },
};

function isAvailable(snapshot: Snapshot, { name }: ResourceRef): boolean {
  const service = present(snapshot, 'APIService', undefined, name);
  return conditionOf(service?.status?.conditions, 'Available')?.status === 'True';
}
