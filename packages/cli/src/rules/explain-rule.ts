import { cleanText } from '@kroot/report';
import { rulePage, type AnalyzerMeta } from '@kroot/types';
import { ruleSections } from './rule-sections.ts';

/** What there is to say about one rule, with the words of its page. */
export function explainRule(meta: AnalyzerMeta, width: number): string {
  const { id, title, role, severity, reads, docs } = meta;
  const { before, after } = ruleSections(meta);
  const sections: readonly (readonly [string, string | undefined])[] = [
    ...before,
    ...after,
    ['What it reads', reads.join(', ')],
    ['References', docs.references.length === 0 ? undefined : docs.references.join('\n')],
    ['With an example', rulePage(id)],
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
