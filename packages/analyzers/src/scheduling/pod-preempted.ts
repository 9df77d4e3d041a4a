import { compareRefs, CONFIDENCE, refKey, type Analyzer, type Finding, type Fix, type ResourceRef } from '@kroot/types';
import { eventTime, groupBy } from '@kroot/graph';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { ownersByPods, podsInWords } from '../support/pods-in-words.ts';
import { preemptionCascades } from '../support/preemption-cascades.ts';
import { type Preemption } from '../support/preemptions.ts';
import { unschedulablePods, type UnschedulablePod } from '../support/unschedulable.ts';

/** Reports workloads of higher priority whose pods took the room of others that now find none. */
export const podPreempted: Analyzer = {
  meta: {
    id: 'pod-preempted',
    title: 'Pods of higher priority took the room of others',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'Node', 'Event', 'PriorityClass', 'ReplicaSet'],
    breaks: ['scheduling', 'availability'],
    waitsFor: ['scheduling'],
    docs: {
      means:
        'The scheduler removed pods to make room for pods of higher priority, and the pods that were made in their place fit on no node. The subject is the workload that got the room.',
      decides:
        'Event Preempted names the pod that got the room; it still runs, a pod of the workload that lost one is pending, and without the winner the node would have room for it.',
      silent:
        'When the pods that were removed have found another place, when the winner is gone, and when room is not what is missing.',
      references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/'],
    },
  },
  *analyze({ snapshot }) {
    const lost = unschedulablePods(snapshot).flatMap((pod) => {
      const [preemption] = pod.preemptions;
      return pod.rule === 'pod-preempted' && preemption !== undefined ? [{ pod, preemption }] : [];
    });
    const groups = [...groupBy(lost, ({ preemption }) => refKey(preemption.winner)).values()];
    const findings = groups.flatMap((group) =>
      group[0] === undefined
        ? []
        : [
            finding(
              group[0].preemption,
              group.map(({ pod }) => pod),
            ),
          ],
    );
    const classes = new Map(
      preemptionCascades(snapshot).flatMap(({ ref, winners }) =>
        winners.map((winner) => [refKey(winner), ref] as const),
      ),
    );
    for (const told of findings.toSorted((a, b) => compareRefs(a.subject, b.subject))) {
      const blamed = classes.get(refKey(told.subject));
      yield blamed === undefined
        ? { ...told, waitsFor: [] }
        : { ...told, because: [{ ref: blamed, mechanism: 'scheduling' }] };
    }
  },
};

function finding(preemption: Preemption, pods: readonly UnschedulablePod[]): Finding {
  const { winner, preemptor, victim, node, event } = preemption;
  const [first] = pods;
  const losers = ownersByPods(pods);
  const [loser] = losers;
  const priority = preemptor.spec.priority ?? 0;
  const other = first?.state.pod.spec.priority ?? 0;
  const asks =
    first?.reason?.rejection.plugin === 'NodeResourcesFit' ? ` for want of ${first.reason.rejection.resource}` : '';
  return {
    rule: podPreempted.meta.id,
    subject: winner,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', eventTime(event)),
    message: `${inWords(winner)} (priority ${priority}) took the room of ${podsInWords(pods)} (priority ${other}) on node ${node}`,
    cause: `The scheduler removed ${victim.name} from node ${node} to place ${preemptor.metadata.name}, and the pod made in its place fits on no node${asks}.`,
    detail: { node, priority, victimPriority: other },
    evidence: [
      fromEvent(event, victim),
      ...(first?.evidence ?? []),
      fromSpec(winner, 'priority of its pods', priorityWords(preemptor.spec.priorityClassName, priority)),
      ...(first === undefined
        ? []
        : [
            fromSpec(first.owner, 'priority of its pods', priorityWords(first.state.pod.spec.priorityClassName, other)),
          ]),
    ],
    affects: [...pods.map(({ state }) => state.ref), ...losers],
    fixes: fixes(winner, loser, node),
  };
}

function priorityWords(className: string | undefined, priority: number): string {
  return className === undefined || className === '' ? String(priority) : `${className} (${priority})`;
}

function fixes(winner: ResourceRef, loser: ResourceRef | undefined, node: string): readonly Fix[] {
  return [
    {
      summary: `Make room for both: add a node, or lower what ${inWords(winner)} requests`,
      steps: [
        `See what the pods on ${node} request; the pods that wait are placed as soon as one node has room`,
        'Add a node that both may use, or lower requests that are higher than the use',
      ],
      commands: [{ argv: ['kubectl', 'describe', 'node', node] }],
      effect: 'none',
      where: 'node',
    },
    {
      summary: `If ${loser === undefined ? 'the other workload' : inWords(loser)} matters as much: give it the same priority`,
      steps: [
        'Pods of equal priority do not preempt each other; a PriorityClass with preemptionPolicy Never waits in the queue without removing anyone',
        'Set priorityClassName in the pod template of the workload that should not lose its place',
      ],
      commands: [
        kubectl(undefined, 'get', 'priorityclasses'),
        kubectl(
          undefined,
          'get',
          'pods',
          '-A',
          '--sort-by=.spec.priority',
          '-o',
          'custom-columns=PRIORITY:.spec.priority,NAMESPACE:.metadata.namespace,NAME:.metadata.name',
        ),
      ],
      effect: 'none',
      where: 'cluster',
    },
  ];
}
