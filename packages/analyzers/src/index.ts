import { compareStrings, type Analyzer } from '@kroot/types';
import * as registry from './registry.ts';

/** The analyzers that come with kroot, in order of id. */
export const builtinAnalyzers: readonly Analyzer[] = Object.values(registry).toSorted((a, b) =>
  compareStrings(a.meta.id, b.meta.id),
);

export { manifestRule, manifestRules, type ManifestRuleId } from './manifest-rules.ts';
