/** One document of a YAML stream. */
export interface YamlPart {
  readonly source: string;
  /** 0-based line of the stream on which it begins. */
  readonly line: number;
  /** Characters of that line before it: those of the marker. */
  readonly column: number;
}

/** Length of `---` and `...`. */
const MARKER = 3;

/**
 * Cuts a YAML stream at its document markers. A `---` or `...` at the start of a line is a marker wherever it stands, even
 * in a block scalar (YAML 1.2.2, 9.1.2), so that cutting by lines is exact.
 */
export function splitYaml(stream: string): readonly YamlPart[] {
  const parts: YamlPart[] = [];
  const marker = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;
  let start = 0;
  let line = 0;
  for (const match of stream.matchAll(marker)) {
    const source = stream.slice(start, match.index);
    parts.push({ source, line, column: start === 0 ? 0 : MARKER });
    line += newlines(source);
    // What follows the marker on its line belongs to the next document.
    start = match.index + MARKER;
  }
  parts.push({ source: stream.slice(start), line, column: start === 0 ? 0 : MARKER });
  return parts.filter((part) => !isBlank(part.source));
}

function newlines(source: string): number {
  let count = 0;
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Nothing but white space, comments and directives. */
function isBlank(source: string): boolean {
  return !/^[ \t]*[^\s#%]/m.test(source);
}
