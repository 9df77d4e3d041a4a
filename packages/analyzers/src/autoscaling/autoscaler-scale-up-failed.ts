import { type Analyzer } from '@kroot/types';
import { kubectl } from '../support/kubectl.ts';
import { scaleUpRule } from '../support/scale-up-rule.ts';

/** Reports scale-ups of the cluster autoscaler that the cloud refused or that brought no node. */
export const autoscalerScaleUpFailed: Analyzer = scaleUpRule(
  'autoscaler-scale-up-failed',
  {
    title: 'Cluster autoscaler cannot add a node',
    docs: {
      means:
        'The autoscaler wanted to add a node for pods that wait, and the cloud refused (a quota, no machines of the type left, no addresses), or the machine came and never registered. It then leaves the group alone for a while.',
      decides:
        'A pod waits for want of a resource that its nodes have in principle, and the newest words about it or about the groups are FailedToScaleUpGroup, ScaleUpTimedOut, FailedScaleUp, or NotTriggerScaleUp with `in backoff after failed scale-up`.',
      silent:
        'When a group has grown since, when the pod is larger than the nodes, and for words older than half an hour.',
      references: ['https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md'],
    },
  },
  ({ event }) => {
    const timedOut = event?.reason === 'ScaleUpTimedOut';
    return {
      message: timedOut
        ? 'Nodes that the cluster autoscaler ordered do not register'
        : 'Cluster autoscaler fails to add a node',
      cause: timedOut
        ? 'The machines were made and have not joined the cluster'
        : 'The cluster autoscaler tried to add a node and did not get one',
      fixes: [
        {
          summary: timedOut ? 'Find out why the new machines do not join' : 'See what the provider refuses',
          steps: [
            timedOut
              ? 'Their boot log tells: start script, bootstrap token, the way to the API server, or the permissions of the machine.'
              : 'Quotas, machines of the type in the zone, and free addresses of the subnet are the usual limits; raise them or allow other types and zones in the group.',
          ],
          commands: [kubectl('kube-system', 'get', 'configmap', 'cluster-autoscaler-status', '-o', 'yaml')],
          effect: 'none',
          where: 'node',
        },
      ],
    };
  },
);
