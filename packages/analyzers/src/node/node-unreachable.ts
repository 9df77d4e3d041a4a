import { type Analyzer, type Fix } from '@kroot/types';
import { kubectl } from '../support/kubectl.ts';
import { lookAtNode, NODE_BREAKS, unhealthyFinding } from '../support/unhealthy-finding.ts';
import { nodesOfKind } from '../support/nodes-of-kind.ts';
import { type UnhealthyNode } from '../support/unhealthy-nodes.ts';
import { inline } from '../support/words.ts';

/** Reports each node whose kubelet no longer reports to the API server. */
export const nodeUnreachable: Analyzer = {
  meta: {
    id: 'node-unreachable',
    title: 'Node does not report any more',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Lease', 'Pod', 'Event'],
    breaks: [...NODE_BREAKS, 'volume'],
    docs: {
      means:
        'The kubelet of a node has stopped talking to the API server: the machine, its kubelet or the network between them is down. Its pods count as not ready, and after five minutes they are evicted.',
      decides:
        'The Ready condition of the node is Unknown, as the node controller sets it when status and Lease have not been renewed for 40 to 50 s. The age of the Lease is printed with it.',
      silent:
        'For nodes that joined less than 60 s ago, and for changes younger than 60 s that hold up no pod. Conditions that became Unknown together with Ready are not reported again.',
      references: ['https://kubernetes.io/docs/concepts/architecture/nodes/#node-status'],
    },
  },
  *analyze({ snapshot }) {
    for (const unhealthy of nodesOfKind(snapshot, 'unreachable')) {
      const { name } = unhealthy.node.metadata;
      yield unhealthyFinding(snapshot, nodeUnreachable.meta, unhealthy, {
        message: `Node ${name} does not report any more`,
        cause: causeOf(unhealthy),
        fixes: fixes(name),
      });
    }
  },
};

function causeOf({ node, condition }: UnhealthyNode): string {
  const { name } = node.metadata;
  const words = condition.message === undefined || condition.message === '' ? '' : ` ("${inline(condition.message)}")`;
  const since = condition.lastTransitionTime === undefined ? '' : ` at ${condition.lastTransitionTime}`;
  return `The node controller set Ready of ${name} to Unknown${since}${words}, so the machine, its kubelet or its way to the API server is down.`;
}

function fixes(name: string): readonly Fix[] {
  const look = lookAtNode(name, `Bring ${name} back`, [
    `See in the console of its provider, or on site, whether the machine of ${name} runs and can reach the API server.`,
    `On the machine: systemctl status kubelet, then journalctl -u kubelet`,
  ]);
  return [
    { ...look, commands: [...look.commands, kubectl('kube-node-lease', 'get', 'lease', name, '-o', 'yaml')] },
    {
      summary: `If the machine is off for good, release its pods and volumes`,
      steps: [
        `Only when the machine of ${name} is certainly off: the taint lets the pods be deleted and the volumes be attached elsewhere.`,
        `Remove the node afterwards: kubectl delete node ${name}`,
      ],
      commands: [kubectl(undefined, 'taint', 'node', name, 'node.kubernetes.io/out-of-service=nodeshutdown:NoExecute')],
      effect: 'destructive',
      where: 'cluster',
    },
  ];
}
