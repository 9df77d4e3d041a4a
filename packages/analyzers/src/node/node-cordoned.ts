import { eventTime, eventsOf, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  formatRef,
  type Analyzer,
  type Evidence,
  type Finding,
  type Node,
  type Snapshot,
} from '@kroot/types';
import { computed, fromCondition, fromEvent, fromSpec } from '../support/evidence.ts';
import { stuckDrains } from '../support/drains.ts';
import { keptOutBy, otherNodes, type KeptOut } from '../support/kept-out.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { ownersOfPods, refsOfPods } from '../support/pods-on-node.ts';
import { counted, listed } from '../support/words.ts';

const CORDON: ReadonlySet<string> = new Set(['cordon', 'node.kubernetes.io/unschedulable']);

/** Reports cordoned nodes: as the cause of pending pods where nothing else keeps them out, else as a remark. */
export const nodeCordoned: Analyzer = {
  meta: {
    id: 'node-cordoned',
    title: 'Node is cordoned',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod', 'Event', 'PersistentVolumeClaim', 'PersistentVolume', 'StorageClass', 'CSINode'],
    breaks: ['scheduling'],
    waitsFor: ['deletion'],
    docs: {
      means: 'Someone, or a tool that drains nodes, has closed a node for new pods.',
      decides:
        'spec.unschedulable is true. The scheduler’s filters are computed for each pending pod and each node: the cordon is the cause for a pod that fits on no node now, and that only the cordon keeps from this one.',
      silent:
        'Never quite: a cordon that keeps no pod out is reported as info, and so is that of a control-plane node, which is closed to workloads by design. Pods that are pending for less than 30 s do not count.',
      references: ['https://kubernetes.io/docs/concepts/architecture/nodes/#manual-node-administration'],
    },
  },
  *analyze({ snapshot }) {
    for (const node of snapshot.list('Node')) {
      if (node.spec?.unschedulable === true) yield finding(snapshot, node);
    }
  },
};

function finding(snapshot: Snapshot, node: Node): Finding {
  const subject = refOf(node);
  const { name } = subject;
  const keptOut = keptOutBy(snapshot, name, CORDON);
  const pods = keptOut.map(({ pod }) => pod);
  const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
  const harmful = pods.length > 0;
  return {
    rule: nodeCordoned.meta.id,
    subject,
    severity: harmful ? 'critical' : 'info',
    confidence: keptOut.every(({ only }) => only) ? CONFIDENCE.stated : CONFIDENCE.heuristic,
    ...optional('since', cordonedAt(snapshot, node)),
    message: harmful
      ? `Node ${name} is cordoned and keeps ${counted(pods.length, 'pod')} of ${listed(owners)} pending`
      : `Node ${name} is cordoned`,
    cause: causeOf(name, keptOut, owners),
    detail: { node: name, pods: pods.length },
    evidence: [
      fromSpec(subject, 'spec.unschedulable', 'true'),
      ...keptOut.slice(0, 1).flatMap((kept) => [...schedulerWords(snapshot, kept), replayWords(name, kept)]),
    ],
    affects: refsOfPods(pods),
    // A cordon that harms nobody stays while a drain is not done: what holds the drain up is told instead.
    ...(!harmful && isDraining(snapshot, name) ? {} : { waitsFor: [] }),
    // Each of them would take these pods: to open one is enough.
    ...optional('tie', harmful ? pods.map(({ ref }) => formatRef(ref)).join(' ') : undefined),
    fixes: [
      {
        summary: `Uncordon ${name}`,
        steps: [
          `If the maintenance of ${name} is over, open it again${harmful ? '; the scheduler then places the pending pods by itself' : ''}.`,
        ],
        commands: [kubectl(undefined, 'uncordon', name)],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}

function isDraining(snapshot: Snapshot, name: string): boolean {
  return stuckDrains(snapshot).some(({ ref }) => ref.name === name);
}

function causeOf(name: string, keptOut: readonly KeptOut[], owners: readonly string[]): string {
  const [first] = keptOut;
  if (first === undefined)
    return `spec.unschedulable of ${name} is true, so it gets no new pods; no pod is pending for that reason alone.`;
  const also = [...first.nodes.keys()].filter((other) => other !== name);
  const others = otherNodes(first.replay, new Set(first.nodes.keys()));
  const rest = others === '' ? '' : `; of the other nodes: ${others}`;
  const equal = also.length === 0 ? '' : `, and so would ${listed(also)}`;
  return `${name} would take the pods of ${listed(owners)} were it not cordoned${equal}${rest}.`;
}

function schedulerWords(snapshot: Snapshot, { pod }: KeptOut): readonly Evidence[] {
  const condition = pod.pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.message !== undefined && condition.message !== '') return [fromCondition(pod.ref, condition)];
  const event = eventsOf(snapshot, pod.pod).find(({ reason }) => reason === 'FailedScheduling');
  return event === undefined ? [] : [fromEvent(event, pod.ref)];
}

function replayWords(name: string, { pod, replay, nodes }: KeptOut): Evidence {
  const others = otherNodes(replay, new Set(nodes.keys()));
  return computed(pod.ref, `fits on ${name} in all but the cordon${others === '' ? '' : `; other nodes: ${others}`}`);
}

function cordonedAt(snapshot: Snapshot, node: Node): string | undefined {
  const taint = node.spec?.taints?.find(({ key }) => key === 'node.kubernetes.io/unschedulable');
  if (taint?.timeAdded !== undefined) return taint.timeAdded;
  const event = eventsOf(snapshot, node).find(({ reason }) => reason === 'NodeNotSchedulable');
  return event === undefined ? undefined : eventTime(event);
}
