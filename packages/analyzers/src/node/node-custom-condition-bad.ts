import { type Analyzer } from '@kroot/types';
import { conditionRule } from '../support/condition-rule.ts';
import { DETECTOR_CONDITIONS } from '../support/detector-conditions.ts';

/** Reports conditions of vendors on nodes whose name says which of its values is bad. */
export const nodeCustomConditionBad: Analyzer = conditionRule({
  id: 'node-custom-condition-bad',
  title: 'Agent of a vendor reports trouble on the node',
  severity: 'info',
  docs: {
    means:
      'An agent of the cloud or of an operator has put a condition of its own on the node, and it has the bad one of its two values. Kubernetes itself does not act on it.',
    decides:
      'A condition that ends in Ready (such as StorageReady, AcceleratedHardwareReady) is False, or one that ends in Problem, Unhealthy or Fault is True. It is critical while pods stand at a stage that is the node’s work.',
    silent:
      'For the conditions of Kubernetes itself and of the node problem detector, and for names that do not tell which value is bad.',
    references: ['https://kubernetes.io/docs/concepts/architecture/nodes/#node-status'],
  },
  isBad: ({ type, status }) => {
    if (DETECTOR_CONDITIONS.has(type)) return false;
    return status === 'True' ? /.(?:Problem|Unhealthy|Fault)$/.test(type) : status === 'False' && /.Ready$/.test(type);
  },
  steps: [
    'The reason and message come from the agent that set the condition; its documentation says what they stand for.',
  ],
});
