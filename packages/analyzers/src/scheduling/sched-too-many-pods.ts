import { type Analyzer } from '@kroot/types';
import { schedulingRule } from '../support/scheduling-rule.ts';
import { scalerStory } from '../support/shortage.ts';
import { counted } from '../support/words.ts';

/** Reports pods for which every usable node already runs as many pods as it takes. */
export const schedTooManyPods: Analyzer = schedulingRule(
  'sched-too-many-pods',
  {
    title: 'Every usable node runs as many pods as it takes',
    means:
      'The kubelet of each node that the pod may use takes no more pods (maxPods, or the addresses that the network plugin has).',
    decides: 'Pods on each node that have not ended, against allocatable.pods.',
    silent: 'While a node would take the pod. Finished pods do not count.',
    references: ['https://kubernetes.io/docs/setup/best-practices/cluster-large/'],
    waitsFor: ['scaling'],
  },
  (group) => {
    const { first } = group;
    const nodes = first.reason?.nodes ?? [];
    const rejection = first.reason?.rejection;
    const limit = rejection?.plugin === 'NodeResourcesFit' ? Number(rejection.allocatable / 1000n) : undefined;
    const full =
      nodes.length === 0 ? 'the nodes are' : `${counted(nodes.length, 'node')} ${nodes.length === 1 ? 'is' : 'are'}`;
    return {
      why: `${full} full${limit === undefined ? '' : ` with ${counted(limit, 'pod')}${nodes.length === 1 ? '' : ' each'}`}`,
      cause: `${full[0]?.toUpperCase() ?? ''}${full.slice(1)} at the number of pods that the kubelet takes${limit === undefined ? '' : ` (${limit})`}.`,
      ...scalerStory(group),
      fixes: [
        {
          summary: 'Add a node, or raise maxPods of the kubelets',
          steps: [
            'See how many pods each node takes (Allocatable) and runs',
            'Add a node, or raise maxPods where the pod network has addresses left',
          ],
          commands: [
            {
              argv: [
                'kubectl',
                'get',
                'nodes',
                '-o',
                'custom-columns=NAME:.metadata.name,PODS:.status.allocatable.pods',
              ],
            },
          ],
          effect: 'none',
          where: 'node',
        },
      ],
    };
  },
);
