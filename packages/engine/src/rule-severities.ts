import { type Analyzer, type Severity } from '@kroot/types';

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
