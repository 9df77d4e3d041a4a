import { type ResourceRef } from '@kroot/types';
import { UsageError } from '../errors.ts';
import { type GraphFlags, type TreeFlags } from './graph-flags.ts';
import { type GraphInput } from './graph-input.ts';
import { healthOf, type ObjectHealth } from './object-health.ts';
import { around, unhealthy, type Subgraph } from './subgraph.ts';

/** A part of the graph that was asked for, with how its objects stand. */
export interface GraphPart {
  readonly part: Subgraph;
  readonly health: (target: ResourceRef) => ObjectHealth;
}

const MAX_DEPTH = 50;

/**
 * Takes out of the graph what was asked for.
 * @throws UsageError when the depth is none.
 */
export function viewOf(input: GraphInput, flags: GraphFlags | TreeFlags, byDefault: number): GraphPart {
  const { depth = byDefault } = flags;
  if (!Number.isInteger(depth) || depth < 1 || depth > MAX_DEPTH)
    throw new UsageError(`--depth takes a whole number from 1 to ${MAX_DEPTH}`);
  const health = healthOf(input.snapshot, input.report);
  const reach = { side: flags.side, depth, allRelations: flags.allRelations === true };
  const { target } = input;
  return {
    part: target === undefined ? unhealthy(input, health, reach) : around(input, target, health, reach),
    health,
  };
}
