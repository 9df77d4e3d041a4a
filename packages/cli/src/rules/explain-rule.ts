import { cleanText } from '@kroot/report';
import { type AnalyzerMeta } from '@kroot/types';

/** The page of one rule. */
export function explainRule(
  { id, title, role, severity, reads, breaks, waitsFor, docs }: AnalyzerMeta,
  width: number,
): string {
  const sections: readonly (readonly [string, string | undefined])[] = [
    ['What it means', docs.means],
    ['How it decides', docs.decides],
    ['When it stays silent', docs.silent],
    ['When it can be wrong', docs.falsePositives],
    ['What it stops in others', breaks?.join(', ')],
    ['What can explain it', waitsFor?.join(', ')],
    ['What it reads', reads.join(', ')],
    ['References', docs.references.length === 0 ? undefined : docs.references.join('\n')],
  ];
  return [
    `${cleanText(id)}: ${role}, ${severity} at worst`,
    ...wrap(title, width),
    ...sections.flatMap(([heading, words]) =>
      words === undefined || words === '' ? [] : ['', heading, ...wrap(words, width - 2).map((line) => `  ${line}`)],
    ),
    '',
  ].join('\n');
}

/** Words are never cut: an address that is longer than a line has a line of its own. */
function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    for (const word of cleanText(paragraph).split(' ')) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + word.length <= width) lines.splice(-1, 1, `${last} ${word}`);
      else lines.push(word);
    }
    return lines;
  });
}
