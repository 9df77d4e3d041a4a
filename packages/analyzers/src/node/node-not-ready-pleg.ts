import { type Analyzer } from '@kroot/types';
import { drainFix, lookAtNode, NODE_BREAKS, unhealthyFinding } from '../support/unhealthy-finding.ts';
import { nodesOfKind } from '../support/nodes-of-kind.ts';
import { podsOnNode } from '../support/pods-on-node.ts';
import { counted, inline } from '../support/words.ts';

/** Reports each node whose kubelet takes too long to go through its containers. */
export const nodeNotReadyPleg: Analyzer = {
  meta: {
    id: 'node-not-ready-pleg',
    title: 'Kubelet of a node is too slow to see its containers (PLEG)',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod', 'Lease', 'Event'],
    breaks: NODE_BREAKS,
    docs: {
      means:
        'The kubelet asks the container runtime for all containers again and again; when one round takes more than three minutes it declares its node not ready. The runtime answers, but slowly: too many containers, a slow disk, no free CPU.',
      decides: 'Ready is False and the message says that PLEG is not healthy, with no word of a runtime that is down.',
      silent: 'For nodes that joined less than 3 min ago or whose kubelet started less than 60 s ago.',
      references: ['https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/pleg/generic.go'],
    },
  },
  *analyze({ snapshot }) {
    for (const unhealthy of nodesOfKind(snapshot, 'pleg')) {
      const { name } = unhealthy.node.metadata;
      const pods = podsOnNode(snapshot, name).filter(({ stage }) => stage !== 'completed' && stage !== 'failed');
      yield unhealthyFinding(snapshot, nodeNotReadyPleg.meta, unhealthy, {
        message: `Kubelet of node ${name} cannot keep up with its containers`,
        cause: `The kubelet of ${name}, which holds ${counted(pods.length, 'pod')}, says "${inline(unhealthy.condition.message ?? '')}".`,
        fixes: [
          lookAtNode(name, `Find what slows the container runtime on ${name} down`, [
            `On ${name}: look at load, disk latency (iostat -x 1) and free memory, then journalctl -u kubelet`,
            `On ${name}: restart the container runtime if crictl ps hangs.`,
          ]),
          drainFix(name),
        ],
      });
    }
  },
};
