import { type Analyzer, type Fix } from '@kroot/types';
import { kubectl } from '../support/kubectl.ts';
import {
  greediest,
  PRESSURE_BREAKS,
  pressedNodes,
  pressureFinding,
  type PressedNode,
} from '../support/node-pressure.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';

/** Reports each node that is short of memory. */
export const nodeMemoryPressure: Analyzer = {
  meta: {
    id: 'node-memory-pressure',
    title: 'Node is short of memory',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod', 'Event'],
    breaks: PRESSURE_BREAKS,
    docs: {
      means:
        'The free memory of a node is below the kubelet’s eviction threshold. The kubelet evicts pods, and the node takes no new pods of class BestEffort.',
      decides: 'The condition MemoryPressure is True. The words of the evictions tell which container used most.',
      silent: 'When the condition is Unknown, as on every node that does not report: that is node-unreachable.',
      references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/'],
    },
  },
  *analyze({ snapshot }) {
    for (const pressed of pressedNodes(snapshot, 'MemoryPressure', 'node.kubernetes.io/memory-pressure', /^memory/)) {
      const { name } = pressed.node.metadata;
      yield pressureFinding(snapshot, nodeMemoryPressure.meta, pressed, {
        message: `Node ${name} is short of memory`,
        cause: causeOf(pressed),
        fixes: fixes(name),
        events: ['EvictionThresholdMet', 'NodeHasInsufficientMemory', 'SystemOOM'],
      });
    }
  },
};

function causeOf(pressed: PressedNode): string {
  const { name } = pressed.node.metadata;
  const most = greediest(pressed);
  const allocatable = pressed.node.status?.allocatable?.['memory'];
  const size = allocatable === undefined ? '' : ` (allocatable ${allocatable})`;
  return `The kubelet of ${name}${size} has crossed its eviction threshold for memory${most === undefined ? '' : `; ${most}`}.`;
}

function fixes(name: string): readonly Fix[] {
  return [
    lookAtNode(name, `Find what uses the memory of ${name}`, [
      'Compare the requests of the pods on it with what they use: kubectl top pod -A --sort-by=memory',
      'Give the containers that use far more than they request a request of what they use, so that the scheduler counts it.',
    ]),
    {
      summary: `Keep new pods off ${name} meanwhile`,
      steps: [`Afterwards: kubectl uncordon ${name}`],
      commands: [kubectl(undefined, 'cordon', name)],
      effect: 'change',
      where: 'cluster',
    },
  ];
}
