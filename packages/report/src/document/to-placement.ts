import { formatRef, type Placement, type PlacementDocument } from '@kroot/types';

const MAX_NODES = 10;

/** Why a pod is on no node, as the document has it. */
export function toPlacement({ pod, complete, everywhere, classes, smallest, holders }: Placement): PlacementDocument {
  return {
    pod: formatRef(pod),
    complete,
    everywhere,
    classes: classes.map(({ nodes, unnamed = 0, reasons, change }) => ({
      nodes: nodes.slice(0, MAX_NODES).map(({ name }) => name),
      count: nodes.length + unnamed,
      reasons,
      would_fit_with: change?.steps ?? [],
      ...(change === undefined ? {} : { would_fit_on: change.node.name, would_fit_verified: change.verified }),
    })),
    ...(smallest === undefined
      ? {}
      : { smallest_change: { node: smallest.node.name, steps: smallest.steps, verified: smallest.verified } }),
    holders: holders.map(({ owner, ...held }) => ({ owner: formatRef(owner), ...held })),
  };
}
