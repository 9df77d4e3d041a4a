import { formatLabelSelector } from '@kroot/graph';
import { type Analyzer, type Fix } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, templated, type SchedulingStory } from '../support/scheduling-rule.ts';
import { isSurge, surgeFix } from '../support/surge.ts';
import { podSpecPath, unchangeableNote } from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';

/** Reports workloads whose own anti-affinity leaves no node for a further pod. */
export const schedAntiAffinityDeadlock: Analyzer = schedulingRule(
  'sched-anti-affinity-deadlock',
  {
    title: 'Anti-affinity leaves no node for the pod',
    means: 'Every topology domain that the pod could use already holds a pod that its required anti-affinity excludes.',
    decides: 'Every required term of pod anti-affinity against the pods in each domain.',
    silent:
      'When a domain is free and something else keeps the pod from its nodes. Preferred anti-affinity never keeps a pod from a node.',
    references: [
      'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity',
    ],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const rejection = first.reason?.rejection;
  const path = `${podSpecPath(owner)}.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution`;
  if (rejection?.plugin !== 'InterPodAffinity') {
    return {
      why: schedulerWords(group),
      cause: `The anti-affinity of ${inWords(owner)} leaves no node; ${schedulerWords(group)}.`,
      fixes: fixes(group, path),
    };
  }
  const { term, other } = rejection;
  const selector = formatLabelSelector(term.labelSelector);
  const nodes = first.reason?.nodes.length ?? 0;
  const have = nodes === 1 ? '1 usable node already has' : `${nodes} usable nodes already have`;
  return {
    why: `anti-affinity allows one pod with ${selector} per ${term.topologyKey}`,
    cause: `Required anti-affinity keeps ${first.state.ref.name} away from pods with ${selector}, and ${have} one in its ${term.topologyKey}.`,
    evidence: [
      fromSpec(owner, path, `${selector} per ${term.topologyKey}`),
      ...(other === undefined ? [] : [computed(other, `is a pod with ${selector}`)]),
    ],
    fixes: fixes(group, path),
    notes: unchangeableNote(templated(group)),
  };
}

function fixes(group: UnschedulableGroup, path: string): readonly Fix[] {
  const { owner } = group;
  const relax: Fix = {
    summary: `Make the anti-affinity of ${inWords(owner)} preferred, or add nodes`,
    steps: [
      `Move the term of ${path} to preferredDuringSchedulingIgnoredDuringExecution`,
      'Or add a node (or zone) for each further replica',
    ],
    commands: [{ argv: ['kubectl', 'get', 'nodes', '--show-labels'] }],
    effect: 'none',
    where: 'cluster',
  };
  return isSurge(group) ? [...surgeFix(group), relax] : [relax];
}
