import { formatLabelSelector } from '@kroot/graph';
import { formatRef, type Analyzer } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';

/** Reports pods that the anti-affinity of other pods keeps away. */
export const schedExistingAntiAffinity: Analyzer = schedulingRule(
  'sched-existing-anti-affinity',
  {
    title: 'Anti-affinity of pods that already run keeps the pod away',
    means: 'Pods on the usable nodes have a required anti-affinity that selects this pod; its own spec looks innocent.',
    decides: 'Required anti-affinity terms of the pods on each node against the labels of the pending pod.',
    silent: 'When a domain without such a pod exists and something else keeps the pod from it.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const rejection = first.reason?.rejection;
  const fix = {
    summary: `Change the labels of ${inWords(owner)} or the anti-affinity that selects them`,
    steps: ['Find whose anti-affinity selects these labels, and decide which of the two may move'],
    commands: [kubectl(owner.namespace, 'get', 'pods', '-o', 'wide', '--show-labels')],
    effect: 'none' as const,
    where: 'cluster' as const,
  };
  if (rejection?.plugin !== 'InterPodAffinity' || rejection.other === undefined) {
    return { why: schedulerWords(group), cause: `Pods that already run keep the pods of ${inWords(owner)} away; ${schedulerWords(group)}.`, fixes: [fix] };
  }
  const { term, other } = rejection;
  const selector = formatLabelSelector(term.labelSelector);
  return {
    why: `${formatRef(other)} keeps pods with ${selector} away`,
    cause: `${formatRef(other)} has a required anti-affinity against pods with ${selector} per ${term.topologyKey}, and this pod is one.`,
    evidence: [computed(other, `required anti-affinity: ${selector} per ${term.topologyKey}`)],
    fixes: [fix],
  };
}

