import { type Snapshot } from '@kroot/types';
import { memoize } from '../memo.ts';

/** Flannel connects pods and leaves policies to others: https://github.com/flannel-io/flannel#networking-details */
const NETWORK_ONLY = /flannel/;
/** Agents that enforce NetworkPolicies, by a part of their image's name. They often run beside flannel. */
const ENFORCER =
  /calico|canal|cilium|antrea|weave|kube-router|network-polic|netpol|romana|ovn|contrail|tungsten|npm|nsx|terway|kindnet|multus-policy/;

/** The plugin that connects the pods and is known not to enforce NetworkPolicies, if nothing beside it does; else ''. */
export const unenforcedBy: (snapshot: Snapshot) => string = memoize((snapshot) => {
  if (snapshot.coverage.state('Pod') !== 'complete') return '';
  let found = false;
  for (const { spec } of snapshot.list('Pod')) {
    for (const { image = '' } of spec.containers) {
      if (ENFORCER.test(image)) return '';
      found ||= NETWORK_ONLY.test(image);
    }
  }
  return found ? 'flannel' : '';
});

/**
 * Cilium holds CIDRs against addresses outside the cluster only: pods are known by identity.
 * https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based
 */
const OUTSIDE_ONLY = /(?:^|\/)cilium(?:-ci)?(?:[:@]|$)/;

/** Whether the network plugin is one that never takes an ipBlock for pods. */
export const ipBlocksAreOutside: (snapshot: Snapshot) => boolean = memoize((snapshot) =>
  snapshot.list('Pod').some(({ spec }) => spec.containers.some(({ image = '' }) => OUTSIDE_ONLY.test(image))),
);
