import { rulePage, type AnalyzerMeta, type Severity } from '@kroot/types';
import type { ReportingDescriptor, Result } from 'sarif';
import { sentence } from '../words.ts';

/** Severities as SARIF levels. */
export const LEVELS: Readonly<Record<Severity, Result.level>> = { critical: 'error', warning: 'warning', info: 'note' };

const PROBLEMS: Readonly<Record<Severity, string>> = {
  critical: 'error',
  warning: 'warning',
  info: 'recommendation',
};

/** GitHub refuses longer descriptions. */
const MAX_DESCRIPTION = 1024;

/** What a rule says about itself, as SARIF has it. */
export function toRule({ docs, id, role, severity, title }: AnalyzerMeta): ReportingDescriptor {
  const short = orElse(title, id);
  const helpUri = rulePage(id);
  return {
    id,
    shortDescription: { text: sentence(short).slice(0, MAX_DESCRIPTION) },
    fullDescription: { text: sentence(orElse(docs.means, short)).slice(0, MAX_DESCRIPTION) },
    help: { text: helpText(docs, short), markdown: helpMarkdown(docs, short) },
    ...(helpUri !== undefined && { helpUri }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      precision: docs.falsePositives === undefined ? 'very-high' : 'high',
      'problem.severity': PROBLEMS[severity],
      tags: ['kubernetes', 'reliability', role],
    },
  };
}

/** Stands in for a rule of which a finding tells, but not the list of rules that ran. */
export function unknownRule(id: string): ReportingDescriptor {
  const text = `Rule ${id}.`;
  return { id, shortDescription: { text }, fullDescription: { text }, help: { text } };
}

function helpSections({
  decides,
  falsePositives,
  means,
  silent,
}: AnalyzerMeta['docs']): readonly (readonly [string, string])[] {
  return (
    [
      ['What it means', means],
      ['How it is decided', decides],
      ['When it stays silent', silent],
      ['Known ways to be wrong', falsePositives ?? ''],
    ] as const
  ).filter(([, text]) => text !== '');
}

function helpText(docs: AnalyzerMeta['docs'], fallback: string): string {
  const texts = helpSections(docs).map(([title, text]) => `${title}: ${text}`);
  return orElse([...texts, ...docs.references].join('\n'), fallback);
}

function helpMarkdown(docs: AnalyzerMeta['docs'], fallback: string): string {
  const texts = helpSections(docs).map(([title, text]) => `### ${title}\n\n${text}`);
  const references = docs.references.map((url) => `- <${url}>`).join('\n');
  return orElse([...texts, ...(references === '' ? [] : [`### References\n\n${references}`])].join('\n\n'), fallback);
}

/** SARIF consumers take an empty text for a missing one. */
function orElse(text: string, fallback: string): string {
  return text.trim() === '' ? fallback : text;
}
