import { type Analyzer } from '@kroot/types';
import { readKarpenterRefusal } from '../messages/scale-up.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { scaleUpRule } from '../support/scale-up-rule.ts';

/** Reports NodePools of Karpenter that allow no machine for pods that wait. */
export const karpenterNoCompatible: Analyzer = scaleUpRule(
  'karpenter-no-compatible',
  {
    title: 'NodePool allows no machine that fits the pod',
    reads: ['Pod', 'Node', 'Event', 'NodePool.karpenter.sh', 'NodeClaim.karpenter.sh'],
    docs: {
      means:
        'Karpenter would make a node for a pod that waits, and the requirements of its NodePool (types, zones, sizes) leave no machine that is large enough, or the limits of the pool are used up.',
      decides:
        'A pod waits for want of a resource, and Karpenter’s newest word about it is FailedScheduling with `no instance type …` or `exceed limits`, for a NodePool that it names.',
      silent:
        'When Karpenter says that the pod does not ask for the pool (labels, taints): the pod’s own scheduling rule tells that; and for words older than half an hour.',
      references: ['https://karpenter.sh/docs/troubleshooting/#provisioning'],
    },
  },
  ({ subject, event }) => {
    const limits = readKarpenterRefusal(event?.message ?? '')?.lacks === 'limits';
    return {
      message: limits
        ? `${inWords(subject)} has used up its limits`
        : `${inWords(subject)} allows no machine that is large enough`,
      cause: limits
        ? `Karpenter makes no node because ${inWords(subject)} would exceed spec.limits`
        : `Karpenter makes no node because no machine that ${inWords(subject)} allows fits`,
      fixes: [
        {
          summary: limits
            ? `Raise spec.limits of ${inWords(subject)}`
            : `Widen spec.template.spec.requirements of ${inWords(subject)}`,
          steps: [
            limits
              ? 'The status of the pool tells what is in use; nodes that are empty can be consolidated first.'
              : 'Allow larger sizes, further families or zones; or lower the requests of the pods if they need less.',
          ],
          commands: [kubectl(undefined, 'get', kubectlName(subject), '-o', 'yaml')],
          effect: 'none',
          where: 'git',
        },
      ],
    };
  },
);
