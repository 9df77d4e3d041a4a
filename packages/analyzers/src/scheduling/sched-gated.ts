import { type Analyzer } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';
import { listed } from '../support/words.ts';

/** Reports pods whose scheduling gates nobody has lifted for half an hour. */
export const schedGated: Analyzer = schedulingRule(
  'sched-gated',
  {
    title: 'Scheduling gates of the pod are not lifted',
    means: 'The pod carries scheduling gates; until their owner removes them the scheduler does not look at it.',
    decides: 'spec.schedulingGates is not empty and the pod has waited for more than 30 minutes.',
    silent: 'For the first 30 minutes: gates are how queueing systems hold pods back on purpose.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/'],
    severity: 'warning',
  },
  tell,
);

function tell({ owner, first }: UnschedulableGroup): SchedulingStory {
  const gates = (first.state.pod.spec.schedulingGates ?? []).map(({ name }) => name);
  return {
    why: `its scheduling gates are not lifted: ${listed(gates)}`,
    cause: `Whoever owns the gates ${listed(gates)} has not removed them from the pods of ${inWords(owner)}.`,
    evidence: [fromSpec(first.state.ref, 'spec.schedulingGates', gates.join(', '))],
    fixes: [
      {
        summary: `Find the controller that owns ${listed(gates)} and see why it does not lift the gate`,
        steps: [
          'Queueing systems lift gates when their quota allows it: look at their queue',
          `If the gate is left over, take it out of the pod template of ${inWords(owner)}`,
        ],
        commands: [kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml')],
        effect: 'none',
        where: 'cluster',
      },
    ],
    discriminator: gates.join(','),
  };
}
