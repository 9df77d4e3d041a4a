import { type TreeItem } from '@kroot/report';
import { refKey, type ResourceRef } from '@kroot/types';
import { nodeName, type FoldedGraph, type FoldedNode } from './fold.ts';
import { shortName } from './graph-formats.ts';

/** Children of one node that are listed; the rest is counted. */
const MAX_CHILDREN = 15;

/** A tree before it is closed: children are put in level by level, and what comes again is marked at the end. */
interface OpenItem {
  name: string;
  readonly state: string;
  readonly tone: TreeItem['tone'];
  readonly children: OpenItem[];
}

interface Pending {
  readonly at: number;
  readonly item: OpenItem;
  readonly above: ReadonlySet<number>;
}

/**
 * What hangs on the object in one direction, level by level, so that everything is told where it is nearest. An object that comes
 * again is only named: as a cycle where it stands above itself, else with where it is told.
 */
export function treeItems(
  folded: FoldedGraph,
  target: ResourceRef,
  way: 'needs' | 'needed-by',
  home: string | undefined,
): readonly TreeItem[] {
  const { nodes } = folded;
  const next = neighbours(folded, way);
  const first = nodes.findIndex(({ members }) => members.some((each) => refKey(each) === refKey(target)));
  const root = open(nodes[first], '', home);
  const told = new Map([[first, root]]);
  const again = new Map<OpenItem, OpenItem>();
  const todo: Pending[] = [{ at: first, item: root, above: new Set([first]) }];
  for (let head = 0; head < todo.length; head++) {
    const pending = todo[head];
    if (pending === undefined) break;
    const { above, at, item } = pending;
    const all = next.get(at) ?? [];
    const most = all.length <= MAX_CHILDREN + 1 ? all.length : MAX_CHILDREN;
    for (const { at: end, optional } of all.slice(0, most)) {
      const marks = `${optional ? ' (optional)' : ''}${above.has(end) ? ' (cycle)' : ''}`;
      const child = open(nodes[end], marks, home);
      item.children.push(child);
      const before = told.get(end);
      if (before === undefined) {
        told.set(end, child);
        todo.push({ at: end, item: child, above: new Set(above).add(end) });
      } else if (!above.has(end) && next.has(end)) again.set(child, before);
    }
    if (all.length > most) item.children.push(open(undefined, `… and ${all.length - most} more`, home));
  }
  markAgain(root, again);
  return root.children;
}

/** Says of what comes again whether it is told above or below, in the order of lines. */
function markAgain(root: OpenItem, again: ReadonlyMap<OpenItem, OpenItem>): void {
  const lines = new Map<OpenItem, number>();
  const todo = [root];
  for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
    lines.set(item, lines.size);
    todo.push(...item.children.toReversed());
  }
  for (const [item, told] of again)
    item.name += (lines.get(told) ?? 0) < (lines.get(item) ?? 0) ? ' (see above)' : ' (see below)';
}

interface Neighbour {
  readonly at: number;
  readonly optional: boolean;
}

/** By node: what comes below it, what is broken first. */
function neighbours(
  { edges, nodes }: FoldedGraph,
  way: 'needs' | 'needed-by',
): ReadonlyMap<number, readonly Neighbour[]> {
  const next = new Map<number, Neighbour[]>();
  for (const { from, optional, to } of edges) {
    const [start, end] = way === 'needs' ? [from, to] : [to, from];
    const list = next.get(start);
    if (list === undefined) next.set(start, [{ at: end, optional }]);
    else list.push({ at: end, optional });
  }
  const isBroken = ({ at }: Neighbour): boolean => ['cause', 'bad'].includes(nodes[at]?.health.tone ?? '');
  for (const list of next.values()) list.sort((a, b) => Number(isBroken(b)) - Number(isBroken(a)));
  return next;
}

function open(node: FoldedNode | undefined, marks: string, home: string | undefined): OpenItem {
  if (node === undefined) return { name: marks, state: '', tone: 'plain', children: [] };
  const { tone, words } = node.health;
  return { name: `${nodeName(node, (each) => shortName(each, home))}${marks}`, state: words, tone, children: [] };
}
