import { conditionOf, eventsOf, topOwner } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type AnalyzerContext, type Evidence, type Finding } from '@kroot/types';
import { claims, type Claim } from '../support/claims.ts';
import { fromCondition, fromContainer, fromEvent } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { describeFix, inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { listed } from '../support/words.ts';

/** Reports nodes that are out of memory and kill containers that have no limit. */
export const oomkilledNode: Analyzer = {
  meta: {
    id: 'oomkilled-node',
    title: 'Node is out of memory and kills containers without a limit',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'Event'],
    breaks: ['container-exit'],
    docs: {
      means: 'The kernel of the node ran out of memory and killed a container that has no memory limit of its own.',
      decides:
        'OOMKilled containers without a memory limit, by node; SystemOOM events and MemoryPressure of the node are told if they are there.',
      silent: 'For containers with a limit: then the limit is the cause.',
      references: [
        'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-out-of-memory-behavior',
      ],
    },
  },
  *analyze(context) {
    const byNode = new Map<string, Claim[]>();
    for (const claim of claims(context.snapshot).get('oomkilled-node') ?? []) {
      const node = claim.pod.pod.spec.nodeName;
      if (node !== undefined) byNode.set(node, [...(byNode.get(node) ?? []), claim]);
    }
    for (const [node, group] of byNode) {
      const [first] = group;
      if (first !== undefined) yield finding(context, node, group, first);
    }
  },
};

function finding({ snapshot }: AnalyzerContext, name: string, group: readonly Claim[], first: Claim): Finding {
  const subject = ref('Node', undefined, name);
  const pods = group.map(({ pod }) => pod);
  const owner = topOwner(snapshot, first.pod.pod);
  const signs = nodeSigns(snapshot, name);
  return {
    rule: oomkilledNode.meta.id,
    subject,
    severity: 'critical',
    confidence: signs.length > 0 ? CONFIDENCE.stated : CONFIDENCE.strong,
    ...optional('since', sinceOf(pods)),
    message: `${inWords(subject)} runs out of memory and kills ${listed(group.map(({ pod, state }) => `container "${state.name}" of ${inWords(pod.ref)}`))}`,
    cause: `Container "${first.state.name}" of ${inWords(owner)} was OOMKilled and has no memory limit, so it was the memory of ${inWords(subject)} that ran out.`,
    evidence: [fromContainer(first.pod.ref, first.state), ...signs],
    affects: pods.map((pod) => pod.ref),
    fixes: [
      {
        ...describeFix(subject, `See what uses the memory of ${inWords(subject)}`, [
          'Compare the requests and limits of its pods with its allocatable memory.',
        ]),
        commands: [
          kubectl(undefined, 'describe', kubectlName(subject)),
          kubectl(undefined, 'top', 'pods', '-A', '--sort-by=memory'),
        ],
      },
      {
        summary: `Give container "${first.state.name}" of ${inWords(owner)} a memory request and a limit`,
        steps: ['With a request the scheduler keeps room for it; without one it is the first to be killed.'],
        commands: [kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml')],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}

function nodeSigns(snapshot: AnalyzerContext['snapshot'], name: string): readonly Evidence[] {
  const found = snapshot.lookup({ ...ref('Node', undefined, name), kind: 'Node' as const });
  if (found.state !== 'present') return [];
  const target = ref('Node', undefined, name);
  const oom = eventsOf(snapshot, found.object).find(({ reason }) => reason === 'SystemOOM' || reason === 'OOMKilling');
  const pressure = conditionOf(found.object.status?.conditions, 'MemoryPressure');
  return [
    ...(oom === undefined ? [] : [fromEvent(oom, target)]),
    ...(pressure?.status === 'True' ? [fromCondition(target, pressure)] : []),
  ];
}
