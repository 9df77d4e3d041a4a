import { labelValue } from '@kroot/graph';
import { type Analyzer } from '@kroot/types';
import { nodeDaemonRule } from '../support/node-daemon-rule.ts';

const NAMES: ReadonlySet<string> = new Set(['node-local-dns', 'nodelocaldns']);

/** Reports NodeLocal DNSCache where it does not work. */
export const nodelocaldnsDown: Analyzer = nodeDaemonRule({
  id: 'nodelocaldns-down',
  title: 'The DNS cache of a node does not work',
  breaks: ['name-resolution'],
  docs: {
    means:
      'The pods of a node ask its own DNS cache (NodeLocal DNSCache). Where the cache does not run, no name resolves on that node, although the DNS of the cluster is well.',
    decides:
      'A DaemonSet of NodeLocal DNSCache (k8s-app node-local-dns or nodelocaldns) has pods that are held up. What holds them up is the cause, where that is known.',
    silent:
      'On nodes that are lost themselves, inside the grace windows of its pods, and for a DaemonSet that wants no pods.',
    references: ['https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/'],
  },
  isIt: ({ metadata, spec }) =>
    NAMES.has(labelValue(spec.template.metadata?.labels, 'k8s-app') ?? '') || NAMES.has(metadata.name),
  // Pods whose kubelet does not point at the cache ask the cluster's DNS directly.
  isReplaced: () => true,
  harm: 'names do not resolve',
});
