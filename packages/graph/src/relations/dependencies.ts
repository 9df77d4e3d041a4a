import { ref, type ResourceRef } from '@kroot/types';
import { clusterDns } from '../cluster-dns.ts';
import { memoize } from '../memo.ts';
import { controllerOf, presentObject, templateOf } from '../owners.ts';
import { refOf } from '../refs.ts';
import { serviceReferences } from '../service-references.ts';
import { forPodSpecs, type MakerContext, type PodSource, type RelationMaker } from './relation-maker.ts';

/** What programs need from others: the Services that their settings name, and the cluster's DNS. */
export const dependencyRelations: readonly RelationMaker[] = [
  ...forPodSpecs((source, context) => {
    if (source.isPod && hasWorkload(source, context)) return;
    linkServices(source, context);
    linkDns(source, context);
  }),
];

/** These edges start at the workload for all of its pods; a pod has its own only where no workload speaks for it. */
function hasWorkload({ object }: PodSource, { snapshot }: MakerContext): boolean {
  const controller = controllerOf(object);
  const found = controller === undefined ? undefined : presentObject(snapshot, controller);
  return found !== undefined && templateOf(found) !== undefined;
}

function linkServices({ spec, path }: PodSource, { snapshot, self, namespace, link }: MakerContext): void {
  for (const reference of serviceReferences(snapshot, spec, namespace)) {
    // Another DNS may know the name, or the word be none.
    if (!reference.certain) continue;
    const port = reference.port === undefined ? {} : { detail: `port ${reference.port}` };
    link(self, reference.service, 'talks-to', { path: path(reference.path), ...port });
  }
}

function linkDns({ spec, path }: PodSource, { snapshot, self, link }: MakerContext): void {
  const policy = spec.dnsPolicy ?? 'ClusterFirst';
  // On the host's network ClusterFirst falls back to the node's own DNS.
  const usesCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && spec.hostNetwork !== true);
  if (!usesCluster) return;
  for (const target of dnsServices(snapshot)) link(self, target, 'resolves-with', { path: path('spec.dnsPolicy') });
}

/** Where the cluster is proved to have no DNS Service, the one that every distribution but one would have. */
const dnsServices = memoize((snapshot): readonly ResourceRef[] => {
  const { state, services } = clusterDns(snapshot);
  return state === 'absent' ? [ref('Service', 'kube-system', 'kube-dns')] : services.map((service) => refOf(service));
});
