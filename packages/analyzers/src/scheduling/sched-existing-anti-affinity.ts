import { formatLabelSelector, presentObject, topOwner } from '@kroot/graph';
import { type Analyzer, type Fix, type ResourceRef } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { podSpecPath } from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';

/** Reports pods that the anti-affinity of other pods keeps away. */
export const schedExistingAntiAffinity: Analyzer = schedulingRule(
  'sched-existing-anti-affinity',
  {
    title: 'Anti-affinity of pods that already run keeps the pod away',
    means: 'Pods on the usable nodes have a required anti-affinity that selects this pod; its own spec looks innocent.',
    decides: 'Required anti-affinity terms of the pods on each node against the labels of the pending pod.',
    silent: 'When a domain without such a pod exists and something else keeps the pod from it.',
    references: [
      'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity',
    ],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const rejection = first.reason?.rejection;
  const fix: Fix = {
    summary: `Change the labels of ${inWords(owner)} or the anti-affinity that selects them`,
    steps: ['Find whose anti-affinity selects these labels, and decide which of the two may move'],
    commands: [kubectl(owner.namespace, 'get', 'pods', '-o', 'wide', '--show-labels')],
    effect: 'none',
    where: 'cluster',
  };
  if (rejection?.plugin !== 'InterPodAffinity' || rejection.other === undefined) {
    const cause = `Pods that already run keep the pods of ${inWords(owner)} away; ${schedulerWords(group)}.`;
    return { why: schedulerWords(group), cause, fixes: [fix] };
  }
  const { term, other } = rejection;
  const selector = formatLabelSelector(term.labelSelector);
  const holder = ownerOf(group, other);
  return {
    why: `the anti-affinity of ${inWords(holder)} keeps pods with ${selector} away`,
    cause: `${inWords(other)} has a required anti-affinity against pods with ${selector} in its ${term.topologyKey}, and ${first.state.ref.name} is one.`,
    evidence: [computed(other, `required anti-affinity: ${selector} per ${term.topologyKey}`)],
    fixes: [
      describeFix(holder, `Let ${inWords(holder)} prefer, not require, to be apart from ${inWords(owner)}`, [
        `Move the term of ${podSpecPath(holder)}.affinity.podAntiAffinity of ${inWords(holder)} to preferredDuringSchedulingIgnoredDuringExecution, or narrow its selector`,
      ]),
      fix,
    ],
  };
}

function ownerOf({ snapshot }: UnschedulableGroup, pod: ResourceRef): ResourceRef {
  const object = presentObject(snapshot, pod);
  return object === undefined ? pod : topOwner(snapshot, object);
}
