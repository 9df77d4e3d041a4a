import { type Analyzer } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { podSpecPath } from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';
import { listed } from '../support/words.ts';

/** Reports pods that wait behind scheduling gates. */
export const schedGated: Analyzer = schedulingRule(
  'sched-gated',
  {
    title: 'Scheduling gates of the pod are not lifted',
    means:
      'The pod carries scheduling gates; until the controller that owns them takes them away the scheduler does not look at it. Queueing systems hold pods back in this way on purpose.',
    decides: 'spec.schedulingGates is not empty. For the first 30 minutes it is reported as info, then as a warning.',
    silent: 'For the first minute.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/'],
    severity: 'warning',
    breaks: ['scheduling', 'availability'],
  },
  tell,
);

function tell({ owner, pods, first }: UnschedulableGroup): SchedulingStory {
  const gates = (first.state.pod.spec.schedulingGates ?? []).map(({ name }) => name);
  const inTemplate = (first.template?.schedulingGates ?? []).length > 0;
  const waiting = pods.length === 1 ? `Pod ${first.state.ref.name} of` : `${pods.length} pods of`;
  const lift = `Find the controller that owns gate ${listed(gates)} and see why it does not lift it`;
  return {
    message:
      owner.kind === 'Pod'
        ? `${inWords(owner)} waits behind scheduling gate ${listed(gates)}`
        : `${waiting} ${inWords(owner)} ${pods.length === 1 ? 'waits' : 'wait'} behind scheduling gate ${listed(gates)}`,
    why: `gate ${listed(gates)} is not lifted`,
    cause: `Nobody has taken gate ${listed(gates)} from the pods of ${inWords(owner)}, and until then the scheduler does not look at them.`,
    severity: pods.some(({ state }) => state.blocked) ? 'warning' : 'info',
    evidence: [
      inTemplate
        ? fromSpec(owner, `${podSpecPath(owner)}.schedulingGates`, gates.join(', '))
        : fromSpec(first.state.ref, 'spec.schedulingGates', gates.join(', ')),
    ],
    fixes: [
      {
        summary: lift,
        steps: [
          'Queueing systems lift gates when their quota allows it: look at their queue',
          `If no controller knows the gate, take it out of ${inTemplate ? `${podSpecPath(owner)}.schedulingGates of ${inWords(owner)}` : 'what adds it to the pods'}`,
        ],
        commands: [kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml')],
        effect: 'none',
        where: 'cluster',
      },
    ],
    discriminator: gates.join(','),
  };
}
