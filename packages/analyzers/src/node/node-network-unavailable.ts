import { type Analyzer } from '@kroot/types';
import { pressedNodes, pressureFinding } from '../support/node-pressure.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';
import { inline } from '../support/words.ts';

/** Reports each node whose routes to other nodes are not set up. */
export const nodeNetworkUnavailable: Analyzer = {
  meta: {
    id: 'node-network-unavailable',
    title: 'Network of a node is not set up',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod', 'Event'],
    breaks: ['scheduling', 'network', 'sandbox'],
    docs: {
      means:
        'The cloud’s route controller or the network plugin says that pods on a node cannot reach pods on others. New pods are kept off it.',
      decides:
        'The condition NetworkUnavailable is True. Most plugins never set it, or set it to False with a reason of their own.',
      silent: 'When the condition is absent, False or Unknown.',
      references: ['https://kubernetes.io/docs/concepts/architecture/nodes/#condition'],
    },
  },
  *analyze({ snapshot }) {
    for (const pressed of pressedNodes(
      snapshot,
      'NetworkUnavailable',
      'node.kubernetes.io/network-unavailable',
      /^$/,
    )) {
      const { name } = pressed.node.metadata;
      const { reason = 'no reason', message = '' } = pressed.condition;
      const cidr = pressed.node.spec?.podCIDR;
      yield pressureFinding(snapshot, nodeNetworkUnavailable.meta, pressed, {
        message: `Network of node ${name} is not set up`,
        cause: `The network of ${name}${cidr === undefined ? ' (no podCIDR)' : ` (podCIDR ${cidr})`} counts as unavailable: ${reason}${message === '' ? '' : `, "${inline(message)}"`}.`,
        fixes: [
          lookAtNode(name, `Let the route or network of ${name} be made`, [
            'NoRouteCreated: read the log of the cloud controller manager; a full route table or a missing permission is the usual reason.',
            'Otherwise read the log of the network plugin’s pod on the node.',
          ]),
        ],
        events: ['FailedToCreateRoute'],
      });
    }
  },
};
