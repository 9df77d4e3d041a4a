import { cleanText } from '../clean-text.ts';
import { type Tone } from '../drawing/drawing.ts';
import { columns } from './columns.ts';
import { GLYPHS, type Glyphs } from './glyphs.ts';
import { paint } from './paint.ts';
import { span, type Span } from './span.ts';
import { treeLines, type TreeRow } from './tree-lines.ts';

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

interface Pending {
  readonly item: TreeItem;
  readonly rails: string;
  readonly branch: string;
  readonly rail: string;
}

/** Prints a tree of objects with their states beside them. */
export function renderTree(tree: TreeItem, { color, unicode, width }: TreeOptions): string {
  const glyphs = unicode ? GLYPHS.unicode : GLYPHS.ascii;
  const rows: TreeRow[] = [];
  const todo: Pending[] = [{ item: tree, rails: '', branch: '', rail: '' }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { branch, item, rail, rails } = next;
    const { children } = item;
    const below = rails + rail;
    rows.push({
      lead: rails + branch,
      rest: below + (children.length > 0 ? glyphs.stem : ''),
      name: cleanText(item.name),
      state: stateSpans(item, glyphs),
    });
    // Deep down there would be no room for names: from here on it goes straight down.
    const inner = columns(below) > width / 3 ? rails : below;
    todo.push(
      ...children
        .map((child, at) =>
          at === children.length - 1
            ? { item: child, rails: inner, branch: glyphs.lastBranch, rail: glyphs.gap }
            : { item: child, rails: inner, branch: glyphs.branch, rail: glyphs.rail },
        )
        .toReversed(),
    );
  }
  return paint(treeLines(rows, width), color);
}

function stateSpans({ state, tone }: TreeItem, glyphs: Glyphs): readonly Span[] {
  if (state === '') return [];
  const text = cleanText(state);
  if (tone === 'cause' || tone === 'bad') return [span(glyphs.bad, 'bad'), span(` ${text}`)];
  if (tone === 'unsure') return [span(glyphs.unsure, 'unsure'), span(` ${text}`)];
  return [span(text, tone === 'good' ? 'good' : 'quiet')];
}
