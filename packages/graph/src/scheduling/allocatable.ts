import { type Node } from '@kroot/types';
import { parseQuantity, wholeUnits } from '../quantity.ts';

const parsed = new WeakMap<Node, ReadonlyMap<string, bigint>>();

/** What every node reports; without it a capture is partial. */
const ALWAYS_TOLD = ['cpu', 'memory', 'pods'];

/**
 * What a node can give of a resource, in thousandths; 0 for what it does not have, undefined for what the capture does
 * not tell.
 */
export function allocatableOf(node: Node, resource: string): bigint | undefined {
  if (node.status?.allocatable === undefined) return undefined;
  return amountsOf(node).get(resource) ?? (ALWAYS_TOLD.includes(resource) ? undefined : 0n);
}

/** Whether a node says what it can give; otherwise the fit of resources cannot be told. */
export function tellsAllocatable(node: Node): boolean {
  return ALWAYS_TOLD.every((resource) => amountsOf(node).has(resource));
}

function amountsOf(node: Node): ReadonlyMap<string, bigint> {
  const known = parsed.get(node);
  if (known !== undefined) return known;
  const amounts = new Map<string, bigint>();
  for (const [resource, text] of Object.entries(node.status?.allocatable ?? {})) {
    const amount = parseQuantity(text);
    if (amount !== undefined) amounts.set(resource, resource === 'cpu' ? amount : wholeUnits(amount));
  }
  parsed.set(node, amounts);
  return amounts;
}
