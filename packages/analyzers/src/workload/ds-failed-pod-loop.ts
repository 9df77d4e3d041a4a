import { eventCount, eventsOf, eventTime, isFinished, podsOf, refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type DaemonSet,
  type Event,
  type Evidence,
  type Finding,
  type Snapshot,
} from '@kroot/types';
import { fromEvent } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, inline } from '../support/words.ts';

const ID = 'ds-failed-pod-loop';
const RECENT = 900_000;
/** A reboot fails every pod of a node once. */
const LOOP = 3;

/** Reports DaemonSets whose pod is refused or evicted on a node again and again. */
export const dsFailedPodLoop: Analyzer = {
  meta: {
    id: ID,
    title: 'Pod of a DaemonSet fails on a node again and again',
    role: 'fault',
    severity: 'warning',
    reads: ['DaemonSet', 'Pod', 'Node', 'Event'],
    breaks: ['availability'],
    waitsFor: ['node-admission', 'eviction', 'node-lost'],
    docs: {
      means:
        'The kubelet refuses or evicts the pod, the controller deletes what is left of it and makes the next one, which ends the same way.',
      decides:
        'At least three times `Found failed daemon pod …` for one node (events FailedDaemonPod), the last within a quarter of an hour, while the DaemonSet still lacks an available pod.',
      silent: 'After a single failure, as every reboot of a node makes, and when all pods are available again.',
      references: ['https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/daemon/daemon_controller.go'],
    },
  },
  *analyze({ snapshot }) {
    for (const set of snapshot.list('DaemonSet')) {
      const { desiredNumberScheduled = 0, numberAvailable = 0 } = set.status ?? {};
      if (numberAvailable >= desiredNumberScheduled) continue;
      for (const [node, events] of loops(snapshot, set)) yield finding(snapshot, set, node, events);
    }
  },
};

type Events = readonly [Event, ...Event[]];

function loops(snapshot: Snapshot, set: DaemonSet): readonly (readonly [string, Events])[] {
  const byNode = new Map<string, Event[]>();
  for (const event of eventsOf(snapshot, set)) {
    const age = snapshot.now.getTime() - (timeOf(eventTime(event)) ?? 0);
    const [, node] = /^Found failed daemon pod \S{1,500} on node (\S{1,253}?),? /.exec(event.message ?? '') ?? [];
    if (event.reason !== 'FailedDaemonPod' || node === undefined || age > RECENT) continue;
    byNode.set(node, [...(byNode.get(node) ?? []), event]);
  }
  return [...byNode].flatMap(([node, [first, ...rest]]) =>
    first !== undefined && times([first, ...rest]) >= LOOP ? [[node, [first, ...rest]] as const] : [],
  );
}

function times(events: Events): number {
  return events.reduce((sum, event) => sum + eventCount(event), 0);
}

function finding(snapshot: Snapshot, set: DaemonSet, node: string, events: Events): Finding {
  const subject = refOf(set);
  const target = ref('Node', undefined, node);
  const count = times(events);
  const carcass = podsOf(snapshot, subject).find((pod) => pod.spec.nodeName === node && isFinished(pod));
  const reason = carcass?.status?.reason;
  const said = inline(carcass?.status?.message ?? '');
  const why = reason === undefined ? '' : ` with ${reason}${said === '' ? '' : ` (${said})`}`;
  const status: readonly Evidence[] =
    carcass === undefined || reason === undefined
      ? []
      : [{ source: 'status', ref: refOf(carcass), path: 'status.reason', quote: `${reason}: ${said}` }];
  return {
    rule: ID,
    subject,
    discriminator: node,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', events.at(-1)?.firstTimestamp),
    message: `Pod of ${inWords(subject)} fails on node ${node} again and again`,
    cause: `The controller has found the pod failed${why} ${counted(count, 'time')} and made it again each time.`,
    detail: { node, count },
    evidence: [fromEvent(events[0], subject), ...status],
    because: [
      { ref: target, mechanism: 'eviction' },
      { ref: target, mechanism: 'node-admission' },
    ],
    affects: [subject],
    fixes: [
      {
        summary: `See what node ${node} has against the pod`,
        steps: [
          'The reason of the failed pod (Evicted, OutOf…, NodeAffinity) says which: pressure, too little room, or labels.',
        ],
        commands: [
          kubectl(undefined, 'describe', `node/${node}`),
          kubectl(subject.namespace, 'get', 'pods', '--field-selector', `spec.nodeName=${node}`, '-o', 'wide'),
        ],
        effect: 'none',
        where: 'node',
      },
    ],
  };
}
