import { type Analyzer, type AnalyzerDocs, type Mechanism, type ResourceRef } from '@kroot/types';
import { createRule } from './create-rule.ts';
import { describeFix, inWords } from './kubectl.ts';
import { type UntoldRule } from './untold-rule-of.ts';
import { inline } from './words.ts';

/** What differs between the rules that quote a refusal. */
export interface UntoldSpec {
  readonly id: UntoldRule;
  readonly title: string;
  readonly breaks?: readonly Mechanism[];
  /** What cannot be created: `its pods`. */
  readonly what: string;
  readonly docs: Omit<AnalyzerDocs, 'silent'>;
  /** What to do after the words have been read. */
  readonly afterwards: (subject: ResourceRef) => string;
}

/** Makes a rule that quotes why the API server refuses a creation, where no rule knows the words. */
export function untoldRefusal({ id, title, breaks, what, docs, afterwards }: UntoldSpec): Analyzer {
  return createRule({
    id,
    title,
    ...(breaks === undefined ? {} : { breaks }),
    docs: {
      ...docs,
      silent:
        'When a more specific rule knows the words (quota, limits, PodSecurity, ServiceAccount, webhooks, policies), and when a later creation went through.',
    },
    describe({ subject, refused: [{ controller, words = '' }] }) {
      const said = inline(words.replace(/^\(combined from similar events\): /, ''));
      return {
        message: `${inWords(controller)} cannot create ${what}`,
        cause: `The API server answers: ${said}.`,
        fixes: [
          describeFix(subject, `Remove the obstacle that the API server names to ${inWords(controller)}`, [
            `Read its words: ${said}`,
            afterwards(subject),
          ]),
        ],
      };
    },
  });
}
