import { lineColumns, span, spans, type Line, type Span, type Text } from './span.ts';

interface Word {
  parts: Span[];
  /** Whether the text has a line break in front of it. */
  readonly breakBefore: boolean;
}

/**
 * Breaks text into lines of at most `width` columns (`first` for the first one), at spaces and newlines only: a word
 * that is longer stays whole, so that names can be searched for and copied.
 */
export function wrap(text: Text, width: number, first: number = width): readonly Line[] {
  const lines: Line[] = [];
  let line: Span[] = [];
  let used = 0;
  for (const word of words(spans(text))) {
    const size = lineColumns(word.parts);
    const room = lines.length === 0 ? first : width;
    if (used > 0 && (word.breakBefore || used + 1 + size > room)) {
      lines.push(line);
      line = [];
      used = 0;
    }
    const parts = used === 0 ? guard(word.parts) : [span(' ', line.at(-1)?.style), ...word.parts];
    line.push(...parts);
    used += lineColumns(parts);
  }
  if (line.length > 0) lines.push(line);
  return lines;
}

/** GitHub's runner acts on every line that begins with `::`, however far it is indented. */
function guard(parts: readonly Span[]): readonly Span[] {
  const text = parts.map((part) => part.text).join('');
  return text.startsWith('::') ? [span('\\'), ...parts] : parts;
}

function words(text: readonly Span[]): readonly Word[] {
  const found: Word[] = [];
  let open: Word | undefined;
  let breakBefore = false;
  for (const { text: content, style } of text) {
    for (const piece of content.split(/(\s+)/)) {
      if (piece === '') continue;
      if (/^\s/.test(piece)) {
        open = undefined;
        breakBefore ||= piece.includes('\n');
      } else if (open === undefined) {
        open = { parts: [span(piece, style)], breakBefore };
        found.push(open);
        breakBefore = false;
      } else open.parts.push(span(piece, style));
    }
  }
  return found;
}
