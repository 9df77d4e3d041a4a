import { eventTime } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { preemptionCascades, type PreemptionCascade } from '../support/preemption-cascades.ts';
import { counted, listed } from '../support/words.ts';

/** Reports PriorityClasses whose pods push out one workload after the other. */
export const preemptionCascade: Analyzer = {
  meta: {
    id: 'preemption-cascade',
    title: 'Pods of one PriorityClass push out workload after workload',
    role: 'fault',
    severity: 'critical',
    reads: ['PriorityClass', 'Pod', 'Event', 'Node', 'ReplicaSet', 'Deployment', 'StatefulSet', 'Job'],
    breaks: ['scheduling', 'availability'],
    docs: {
      means:
        'The scheduler removed pods of several workloads in short order for pods of one PriorityClass, and they have found no other place. The class is given to more than it is meant for, or is the default of the cluster.',
      decides:
        'At least three events Preempted within ten minutes, of at least two workloads that still lack the pods, for pods of one class, which several workloads bear or which is globalDefault.',
      silent:
        'When one workload alone took the room (that is told as pod-preempted), when the pods have found another place, and for the classes of the system.',
      references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#priorityclass'],
    },
  },
  *analyze({ snapshot }) {
    for (const cascade of preemptionCascades(snapshot)) yield finding(cascade);
  },
};

function finding({ ref, object, preemptions, losers, winners }: PreemptionCascade): Finding {
  const lost = listed(losers.map((loser) => inWords(loser)));
  const won = listed(winners.map((winner) => inWords(winner)));
  const isDefault = object?.globalDefault === true;
  return {
    rule: preemptionCascade.meta.id,
    subject: ref,
    severity: 'critical',
    confidence: CONFIDENCE.strong,
    ...optional('since', eventTime((preemptions.at(-1) ?? preemptions[0]).event)),
    message: `Pods of PriorityClass ${ref.name} pushed out ${counted(preemptions.length, 'pod')} of ${lost}`,
    cause: `${won} ${winners.length === 1 ? 'bears' : 'bear'} PriorityClass ${ref.name}${isDefault ? ', the default of the cluster' : ''}, and the scheduler removed ${counted(preemptions.length, 'pod')} of lower priority for ${winners.length === 1 ? 'it' : 'them'} within ten minutes.`,
    detail: { preempted: preemptions.length },
    evidence: [
      ...preemptions.slice(0, 3).map(({ event, victim }) => fromEvent(event, victim)),
      ...(object === undefined
        ? []
        : [fromSpec(ref, isDefault ? 'globalDefault' : 'value', isDefault ? 'true' : String(object.value ?? 0))]),
    ],
    affects: losers,
    fixes: [
      {
        summary: `Give PriorityClass ${ref.name} only to what may push others out`,
        steps: [
          'Let batch work and new workloads have a lower class, or one with preemptionPolicy Never, which waits for room.',
          'The priority of pods that exist does not change: they have to be made anew.',
        ],
        commands: [
          kubectl(undefined, 'get', 'priorityclasses'),
          kubectl(undefined, 'get', 'pods', '-A', '--sort-by=.spec.priority', '-o', 'wide'),
        ],
        effect: 'none',
        where: 'git',
      },
      {
        summary: 'Make room for all of them',
        steps: ['Add nodes, or lower requests that are higher than the use.'],
        commands: [kubectl(undefined, 'describe', 'nodes')],
        effect: 'none',
        where: 'node',
      },
    ],
  };
}
