import { type Analyzer } from '@kroot/types';
import { greediest, PRESSURE_BREAKS, pressedNodes, pressureFinding } from '../support/node-pressure.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';

/** Reports each node that is short of process ids. */
export const nodePidPressure: Analyzer = {
  meta: {
    id: 'node-pid-pressure',
    title: 'Node is short of process ids',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod', 'Event'],
    breaks: PRESSURE_BREAKS,
    docs: {
      means:
        'The number of processes and threads on a node is near its limit, mostly because one pod forks without end.',
      decides: 'The condition PIDPressure is True.',
      silent: 'When the condition is Unknown, as on every node that does not report: that is node-unreachable.',
      references: ['https://kubernetes.io/docs/concepts/policy/pid-limiting/'],
    },
  },
  *analyze({ snapshot }) {
    for (const pressed of pressedNodes(snapshot, 'PIDPressure', 'node.kubernetes.io/pid-pressure', /^pids?/)) {
      const { name } = pressed.node.metadata;
      const most = greediest(pressed);
      yield pressureFinding(snapshot, nodePidPressure.meta, pressed, {
        message: `Node ${name} is short of process ids`,
        cause: `The kubelet of ${name} has crossed its eviction threshold for process ids${most === undefined ? '' : `; ${most}`}.`,
        fixes: [
          lookAtNode(name, `Find the pod that forks on ${name}`, [
            `On ${name}: ps -eo pid,nlwp,args --sort=-nlwp | head shows the processes with most threads.`,
            'Restart the offender, and set podPidsLimit in the configuration of the kubelet.',
          ]),
        ],
        events: ['EvictionThresholdMet', 'NodeHasInsufficientPID'],
      });
    }
  },
};
