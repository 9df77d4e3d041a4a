import { type Analyzer } from '@kroot/types';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { scaleUpRule } from '../support/scale-up-rule.ts';

/** Reports NodePools of Karpenter for which the cloud has no machine left. */
export const karpenterInsufficientCapacity: Analyzer = scaleUpRule(
  'karpenter-insufficient-capacity',
  {
    title: 'Cloud has no machine left that the NodePool allows',
    reads: ['Pod', 'Node', 'Event', 'NodePool.karpenter.sh', 'NodeClaim.karpenter.sh'],
    docs: {
      means:
        'Karpenter asked for a machine and the cloud had none of the types and zones that the NodePool allows; often they are spot machines or accelerators. It tries again and forgets the offer for some minutes.',
      decides:
        'A pod waits for want of a resource, Karpenter has looked at it, and a NodeClaim of the pool ended with InsufficientCapacityError within half an hour.',
      silent: 'When no pod waits: other types have served.',
      references: ['https://karpenter.sh/docs/concepts/scheduling/'],
    },
  },
  ({ subject }) => ({
    message: `Cloud has no machine left that ${inWords(subject)} allows`,
    cause: `Karpenter asked the cloud for a machine of ${inWords(subject)} and was refused`,
    fixes: [
      {
        summary: `Allow more types, zones or on-demand machines in ${inWords(subject)}`,
        steps: [
          'The more kinds spec.template.spec.requirements leaves, the rarer this is; capacity type spot and on-demand together falls back by itself.',
        ],
        commands: [kubectl(undefined, 'get', kubectlName(subject), '-o', 'yaml')],
        effect: 'none',
        where: 'git',
      },
    ],
  }),
);
