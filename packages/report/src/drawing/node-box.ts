import { columns } from '../text/columns.ts';
import { type DrawingNode } from './drawing.ts';

/** The text of a node, broken into lines, and the box around it. */
export interface NodeBox {
  readonly kind: string;
  readonly name: readonly string[];
  readonly state: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** Pixels of one column of text: nobody knows the fonts of the reader, so these are those of wide ones. */
const ADVANCE = { kind: 6.3, name: 7.3, state: 6.7 } as const;
const PADDING = 12;
/** Columns and lines of texts, in boxes with room and in those of long chains. */
const ROOMY = { name: 27, state: 30, names: 4, states: 3 } as const;
const COMPACT = { name: 20, state: 22, names: 5, states: 4 } as const;
/** Kinds of custom resources are as long as their authors like. */
const MAX_KIND = 32;
const MIN_WIDTH = 96;
/** By how much the second box of a stack sticks out. */
export const STACK = 4;

/** Height of lines, in the order in which they stand. */
export const LINE = { kind: 14, name: 16, state: 15 } as const;

/** Breaks the text of a node into lines and measures it. */
export function nodeBox({ folded, kind, name, state }: DrawingNode, isCompact: boolean): NodeBox {
  const most = isCompact ? COMPACT : ROOMY;
  // Names have no spaces: they are broken behind the characters that join their parts, else anywhere.
  const names = lines(name.split(/(?<=[-./:\s])/), most.name, most.names);
  const states = state.trim() === '' ? [] : lines(state.split(/(?<=\s)/), most.state, most.states);
  const shortKind = columns(kind) <= MAX_KIND ? kind : `${chopped(kind, MAX_KIND - 1)[0] ?? ''}…`;
  const size = Math.max(
    MIN_WIDTH,
    columns(shortKind) * ADVANCE.kind + 2 * PADDING,
    ...names.map((line) => columns(line) * ADVANCE.name + 2 * PADDING),
    ...states.map((line) => columns(line) * ADVANCE.state + 2 * PADDING),
  );
  const height =
    (kind === '' ? 0 : LINE.kind) + names.length * LINE.name + states.length * LINE.state + (2 * PADDING - 6);
  // Behind a box that stands for several there is the edge of another one.
  const behind = folded ? STACK : 0;
  return { kind: shortKind, name: names, state: states, width: Math.ceil(size) + behind, height: height + behind };
}

function lines(pieces: readonly string[], width: number, most: number): readonly string[] {
  const found: string[] = [];
  let line = '';
  for (const piece of pieces.flatMap((part) => fitting(part, width))) {
    if (line !== '' && columns((line + piece).trimEnd()) > width) {
      found.push(line.trim());
      line = '';
    }
    line += piece;
  }
  found.push(line.trim());
  if (found.length <= most) return found;
  const last = found[most - 1] ?? '';
  return [...found.slice(0, most - 1), `${chopped(last, width - 1)[0] ?? ''}…`];
}

/** Reasons such as CreateContainerConfigError are broken between their words. */
function fitting(text: string, width: number): readonly string[] {
  return columns(text) <= width ? [text] : text.split(/(?<=\p{Ll})(?=\p{Lu})/u).flatMap((part) => chopped(part, width));
}

/** Pieces of at most so many columns. */
function chopped(text: string, width: number): readonly string[] {
  if (columns(text) <= width) return [text];
  const found: string[] = [];
  let piece = '';
  for (const character of text) {
    if (piece !== '' && columns(piece + character) > width) {
      found.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...found, piece];
}
