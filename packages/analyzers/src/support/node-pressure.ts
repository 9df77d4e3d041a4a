import { conditionOf, eventsOf, refOf, topOwner, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  type AnalyzerMeta,
  type Condition,
  type Event,
  type Evidence,
  type Finding,
  type Fix,
  type Mechanism,
  type Node,
  type Snapshot,
} from '@kroot/types';
import { readEviction, type Eviction } from '../messages/eviction.ts';
import { computed, fromCondition, fromEvent, fromSpec } from './evidence.ts';
import { keptOutBy, type KeptOut } from './kept-out.ts';
import { optional } from './optional.ts';
import { podsOnNode, refsOfPods } from './pods-on-node.ts';
import { isWhole } from './whole.ts';
import { counted } from './words.ts';

/** What a node under pressure stops in others. */
export const PRESSURE_BREAKS: readonly Mechanism[] = ['eviction', 'scheduling', 'node-admission'];

/** A node with a pressure condition that is True. */
export interface PressedNode {
  readonly node: Node;
  readonly condition: Condition;
  /** Pods that the kubelet evicted or refused for it, as far as they are still there. */
  readonly evicted: readonly { readonly pod: PodState; readonly eviction: Eviction }[];
  readonly keptOut: readonly KeptOut[];
}

/** Nodes whose condition of this type is True. Unknown belongs to a node that does not report. */
export function pressedNodes(
  snapshot: Snapshot,
  type: string,
  taint: string,
  resources: RegExp,
): readonly PressedNode[] {
  return snapshot.list('Node').flatMap((node) => {
    const condition = conditionOf(node.status?.conditions, type);
    if (condition?.status !== 'True') return [];
    const { name } = node.metadata;
    const evicted = evictedPods(snapshot, name).filter(
      ({ eviction }) => eviction.kind === 'node' && resources.test(eviction.resource),
    );
    return [{ node, condition, evicted, keptOut: keptOutBy(snapshot, name, new Set([taint])) }];
  });
}

function evictedPods(
  snapshot: Snapshot,
  node: string,
): readonly { readonly pod: PodState; readonly eviction: Eviction }[] {
  return podsOnNode(snapshot, node).flatMap((pod) => {
    const { reason, message = '' } = pod.pod.status ?? {};
    const eviction = reason === 'Evicted' ? readEviction(message) : undefined;
    return eviction === undefined ? [] : [{ pod, eviction }];
  });
}

/** The finding of a rule about a pressure condition. */
export function pressureFinding(
  snapshot: Snapshot,
  meta: AnalyzerMeta,
  pressed: PressedNode,
  words: {
    readonly message: string;
    readonly cause: string;
    readonly fixes: readonly Fix[];
    readonly events: readonly string[];
  },
): Finding {
  const { node, condition, evicted, keptOut } = pressed;
  const subject = refOf(node);
  const harmed = evicted.filter(({ pod }) => !isWhole(snapshot, topOwner(snapshot, pod.pod)));
  const events = eventsOf(snapshot, node).filter(({ reason = '' }) => words.events.includes(reason));
  return {
    rule: meta.id,
    subject,
    severity: harmed.length > 0 || keptOut.length > 0 ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: words.message,
    cause: words.cause,
    detail: { node: subject.name, evicted: evicted.length },
    evidence: [
      fromCondition(subject, condition),
      ...events.slice(0, 1).map((event: Event) => fromEvent(event)),
      ...harm(pressed),
    ],
    affects: refsOfPods([...harmed.map(({ pod }) => pod), ...keptOut.map(({ pod }) => pod)]),
    fixes: words.fixes,
  };
}

function harm({ node, evicted, keptOut }: PressedNode): readonly Evidence[] {
  const subject = refOf(node);
  const [first] = evicted;
  const found: Evidence[] = [];
  if (first !== undefined) found.push(fromSpec(first.pod.ref, 'status.message', first.pod.pod.status?.message ?? ''));
  if (evicted.length > 1) found.push(computed(subject, `${counted(evicted.length, 'pod')} evicted from it`));
  if (keptOut.length > 0) {
    found.push(
      computed(
        subject,
        `${counted(keptOut.length, 'pending pod')} would fit on it but for the taint, and on no other node`,
      ),
    );
  }
  return found;
}

/** Who used most, in the kubelet's own words at the last eviction: `container "api" used 3Gi with a request of 100Mi`. */
export function greediest({ evicted }: PressedNode): string | undefined {
  for (const { pod, eviction } of evicted) {
    if (eviction.kind !== 'node' || eviction.container === undefined) continue;
    return `container "${eviction.container}" of pod ${pod.ref.namespace ?? ''}/${pod.ref.name} used ${eviction.usage ?? ''} with a request of ${eviction.request ?? ''} when it was evicted`;
  }
  return undefined;
}
