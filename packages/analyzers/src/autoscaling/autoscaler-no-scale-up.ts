import { type Analyzer, type Fix } from '@kroot/types';
import { kubectl } from '../support/kubectl.ts';
import { scaleUpRule } from '../support/scale-up-rule.ts';

/** Reports node groups of the cluster autoscaler that may not grow any more while pods wait. */
export const autoscalerNoScaleUp: Analyzer = scaleUpRule(
  'autoscaler-no-scale-up',
  {
    title: 'Node groups have reached their maximum',
    docs: {
      means:
        'The cluster autoscaler sees pods that lack room and does not add a node, because the groups are at their maximum size or the cluster at its limit.',
      decides:
        'A pod waits for want of a resource that its nodes have in principle, and the autoscaler’s newest word about it is NotTriggerScaleUp with `max node group size reached` or another limit.',
      silent:
        'When no group fits the pod (its own scheduling rule tells why), when the pod is larger than the nodes, when the autoscaler has set out to help since, and for words older than half an hour.',
      references: ['https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md'],
    },
  },
  () => ({
    message: 'Cluster autoscaler is at the limit of its node groups',
    cause: 'The cluster autoscaler adds no node because the groups have reached their maximum',
    fixes: [raiseLimit(), lookAtStatus()],
  }),
);

function raiseLimit(): Fix {
  return {
    summary: 'Raise the maximum of a node group, or free room on its nodes',
    steps: [
      'The maximum is set at the provider or in --nodes of the autoscaler; limits for the whole cluster are --max-nodes-total, --cores-total and --memory-total.',
      'Pods that request more than they use hold the room: see Allocated resources of the nodes.',
    ],
    commands: [kubectl(undefined, 'describe', 'nodes')],
    effect: 'none',
    where: 'node',
  };
}

function lookAtStatus(): Fix {
  return {
    summary: 'See what the autoscaler reports of each group',
    steps: ['The status tells present size, maximum and health of each group.'],
    commands: [kubectl('kube-system', 'get', 'configmap', 'cluster-autoscaler-status', '-o', 'yaml')],
    effect: 'none',
    where: 'cluster',
  };
}
