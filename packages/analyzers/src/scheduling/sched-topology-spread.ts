import { type Analyzer, type Fix } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { podSpecPath } from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';

/** Reports pods that a topology spread constraint with DoNotSchedule keeps from every node. */
export const schedTopologySpread: Analyzer = schedulingRule(
  'sched-topology-spread',
  {
    title: 'Topology spread constraint leaves no node for the pod',
    means:
      'Placing the pod on any usable node would make the spread more uneven than maxSkew allows, or there are fewer domains than minDomains, or nodes lack the topology label.',
    decides:
      'Pods that the constraint selects per domain, over the nodes that match the pod’s node selector and affinity.',
    silent: 'For constraints with ScheduleAnyway.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const rejection = first.reason?.rejection;
  const path = `${podSpecPath(owner)}.topologySpreadConstraints`;
  if (rejection?.plugin !== 'PodTopologySpread') {
    return {
      why: schedulerWords(group),
      cause: `A topology spread constraint keeps the pods of ${inWords(owner)} from every node; ${schedulerWords(group)}.`,
      fixes: fixes(group, path, 'its topology key'),
    };
  }
  const { topologyKey } = rejection;
  if (rejection.kind === 'missing-label') {
    return {
      why: `usable nodes lack the label ${topologyKey} of the spread constraint`,
      cause: `The spread constraint counts by label ${topologyKey}, and the usable nodes do not have it.`,
      evidence: [fromSpec(owner, path, `topologyKey ${topologyKey}`)],
      fixes: [labelNodes(path, topologyKey)],
      discriminator: topologyKey,
    };
  }
  const { domain, matching, fewest, maxSkew, domains, minDomains } = rejection;
  const few = minDomains !== undefined && domains < minDomains;
  return {
    why: few
      ? `the spread constraint wants ${minDomains} domains of ${topologyKey}, there are ${domains}`
      : `spread over ${topologyKey} may differ by ${maxSkew} at most`,
    cause: few
      ? `The spread constraint wants at least ${minDomains} domains of ${topologyKey}, but only ${domains} can take the pod, so no domain may hold more than ${maxSkew}.`
      : `Domain ${domain} already holds ${matching} such pods and the emptiest ${fewest}; one more would exceed maxSkew ${maxSkew} over ${topologyKey}.`,
    evidence: [
      fromSpec(
        owner,
        path,
        `topologyKey ${topologyKey}, maxSkew ${maxSkew}${minDomains === undefined ? '' : `, minDomains ${minDomains}`}, DoNotSchedule`,
      ),
      computed(
        first.state.ref,
        `${topologyKey}: ${domains} domains, ${domain} holds ${matching}, the emptiest ${fewest}`,
      ),
    ],
    fixes: fixes(group, path, topologyKey),
    discriminator: topologyKey,
  };
}

function labelNodes(path: string, topologyKey: string): Fix {
  return {
    summary: `Give the usable nodes the label ${topologyKey}, or spread by a label that they have`,
    steps: [
      `See which nodes have ${topologyKey}; labels of zones and regions are set by the cloud provider`,
      `Label the nodes, or change topologyKey in ${path}`,
    ],
    commands: [{ argv: ['kubectl', 'get', 'nodes', '-L', topologyKey] }],
    effect: 'none',
    where: 'node',
  };
}

function fixes({ owner }: UnschedulableGroup, path: string, topologyKey: string): readonly Fix[] {
  return [
    {
      summary: `Bring nodes into the missing domains of ${topologyKey}, or relax the constraint of ${inWords(owner)}`,
      steps: [
        `See which domains of ${topologyKey} have usable nodes`,
        `In ${path}: raise maxSkew, lower minDomains, or set whenUnsatisfiable to ScheduleAnyway`,
        'If pods of the old revision count against the new one, add matchLabelKeys: [pod-template-hash]',
      ],
      commands: [
        { argv: ['kubectl', 'get', 'nodes', '--show-labels'] },
        kubectl(owner.namespace, 'get', 'pods', '-o', 'wide'),
      ],
      effect: 'none',
      where: 'cluster',
    },
  ];
}
