import {
  isConditionTaint,
  isControlPlane,
  isControlPlaneTaint,
  type NodeReplay,
  type Rejection,
  type SchedulingReplay,
} from '@kroot/graph';
import { type Snapshot } from '@kroot/types';
import { isTie } from './kept-out.ts';

/** A replay without the nodes and objections that must not decide, and what was set aside. */
export interface DecidingReplay {
  readonly replay: SchedulingReplay;
  /** Full sentences on what was set aside and still matters to the reader. */
  readonly notes: readonly string[];
}

/**
 * Control-plane nodes are closed to workloads by design, by a taint, a cordon or both: that one of them is the only node
 * without another objection says nothing, unless a selector or volume ties the pod to it.
 */
export function decidingReplay(snapshot: Snapshot, replay: SchedulingReplay): DecidingReplay {
  const named = replay.nodes.map((node) => withoutOwnName(node));
  const notes = named.flatMap((node, i) => (node === replay.nodes[i] ? [] : [nameNote(node)]));
  const controlPlane = new Set(
    snapshot
      .list('Node')
      .filter((node) => isControlPlane(node))
      .map(({ metadata }) => metadata.name),
  );
  const others = named.filter(({ node }) => !controlPlane.has(node.name));
  const tied = others.every(({ rejections }) => rejections.some((rejection) => isTie(rejection)));
  if (tied) return { replay: { ...replay, nodes: named }, notes };
  const asked = others.some(({ rejections }) => rejections.some((rejection) => asksForOther(rejection)));
  const kept = named.filter(({ node, rejections }) => !controlPlane.has(node.name) || !isClosed(rejections, asked));
  if (kept.length === named.length) return { replay: { ...replay, nodes: named }, notes };
  const closed = named.filter((node) => !kept.includes(node) && isCordonedOnly(node));
  return {
    replay: { ...replay, nodes: kept },
    notes: [
      ...notes,
      ...closed.map(
        ({ node }) =>
          `Control-plane node ${node.name} would fit, but is cordoned, as control-plane nodes often are on purpose.`,
      ),
    ],
  };
}

/** The affinity wants a label that the node lacks; that it avoids a label is no wish for the nodes that are left over. */
function asksForOther(rejection: Rejection): boolean {
  if (rejection.plugin !== 'NodeAffinity' || rejection.kind !== 'affinity') return false;
  return rejection.terms.some(({ failed }) =>
    failed.some(({ operator }) => operator !== 'NotIn' && operator !== 'DoesNotExist'),
  );
}

function isClosed(rejections: readonly Rejection[], asked: boolean): boolean {
  return rejections.some((rejection) => isState(rejection) && (!asked || !isControlPlaneTaint(rejection)));
}

function isState(rejection: Rejection): boolean {
  return isNodeState(rejection) || isControlPlaneTaint(rejection);
}

/** A cordon, or a taint that stands for a fault of the node. */
export function isNodeState(rejection: Rejection): boolean {
  return rejection.plugin === 'NodeUnschedulable' || isConditionTaint(rejection);
}

function isCordonedOnly({ rejections }: NodeReplay): boolean {
  return rejections.every((one) => isState(one)) && rejections.some(({ plugin }) => plugin === 'NodeUnschedulable');
}

const HOSTNAME = 'kubernetes.io/hostname';

/**
 * A node that the pod asks for by its own name and that has lost its hostname label is the node that is meant: what else
 * keeps the pod from it comes first, as it does in the scheduler's words.
 */
function withoutOwnName(replayed: NodeReplay): NodeReplay {
  const { node, rejections } = replayed;
  const rest = rejections.filter(
    (rejection) =>
      rejection.plugin !== 'NodeAffinity' ||
      rejection.kind !== 'nodeSelector' ||
      rejection.key !== HOSTNAME ||
      rejection.wanted !== node.name ||
      rejection.actual !== undefined,
  );
  return rest.length === 0 || rest.length === rejections.length ? replayed : { node, rejections: rest };
}

function nameNote({ node }: NodeReplay): string {
  return `Node ${node.name} also lacks its label ${HOSTNAME}, which the nodeSelector of the pod asks for: kubectl label node ${node.name} ${HOSTNAME}=${node.name}.`;
}
