import { type AnalyzerDocs, type AnalyzerMeta, type Severity } from '@kroot/types';

/** What a rule on the text of manifests says about itself. */
export function manifestMeta(
  id: string,
  title: string,
  severity: Severity,
  docs: Pick<AnalyzerDocs, 'means' | 'decides' | 'silent' | 'references'>,
): AnalyzerMeta {
  return { id, title, role: 'fault', severity, reads: [], docs };
}
