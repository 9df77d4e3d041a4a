import { kindKey, refKey, type Diagnosis, type ResourceRef, type WhyNode } from '@kroot/types';
import { shortRef } from '../text/options.ts';
import { counted } from '../words.ts';
import { type Drawing, type DrawingEdge, type DrawingNode, type Tone } from './drawing.ts';

/** Children of one node that are drawn; the rest is counted. */
const MAX_CHILDREN = 8;
/** What each of several diagnoses may take at least. */
const MIN_SHARE = 6;

/**
 * The causal graph of diagnoses, from root causes to what they take down, folded as their why trees are. An object that
 * several of them take down is one node. At most `limit` nodes.
 */
export function causalDrawing(diagnoses: readonly Diagnosis[], title: string, limit: number): Drawing {
  const canvas = new Canvas();
  const share = Math.max(MIN_SHARE, Math.floor(limit / Math.max(1, diagnoses.length)));
  let omitted = 0;
  for (const diagnosis of diagnoses) {
    const room = diagnoses.length === 1 ? limit : Math.min(limit, canvas.nodes.length + share);
    omitted += draw(diagnosis, canvas, room);
  }
  return { title, nodes: canvas.nodes, edges: canvas.edges, omitted };
}

class Canvas {
  readonly nodes: DrawingNode[] = [];
  readonly edges: DrawingEdge[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #drawn = new Set<string>();

  /** The position of a node. What one diagnosis takes down can be the cause of another: then it is drawn as a cause. */
  add(key: string | undefined, node: DrawingNode, isRoot: boolean): number {
    const known = key === undefined ? undefined : this.#byKey.get(key);
    if (known === undefined) {
      const at = this.nodes.push(node) - 1;
      if (key !== undefined) this.#byKey.set(key, at);
      return at;
    }
    if (isRoot) this.nodes[known] = node;
    return known;
  }

  link(from: number, to: number, label: string): void {
    const key = `${from}-${to}`;
    if (from === to || this.#drawn.has(key)) return;
    this.#drawn.add(key);
    this.edges.push({ from, to, label, faint: false });
  }
}

interface Pending {
  readonly node: WhyNode;
  readonly parent: number | undefined;
  readonly above: ResourceRef | undefined;
  /** Positions from the root to here. */
  readonly path: readonly number[];
}

/** Draws one tree level by level, so that what has no room is what is farthest from the cause; gives how much that is. */
function draw(diagnosis: Diagnosis, canvas: Canvas, limit: number): number {
  const home = diagnosis.rootCause.namespace;
  const labels = mechanisms(diagnosis);
  const todo: Pending[] = [{ node: diagnosis.why, parent: undefined, above: undefined, path: [] }];
  let omitted = 0;
  for (let head = 0; head < todo.length; head++) {
    const next = todo[head];
    if (next === undefined) break;
    const { above, node, parent, path } = next;
    if (canvas.nodes.length >= limit) {
      omitted += sizeOf(node);
      continue;
    }
    const key = node.resource === undefined ? undefined : refKey(node.resource);
    const at = canvas.add(key, drawn(node, home, toneOf(diagnosis, parent)), parent === undefined);
    // A workload whose own template is wrong is the cause, and in the end a victim of it: no arrow leads back.
    if (parent !== undefined && !path.includes(at))
      canvas.link(parent, at, labels.get(pair(above, node.resource)) ?? '');
    for (const child of shown(node.children))
      todo.push({ node: child, parent: at, above: node.resource, path: [...path, at] });
  }
  return omitted;
}

function sizeOf(node: WhyNode): number {
  const todo = [node];
  for (let head = 0; head < todo.length; head++) todo.push(...shown(todo[head]?.children ?? []));
  return todo.length;
}

function toneOf({ confidence }: Diagnosis, parent: number | undefined): Tone {
  if (parent !== undefined) return 'bad';
  return confidence >= 0.9 ? 'cause' : 'unsure';
}

function drawn({ group, resource, state }: WhyNode, home: string | undefined, tone: Tone): DrawingNode {
  if (resource === undefined) return { kind: '', name: group, state, tone, folded: true };
  const kind = kindKey(resource.group, resource.kind);
  return { kind, name: shortRef(resource, home).slice(kind.length + 1), state, tone, folded: false };
}

function shown(children: readonly WhyNode[]): readonly WhyNode[] {
  const hidden = children.length - MAX_CHILDREN;
  if (hidden <= 1) return children;
  return [...children.slice(0, MAX_CHILDREN), { group: counted(hidden, 'more', 'more'), state: '', children: [] }];
}

/** By pair of neighbours in a chain: the way in which the cause stops its victim. */
function mechanisms({ traces }: Diagnosis): ReadonlyMap<string, string> {
  const hops = traces.flatMap((trace) => trace.hops);
  return new Map(hops.map(({ from, to, mechanism }) => [pair(to, from), mechanism.replaceAll('-', ' ')]));
}

function pair(cause: ResourceRef | undefined, victim: ResourceRef | undefined): string {
  return cause === undefined || victim === undefined ? '' : `${refKey(cause)} ${refKey(victim)}`;
}
