/** Breaks text between words; a word that is longer than a line has a line of its own. */
export function wordsInLines(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(word);
  }
  return lines;
}

/** The same with a first line that begins otherwise than the others. */
export function hanging(first: string, rest: string, text: string, width: number): readonly string[] {
  return wordsInLines(text, Math.max(20, width - Math.max(first.length, rest.length))).map(
    (line, at) => `${at === 0 ? first : rest}${line}`,
  );
}
