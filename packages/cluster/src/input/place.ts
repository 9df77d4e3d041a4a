/** Line and column (1-based, in characters) of a position in a text, as editors count. */
export function lineColumn(source: string, position: number): string {
  const at = Math.min(position, source.length);
  let line = 1;
  let lineStart = 0;
  for (let found = source.indexOf('\n'); found !== -1 && found < at; found = source.indexOf('\n', found + 1)) {
    line += 1;
    lineStart = found + 1;
  }
  return `${line}:${at - lineStart + 1}`;
}
