import { formatRef, type WhyNode, type WhyRowDocument } from '@kroot/types';
import { fromRef } from './from-ref.ts';

/** The tree of a card as rows, in the order in which they are read: a chain of thousands of links nests nothing. */
export function toWhyRows(why: WhyNode): readonly WhyRowDocument[] {
  const rows: WhyRowDocument[] = [];
  const todo: { readonly node: WhyNode; readonly level: number }[] = [{ node: why, level: 0 }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { node, level } = next;
    const { children, group, resource, state } = node;
    rows.push({ level, ...(resource === undefined ? {} : { resource: formatRef(resource) }), group, state });
    todo.push(...children.map((child) => ({ node: child, level: level + 1 })).toReversed());
  }
  return rows;
}

interface OpenNode extends WhyNode {
  readonly children: WhyNode[];
}

/** The tree of which these are the rows; one that goes deeper by more than a level hangs on the last one that is open. */
export function fromWhyRows(rows: readonly WhyRowDocument[]): WhyNode | undefined {
  const open: OpenNode[] = [];
  for (const { level, resource, group, state } of rows) {
    const node: OpenNode = {
      ...(resource === undefined ? {} : { resource: fromRef(resource) }),
      group,
      state,
      children: [],
    };
    // A second row of level 0 is no tree; it is read as a part of the first.
    const depth = open.length === 0 ? 0 : Math.min(Math.max(level, 1), open.length);
    open.length = depth;
    open.at(-1)?.children.push(node);
    open.push(node);
  }
  return open[0];
}
