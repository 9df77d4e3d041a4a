import { formatLabelSelector } from '@kroot/graph';
import { type Analyzer } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { podSpecPath } from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';

/** Reports workloads that must run beside pods which are not there. */
export const schedPodAffinityUnsatisfied: Analyzer = schedulingRule(
  'sched-pod-affinity-unsatisfied',
  {
    title: 'Pod must run beside pods that are not there',
    means: 'A required pod affinity selects no running pod in the topology of any node that could take the pod.',
    decides: 'Every required term of pod affinity against the labels of the pods on the nodes of each topology domain.',
    silent: 'For the first pod of a group that only asks for itself: the scheduler lets it through.',
    references: [
      'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity',
    ],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const rejection = first.reason?.rejection;
  const path = `${podSpecPath(owner)}.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution`;
  if (rejection?.plugin !== 'InterPodAffinity') {
    return {
      why: schedulerWords(group),
      cause: `The pods that ${inWords(owner)} must run beside are on no usable node; ${schedulerWords(group)}.`,
      fixes: [look(group, undefined)],
    };
  }
  const { term, other, missingLabel } = rejection;
  const selector = formatLabelSelector(term.labelSelector);
  const where = missingLabel
    ? `the nodes lack label ${term.topologyKey}`
    : other === undefined
      ? `no pod has these labels`
      : `${other.name} is on a node that refuses the pod for another reason`;
  return {
    why: `required beside pods with ${selector}, and ${where}`,
    cause: `Required pod affinity wants a pod with ${selector} in the same ${term.topologyKey}, but ${where}.`,
    evidence: [fromSpec(owner, path, `${selector} per ${term.topologyKey}`)],
    fixes: [look(group, selector)],
  };
}

function look({ owner }: UnschedulableGroup, selector: string | undefined): SchedulingStory['fixes'][number] {
  return {
    summary: 'Start the pods that it must run beside, or correct the selector of the affinity',
    steps: [
      `See which pods match${selector === undefined ? '' : ` ${selector}`} and where they run`,
      `Correct ${podSpecPath(owner)}.affinity.podAffinity, or make it preferred`,
    ],
    commands: [
      kubectl(
        owner.namespace,
        'get',
        'pods',
        '-o',
        'wide',
        ...(selector === undefined || selector.startsWith('<') ? ['--show-labels'] : ['-l', selector]),
      ),
    ],
    effect: 'none',
    where: 'cluster',
  };
}
