import { type Analyzer } from '@kroot/types';
import { conditionRule } from '../support/condition-rule.ts';
import { DETECTOR_CONDITIONS } from '../support/detector-conditions.ts';

/** Reports nodes on which the node problem detector has found trouble of kernel, disk or runtime. */
export const nodeNpdProblem: Analyzer = conditionRule({
  id: 'node-npd-problem',
  title: 'Node problem detector has found trouble on the node',
  severity: 'warning',
  docs: {
    means:
      'A detector on the node reads kernel log and services and reports a deadlock, a read-only or damaged file system, bad hardware, a wrong clock, or a runtime or kubelet that restarts again and again. Kubernetes itself does not act on it: the scheduler goes on placing pods there.',
    decides: 'One of the conditions of the node problem detector is True. Unlike Ready, these are bad when True.',
    silent: 'While the condition is False or Unknown, and for nodes that do not report any more.',
    references: ['https://github.com/kubernetes/node-problem-detector'],
  },
  isBad: ({ type, status }) => status === 'True' && DETECTOR_CONDITIONS.has(type),
  steps: [
    'On the node: dmesg -T and journalctl -k show what the detector has read; for restarts journalctl -u kubelet -u containerd.',
    'A machine with bad disk, memory or file system is better replaced than repaired.',
  ],
});
