import { isStartupTaint } from '@kroot/graph';
import { type Analyzer } from '@kroot/types';
import { lingeringTaintRule } from '../support/lingering-taint-rule.ts';

/** Reports nodes whose agent never became ready and so left its taint on them. */
export const nodeStartupTaintStuck: Analyzer = lingeringTaintRule({
  id: 'node-startup-taint-stuck',
  title: 'Agent has not taken its startup taint from the node',
  docs: {
    means:
      'New nodes are given a taint that keeps pods away until an agent on the node (network, storage, the autoscaler’s registration) is ready, and the agent takes it away itself. It has not.',
    decides:
      'A taint by one of the names for this purpose (…/agent-not-ready, …/not-ready, …/unregistered, the prefix of startup taints of the cluster autoscaler) is on a node for more than 5 min. If the workload that it is named after is not ready there, that is the cause.',
    silent: 'During the first 5 min of a node, on nodes that are not ready, and for the taints of Kubernetes itself.',
    references: [
      'https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md',
      'https://docs.cilium.io/en/stable/installation/taints/',
    ],
  },
  isMeant: isStartupTaint,
  remover: 'Its agent',
  when: 'it is ready there',
  steps: ['See why its pod on the node is not ready, or why there is none; it takes the taint away by itself.'],
});
