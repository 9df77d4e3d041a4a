import { type Diagnosis, type WhyNode } from '@kroot/types';
import { columns } from './columns.ts';
import { shortRef, type View } from './options.ts';
import { span, type Line, type Span } from './span.ts';
import { treeLines, type TreeRow } from './tree-lines.ts';

interface Pending {
  readonly node: WhyNode;
  /** Lines of the tree that come from the ancestors. */
  readonly rails: string;
  readonly branch: string;
  readonly rail: string;
}

const MAX_CHILDREN = 7;

/** Draws why things fail: the cause at the top, what it takes down below it. */
export function whyTree(diagnosis: Diagnosis, view: View, width: number): readonly Line[] {
  return treeLines(rows(diagnosis, view, width), width);
}

function rows(diagnosis: Diagnosis, view: View, width: number): readonly TreeRow[] {
  const { glyphs, report } = view;
  const home = diagnosis.rootCause.namespace ?? report.scope.namespace;
  const found: TreeRow[] = [];
  const todo: Pending[] = [{ node: diagnosis.why, rails: '', branch: '', rail: '' }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { node, rails, branch, rail } = next;
    const below = rails + rail;
    const children = shownChildren(node, view);
    found.push({
      lead: rails + branch,
      rest: below + (children.length > 0 ? glyphs.stem : ''),
      name: node.resource === undefined ? node.group : shortRef(node.resource, home),
      state: branch === '' ? rootState(diagnosis, node.state, view) : [span(node.state)],
    });
    // A chain of many links would leave no room for its names: from here on it goes straight down.
    const inner = columns(below) > width / 3 ? rails : below;
    todo.push(
      ...children.map((child, index) => placed(child, inner, index === children.length - 1, view)).toReversed(),
    );
  }
  return found;
}

function placed(node: WhyNode, rails: string, last: boolean, { glyphs }: View): Pending {
  return last
    ? { node, rails, branch: glyphs.lastBranch, rail: glyphs.gap }
    : { node, rails, branch: glyphs.branch, rail: glyphs.rail };
}

function shownChildren(node: WhyNode, { glyphs, options }: View): readonly WhyNode[] {
  const hidden = node.children.length - MAX_CHILDREN;
  if (options.details || hidden <= 1) return node.children;
  const more = { group: `${glyphs.ellipsis} and ${hidden} more`, state: '', children: [] };
  return [...node.children.slice(0, MAX_CHILDREN), more];
}

function rootState(diagnosis: Diagnosis, state: string, { glyphs }: View): readonly Span[] {
  const sign = diagnosis.confidence >= 0.9 ? span(glyphs.bad, 'bad') : span(glyphs.unsure, 'unsure');
  return state === '' ? [] : [sign, span(` ${state}`)];
}
