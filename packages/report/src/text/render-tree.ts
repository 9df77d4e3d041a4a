import { cleanText } from '../clean-text.ts';
import { type Tone } from '../drawing/drawing.ts';
import { GLYPHS, type Glyphs } from './glyphs.ts';
import { paint } from './paint.ts';
import { span, type Span } from './span.ts';
import { treeLines, treeRows } from './tree-lines.ts';

/** An object of a tree. */
export interface TreeItem {
  readonly name: string;
  /** How it stands, in a few words; may be empty. */
  readonly state: string;
  readonly tone: Tone;
  readonly children: readonly TreeItem[];
}

/** How a tree is printed. */
export interface TreeOptions {
  /** No line is wider, unless a single name is. */
  readonly width: number;
  readonly color: boolean;
  /** Whether box drawing may be used; else ASCII. */
  readonly unicode: boolean;
}

/** Prints a tree of objects with their states beside them. */
export function renderTree(tree: TreeItem, { color, unicode, width }: TreeOptions): string {
  const glyphs = unicode ? GLYPHS.unicode : GLYPHS.ascii;
  const shape = {
    children: (item: TreeItem) => item.children,
    row: (item: TreeItem) => ({ name: cleanText(item.name), state: stateSpans(item, glyphs) }),
  };
  return paint(treeLines(treeRows(tree, shape, glyphs, width), width), color);
}

function stateSpans({ state, tone }: TreeItem, glyphs: Glyphs): readonly Span[] {
  if (state === '') return [];
  const text = cleanText(state);
  if (tone === 'cause' || tone === 'bad') return [span(glyphs.bad, 'bad'), span(` ${text}`)];
  if (tone === 'unsure') return [span(glyphs.unsure, 'unsure'), span(` ${text}`)];
  return [span(text, tone === 'good' ? 'good' : 'quiet')];
}
