import { type AnalyzerMeta } from '@kroot/types';

/** A heading and what stands under it. */
export type RuleSection = readonly [heading: string, words: string];

/** What a rule says about itself: the same words in `kroot explain` and on its page. */
export function ruleSections({ docs, breaks, waitsFor }: AnalyzerMeta): {
  readonly before: readonly RuleSection[];
  readonly after: readonly RuleSection[];
} {
  return {
    before: sections([['What it means', docs.means]]),
    after: sections([
      ['How kroot decides', docs.decides],
      ['When it stays silent', docs.silent],
      ['When it can be wrong', docs.falsePositives],
      ['What it stops in others', breaks?.join(', ')],
      ['What can explain it', waitsFor?.join(', ')],
    ]),
  };
}

function sections(all: readonly (readonly [string, string | undefined])[]): readonly RuleSection[] {
  return all.flatMap(([heading, words]) => (words === undefined || words === '' ? [] : [[heading, words] as const]));
}
