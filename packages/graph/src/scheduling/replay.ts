import { type CoverageGap, type Node, type Pod, type Snapshot } from '@kroot/types';
import { memoize } from '../memo.ts';
import { refOf } from '../refs.ts';
import { podClaims } from '../storage/claims.ts';
import { tellsAllocatable } from './allocatable.ts';
import { claimChecks } from './claims-filter.ts';
import { noteGap, type ReplayContext } from './context.ts';
import { interPodAffinityFilter } from './inter-pod-affinity.ts';
import { placementFilter, portsFilter, resourcesFilter, type NodeFilter } from './node-filters.ts';
import { occupancyFor } from './occupancy.ts';
import { type Rejection, type SchedulingReplay } from './rejection.ts';
import { topologySpreadFilter } from './topology-spread.ts';
import { volumeLimitsFilter } from './volume-limits.ts';

/** Replays that are kept for a snapshot: pods of one template ask the same question. */
const MAX_KEPT = 64;
const kept = memoize(() => new Map<string, SchedulingReplay>());

/**
 * Looks for a node for a pod as kube-scheduler does with its default plugins, but without stopping at a node's first
 * objection. Rejections of a node come in the order of the plugins, so the first one is what the scheduler states.
 */
export function replayScheduling(snapshot: Snapshot, pod: Pod): SchedulingReplay {
  const key = questionOf(pod);
  if (key === undefined) return compute(snapshot, pod);
  const replays = kept(snapshot);
  const known = replays.get(key);
  if (known !== undefined) return known;
  const made = compute(snapshot, pod);
  if (replays.size >= MAX_KEPT) replays.delete(replays.keys().next().value ?? '');
  replays.set(key, made);
  return made;
}

function compute(snapshot: Snapshot, pod: Pod): SchedulingReplay {
  const context: ReplayContext = { snapshot, pod, gaps: new Map<string, CoverageGap>() };
  for (const kind of ['Node', 'Pod']) noteGap(context, snapshot.coverage.gap(kind));
  const claims = claimChecks(context);
  const filters: readonly NodeFilter[] = [
    placementFilter(pod),
    portsFilter(pod),
    resourcesFilter(pod),
    volumeLimitsFilter(context),
    claims.filter,
    topologySpreadFilter(context),
    interPodAffinityFilter(context),
  ];
  const nodes = snapshot.list('Node').map((node) => ({ node: refOf(node), rejections: look(context, node, filters) }));
  const everywhere = [...gates(pod), ...claims.everywhere];
  const feasible = everywhere.length > 0 ? [] : nodes.filter(({ rejections }) => rejections.length === 0);
  const gaps = [...context.gaps.values()];
  return { everywhere, nodes, feasible: feasible.map(({ node }) => node), complete: gaps.length === 0, gaps };
}

function look(context: ReplayContext, node: Node, filters: readonly NodeFilter[]): readonly Rejection[] {
  if (!tellsAllocatable(node)) noteGap(context, untold(node));
  const held = occupancyFor(context.snapshot, node.metadata.name, context.pod);
  return filters.flatMap((filter) => filter(node, held));
}

function untold(node: Node): CoverageGap {
  const reason = `node ${node.metadata.name} does not say what it can allocate`;
  return { kind: 'Node', namespace: '', state: 'partial', reason };
}

function gates(pod: Pod): readonly Rejection[] {
  const names = (pod.spec.schedulingGates ?? []).map(({ name }) => name);
  return names.length === 0 ? [] : [{ plugin: 'SchedulingGates', gates: names }];
}

/**
 * Everything of a pod that the answer depends on; undefined when the pod itself is part of the state that it is
 * compared with.
 */
function questionOf(pod: Pod): string | undefined {
  const { spec, metadata } = pod;
  if ((spec.nodeName ?? '') !== '' || (pod.status?.nominatedNodeName ?? '') !== '') return undefined;
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  return JSON.stringify([
    metadata.namespace,
    metadata.labels,
    spec.containers.length,
    containers.map(({ resources, ports, restartPolicy }) => [resources?.requests, ports, restartPolicy]),
    spec.resources?.requests,
    spec.overhead,
    spec.nodeSelector,
    spec.affinity,
    spec.tolerations,
    spec.topologySpreadConstraints,
    spec.schedulingGates,
    spec.priority,
    podClaims(pod).map(({ claim, ephemeral }) => [claim.name, ephemeral]),
  ]);
}
