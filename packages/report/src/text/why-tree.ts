import { type Diagnosis, type WhyNode } from '@kroot/types';
import { hang } from './block.ts';
import { columns } from './columns.ts';
import { shortRef, type View } from './options.ts';
import { lineColumns, span, type Line, type Span } from './span.ts';
import { wrap } from './wrap.ts';

interface Row {
  /** Lines of the tree in front of the name. */
  readonly lead: string;
  /** The same for further lines of this row. */
  readonly rest: string;
  readonly name: string;
  readonly state: readonly Span[];
}

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
  const all = rows(diagnosis, view, width);
  const limit = Math.floor(width * 0.6);
  const sizes = all.map((row) => columns(row.lead) + columns(row.name) + 2);
  const column = Math.max(0, ...sizes.filter((size) => size <= limit));
  return all.flatMap((row) => layOut(row, column, width));
}

function rows(diagnosis: Diagnosis, view: View, width: number): readonly Row[] {
  const { glyphs, report } = view;
  const home = diagnosis.rootCause.namespace ?? report.scope.namespace;
  const found: Row[] = [];
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

function layOut(row: Row, column: number, width: number): readonly Line[] {
  const { lead, name, rest, state } = row;
  const size = columns(lead) + columns(name);
  const at = size + 2 <= column ? column : size + 2;
  const beside = wrap(state, width - at);
  if (beside.length > 0 && (at === column || at + lineColumns(state) <= width)) {
    const head = [span(lead, 'quiet'), span(name, 'strong'), span(' '.repeat(at - size))];
    return hang(head, beside, padded(rest, at));
  }
  const inner = columns(rest) + 2;
  const below = wrap(state, width - inner);
  const names = wrap([span(name, 'strong')], width - columns(lead));
  return [
    ...hang([span(lead, 'quiet')], names, padded(rest, columns(lead))),
    ...hang([padded(rest, inner)], below, padded(rest, inner)),
  ];
}

function padded(rest: string, size: number): Span {
  return span(rest + ' '.repeat(Math.max(0, size - columns(rest))), 'quiet');
}
