import { formatLabelSelector } from '@kroot/graph';
import { type Analyzer, type Fix } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { jsonPatch, podSpecPath } from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';
import { counted } from '../support/words.ts';

/** Reports workloads whose own anti-affinity leaves no node for a further pod. */
export const schedAntiAffinityDeadlock: Analyzer = schedulingRule(
  'sched-anti-affinity-deadlock',
  {
    title: 'Anti-affinity leaves no node for the pod',
    means: 'Every topology domain that the pod could use already holds a pod that its required anti-affinity excludes.',
    decides: 'Every required term of pod anti-affinity against the pods in each domain.',
    silent: 'When a domain is free and something else keeps the pod from its nodes. Preferred anti-affinity never keeps a pod from a node.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const rejection = first.reason?.rejection;
  const path = `${podSpecPath(owner)}.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution`;
  if (rejection?.plugin !== 'InterPodAffinity') {
    return { why: schedulerWords(group), cause: `The anti-affinity of ${inWords(owner)} leaves no node; ${schedulerWords(group)}.`, fixes: fixes(group, path) };
  }
  const { term, other } = rejection;
  const selector = formatLabelSelector(term.labelSelector);
  const nodes = first.reason?.nodes.length ?? 0;
  return {
    why: `its anti-affinity allows one pod with ${selector} per ${term.topologyKey}`,
    cause: `Required anti-affinity keeps it away from pods with ${selector}, and ${counted(nodes, 'usable node')} already ${nodes === 1 ? 'has' : 'have'} one in its ${term.topologyKey}.`,
    evidence: [
      fromSpec(owner, path, `${selector} per ${term.topologyKey}`),
      ...(other === undefined ? [] : [computed(other, 'is such a pod')]),
    ],
    fixes: fixes(group, path),
  };
}

function fixes({ owner }: UnschedulableGroup, path: string): readonly Fix[] {
  const relax: Fix = {
    summary: `Make the anti-affinity of ${inWords(owner)} preferred, or add nodes`,
    steps: [`Move the term of ${path} to preferredDuringSchedulingIgnoredDuringExecution`, 'Or add a node (or zone) for each further replica'],
    commands: [{ argv: ['kubectl', 'get', 'nodes', '--show-labels'] }],
    effect: 'none',
    where: 'cluster',
  };
  if (owner.kind !== 'Deployment') return [relax];
  return [
    relax,
    {
      summary: 'If this is the extra pod of a rollout: let the rollout stop an old pod first',
      steps: ['Set maxSurge 0 and maxUnavailable 1: one pod is missing during rollouts'],
      commands: [jsonPatch(owner, [{ op: 'replace', path: '/spec/strategy', value: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } }])],
      effect: 'change',
      where: 'cluster',
    },
  ];
}
