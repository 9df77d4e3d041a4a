import { type Analyzer } from '@kroot/types';
import { drainFix, lookAtNode, NODE_BREAKS, unhealthyFinding } from '../support/unhealthy-finding.ts';
import { nodesOfKind } from '../support/nodes-of-kind.ts';
import { type UnhealthyNode } from '../support/unhealthy-nodes.ts';
import { inline } from '../support/words.ts';

/** Reports each node that calls itself not ready for a reason that no other rule knows. */
export const nodeNotReady: Analyzer = {
  meta: {
    id: 'node-not-ready',
    title: 'Node is not ready',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod', 'Lease', 'Event'],
    breaks: NODE_BREAKS,
    docs: {
      means: 'The kubelet of a node reports and says itself that it cannot run pods.',
      decides: 'Ready is False, and its message names neither the container runtime nor PLEG nor the network plugin.',
      silent:
        'For nodes that joined less than 3 min ago or whose kubelet started less than 60 s ago, and for changes younger than 60 s that hold up no pod.',
      references: ['https://kubernetes.io/docs/concepts/architecture/nodes/#condition'],
    },
  },
  *analyze({ snapshot }) {
    for (const unhealthy of nodesOfKind(snapshot, 'kubelet')) {
      const { name } = unhealthy.node.metadata;
      yield unhealthyFinding(snapshot, nodeNotReady.meta, unhealthy, {
        message: `Node ${name} is not ready`,
        cause: causeOf(unhealthy),
        fixes: [
          lookAtNode(name, `See what the kubelet on ${name} complains about`, [
            `On ${name}: journalctl -u kubelet --since "1 hour ago"`,
          ]),
          drainFix(name),
        ],
      });
    }
  },
};

function causeOf({ node, condition }: UnhealthyNode): string {
  const reason = condition.reason === undefined ? '' : ` with reason ${condition.reason}`;
  const words =
    condition.message === undefined || condition.message === ''
      ? ' and no message'
      : `: "${inline(condition.message)}"`;
  return `The kubelet of ${node.metadata.name} reports Ready=${condition.status}${reason}${words}.`;
}
