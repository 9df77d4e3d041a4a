import { type Analyzer, type Fix } from '@kroot/types';
import { sandboxWords } from '../messages/sandbox.ts';
import { drainFix, lookAtNode, NODE_BREAKS, unhealthyFinding } from '../support/unhealthy-finding.ts';
import { nodesOfKind } from '../support/nodes-of-kind.ts';
import { type UnhealthyNode } from '../support/unhealthy-nodes.ts';
import { inline } from '../support/words.ts';

/** Reports each node whose container runtime does not answer its kubelet. */
export const nodeNotReadyRuntime: Analyzer = {
  meta: {
    id: 'node-not-ready-runtime',
    title: 'Container runtime of a node is down',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod', 'Event', 'Lease'],
    breaks: [...NODE_BREAKS, 'image', 'container-start'],
    docs: {
      means:
        'The kubelet of a node runs, but containerd, CRI-O or Docker below it does not answer. No container can be started, checked or stopped there.',
      decides:
        'Ready is False and its message says that the container runtime is down or not ready, or pods on the node fail to get a sandbox because the socket of the runtime does not answer.',
      silent:
        'For nodes that joined less than 3 min ago or whose kubelet started less than 60 s ago, and for events of the runtime that are older than the node’s last change to Ready.',
      references: ['https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/runtime.go'],
    },
  },
  *analyze({ snapshot }) {
    for (const unhealthy of nodesOfKind(snapshot, 'runtime')) {
      yield unhealthyFinding(snapshot, nodeNotReadyRuntime.meta, unhealthy, {
        message: `Container runtime of node ${unhealthy.node.metadata.name} is down`,
        cause: causeOf(unhealthy),
        fixes: fixes(unhealthy),
      });
    }
  },
};

function causeOf({ node, condition, event }: UnhealthyNode): string {
  const { name } = node.metadata;
  const said = condition.status === 'True' ? event?.message : (condition.message ?? event?.message);
  return `The kubelet of ${name} runs but cannot reach ${runtimeOf(node)}: "${inline(sandboxWords(said ?? 'no message'))}".`;
}

function runtimeOf(node: UnhealthyNode['node']): string {
  const version = node.status?.nodeInfo?.containerRuntimeVersion ?? '';
  const [name = ''] = version.split('://');
  return name === ''
    ? 'its container runtime'
    : `its container runtime ${version.endsWith('Unknown') ? name : version}`;
}

/** Service names of the runtimes, by the name that the kubelet reports. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ['containerd', 'containerd'],
  ['cri-o', 'crio'],
  ['docker', 'docker'],
]);

function fixes({ node }: UnhealthyNode): readonly Fix[] {
  const { name } = node.metadata;
  const [runtime = ''] = (node.status?.nodeInfo?.containerRuntimeVersion ?? '').split('://');
  const unit = UNITS.get(runtime) ?? 'containerd';
  return [
    lookAtNode(name, `Restart the container runtime on ${name}`, [
      `On ${name}: systemctl status ${unit}; journalctl -u ${unit} --since "1 hour ago"`,
      `On ${name}: systemctl restart ${unit}`,
      `The node becomes Ready by itself once the socket answers.`,
    ]),
    drainFix(name),
  ];
}
