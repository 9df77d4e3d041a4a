import { formatRef, type Analyzer } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { podSpecPath } from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';

/** Reports pods whose host port is taken on every usable node. */
export const schedHostPortConflict: Analyzer = schedulingRule(
  'sched-host-port-conflict',
  {
    title: 'Host port of the pod is taken on every usable node',
    means: 'The pod asks for a port of the node itself, and another pod on each usable node holds it.',
    decides: 'hostPort, protocol and hostIP of the pod against those of the pods on each node.',
    silent: 'When a usable node has the port free.',
    references: ['https://kubernetes.io/docs/concepts/configuration/overview/#services'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const rejection = first.reason?.rejection;
  const fix = (about: UnschedulableGroup['owner']): SchedulingStory['fixes'] => [
    describeFix(about, `Take the hostPort out of ${inWords(owner)}, or let a rollout stop the old pod first`, [
      `Remove hostPort from ${podSpecPath(owner)}.containers, and reach the pod by a Service`,
      'If the pod in the way is of the same Deployment: set maxSurge 0 and maxUnavailable 1',
    ]),
  ];
  if (rejection?.plugin !== 'NodePorts') {
    return { why: schedulerWords(group), cause: `A host port of ${inWords(owner)} is taken on every usable node; ${schedulerWords(group)}.`, fixes: fix(owner) };
  }
  const { port, protocol, heldBy } = rejection;
  return {
    why: `host port ${port}/${protocol} is taken on every usable node`,
    cause: `The pod asks for host port ${port}/${protocol}, which ${formatRef(heldBy)} already holds.`,
    evidence: [fromSpec(heldBy, 'spec.containers[*].ports', `hostPort ${port}/${protocol}`)],
    fixes: fix(heldBy),
    discriminator: `${port}/${protocol}`,
  };
}
