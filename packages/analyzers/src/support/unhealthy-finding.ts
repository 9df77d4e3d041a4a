import { isControlPlane, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type AnalyzerMeta,
  type Evidence,
  type Finding,
  type Fix,
  type Mechanism,
  type Snapshot,
} from '@kroot/types';
import { computed, fromCondition, fromEvent } from './evidence.ts';
import { inWords, kubectl } from './kubectl.ts';
import { optional } from './optional.ts';
import { ownersOfPods, refsOfPods } from './pods-on-node.ts';
import { type UnhealthyNode } from './unhealthy-nodes.ts';
import { counted, listed, span } from './words.ts';

/** What a node that is not ready stops in others. */
export const NODE_BREAKS: readonly Mechanism[] = ['node-lost', 'sandbox', 'scheduling', 'deletion'];

/** What a rule says itself about a node that is not ready. */
interface NodeWords {
  readonly message: string;
  readonly cause: string;
  readonly fixes: readonly Fix[];
  readonly notes?: readonly string[];
}

/** The finding that all rules about a node's readiness make. */
export function unhealthyFinding(
  snapshot: Snapshot,
  meta: AnalyzerMeta,
  unhealthy: UnhealthyNode,
  words: NodeWords,
): Finding {
  const { node, ref: subject, condition, event, harmful } = unhealthy;
  const lease = leaseEvidence(snapshot, unhealthy);
  const notes = [...(words.notes ?? []), ...roleNote(unhealthy)];
  return {
    rule: meta.id,
    subject,
    severity: harmful || isControlPlane(node) ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: words.message,
    cause: words.cause,
    detail: { node: subject.name, pods: unhealthy.pods.length },
    evidence: [
      fromCondition(subject, condition),
      ...(event === undefined ? [] : [fromEvent(event)]),
      ...(lease === undefined ? [] : [lease]),
      ...harmEvidence(snapshot, unhealthy),
    ],
    affects: refsOfPods([...unhealthy.pods, ...unhealthy.keptOut.map(({ pod }) => pod)]),
    fixes: words.fixes,
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** When the kubelet last renewed the node's Lease, which it does every 10 s; undefined if that is not known. */
function leaseEvidence(snapshot: Snapshot, { node, kind }: UnhealthyNode): Evidence | undefined {
  const target = { ...ref('Lease', 'kube-node-lease', node.metadata.name), kind: 'Lease' as const };
  const lease = snapshot.lookup(target);
  const renewed = lease.state === 'present' ? lease.object.spec?.renewTime : undefined;
  const time = timeOf(renewed);
  if (renewed === undefined || time === undefined) return undefined;
  const age = snapshot.now.getTime() - time;
  const verdict = kind === 'unreachable' ? 'the kubelet renews it every 10 s' : 'so the kubelet itself runs';
  if (kind !== 'unreachable' && age > 60_000) return undefined;
  return computed(target, `last renewed at ${renewed}, ${span(age)} before the capture; ${verdict}`);
}

function harmEvidence(snapshot: Snapshot, { ref: subject, pods, keptOut }: UnhealthyNode): readonly Evidence[] {
  const found: Evidence[] = [];
  if (pods.length > 0) {
    const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
    found.push(computed(subject, `${counted(pods.length, 'pod')} held up on it, of ${listed(owners, 4)}`));
  }
  if (keptOut.length > 0)
    found.push(
      computed(subject, `${counted(keptOut.length, 'pending pod')} would fit on it and on no node that is ready`),
    );
  return found;
}

function roleNote({ node }: UnhealthyNode): readonly string[] {
  return isControlPlane(node)
    ? [`${node.metadata.name} carries the control-plane role: its API server, scheduler or etcd may be gone with it.`]
    : [];
}

/** A look at a node and what runs on it. */
export function lookAtNode(name: string, summary: string, steps: readonly string[]): Fix {
  return {
    summary,
    steps,
    commands: [
      kubectl(undefined, 'describe', `node/${name}`),
      kubectl(undefined, 'get', 'pods', '-A', '-o', 'wide', `--field-selector=spec.nodeName=${name}`),
    ],
    effect: 'none',
    where: 'node',
  };
}

/** Takes a node out of service while it is repaired. */
export function drainFix(name: string): Fix {
  return {
    summary: `Move the workloads off ${name} while it is repaired`,
    steps: [
      `Drain ${name}; DaemonSet pods stay, and emptyDir data of the drained pods is lost.`,
      `After the repair: kubectl uncordon ${name}`,
    ],
    commands: [kubectl(undefined, 'drain', name, '--ignore-daemonsets', '--delete-emptydir-data')],
    effect: 'destructive',
    where: 'cluster',
  };
}
