import { nearNames } from '@kroot/graph';
import { compareStrings, type Analyzer, type Severity } from '@kroot/types';

/** How bad rules are, whatever they say themselves; `off` does not run them. */
export type RuleSeverities = ReadonlyMap<string, Severity | 'off'>;

/** The analyzers that are to run, each finding of a rule as bad as the user says. */
export function withSeverities(analyzers: readonly Analyzer[], severities: RuleSeverities): readonly Analyzer[] {
  if (severities.size === 0) return analyzers;
  return analyzers.flatMap((analyzer) => {
    const severity = severities.get(analyzer.meta.id);
    if (severity === undefined) return [analyzer];
    return severity === 'off' ? [] : [asBadAs(analyzer, severity)];
  });
}

function asBadAs(analyzer: Analyzer, severity: Severity): Analyzer {
  return {
    meta: { ...analyzer.meta, severity },
    *analyze(context) {
      for (const finding of analyzer.analyze(context)) yield { ...finding, severity };
    },
  };
}

/** Names of rules that nobody knows, one sentence each: what was meant does not happen. */
export function unknownRules(analyzers: readonly Analyzer[], severities: RuleSeverities): readonly string[] {
  const known = analyzers.map(({ meta }) => meta.id);
  return [...severities.keys()]
    .filter((id) => !known.includes(id))
    .toSorted(compareStrings)
    .map((id) => {
      const near = nearNames(id, known, 2);
      const hint = near.length === 0 ? 'kroot rules lists them' : `did you mean ${near.join(' or ')}?`;
      return `there is no rule ${id}, for which a severity is set; ${hint}`;
    });
}
