import { MECHANISMS, SEVERITIES, type AnalyzerMeta } from '@kroot/types';

/** What is wrong with what a rule says about itself. */
export function metaFlaws({
  id,
  title,
  role,
  severity,
  reads,
  breaks = [],
  waitsFor = [],
  docs,
}: AnalyzerMeta): readonly string[] {
  const words = [title, docs.means, docs.decides, docs.silent, ...docs.references];
  const foreign = [...breaks, ...waitsFor].filter((mechanism) => !MECHANISMS.includes(mechanism));
  const checks: readonly (readonly [boolean, string])[] = [
    [!/^(?:[a-z0-9][a-z0-9.-]*\/)?[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id), `id "${id}" is not kebab-case`],
    [title === '' || title.endsWith('.'), 'title is empty or has a full stop'],
    [!SEVERITIES.includes(severity), `severity "${severity}"`],
    [reads.length === 0, 'reads nothing: collection, permissions and blind spots depend on it'],
    [role === 'fault' && breaks.length === 0, 'is a fault that breaks nothing: it can explain no symptom'],
    [role === 'symptom' && waitsFor.length === 0, 'is a symptom that waits for nothing: nothing can explain it'],
    [foreign.length > 0, `mechanisms that there are not: ${foreign.join(', ')}`],
    ...(['means', 'decides', 'silent'] as const).map(
      (part) => [docs[part].trim() === '', `docs.${part} is empty`] as const,
    ),
    [words.some((text) => text.includes('TODO')), 'title or docs still say TODO'],
    [docs.references.length === 0, 'docs.references is empty: what proves that it is right?'],
  ];
  return checks.filter(([wrong]) => wrong).map(([, flaw]) => flaw);
}
