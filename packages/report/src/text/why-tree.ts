import { type Diagnosis, type WhyNode } from '@kroot/types';
import { firstChildren } from '../first-children.ts';
import { shortRef, type View } from './options.ts';
import { span, type Line, type Span } from './span.ts';
import { treeLines, treeRows } from './tree-lines.ts';

const MAX_CHILDREN = 7;

/** Draws why things fail: the cause at the top, what it takes down below it. */
export function whyTree(diagnosis: Diagnosis, view: View, width: number): readonly Line[] {
  const { glyphs, report } = view;
  const home = diagnosis.rootCause.namespace ?? report.scope.namespace;
  const shape = {
    children: (node: WhyNode) => shownChildren(node, view),
    row: (node: WhyNode, isRoot: boolean) => ({
      name: node.resource === undefined ? node.group : shortRef(node.resource, home),
      state: isRoot ? rootState(diagnosis, node.state, view) : [span(node.state)],
    }),
  };
  return treeLines(treeRows(diagnosis.why, shape, glyphs, width), width);
}

function shownChildren(node: WhyNode, { glyphs, options }: View): readonly WhyNode[] {
  const most = options.details ? Infinity : MAX_CHILDREN;
  return firstChildren(node.children, most, (hidden) => `${glyphs.ellipsis} and ${hidden} more`);
}

function rootState(diagnosis: Diagnosis, state: string, { glyphs }: View): readonly Span[] {
  const sign = diagnosis.confidence >= 0.9 ? span(glyphs.bad, 'bad') : span(glyphs.unsure, 'unsure');
  return state === '' ? [] : [sign, span(` ${state}`)];
}
