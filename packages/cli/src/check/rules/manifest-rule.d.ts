import { type AnalyzerDocs, type AnalyzerMeta, type Severity } from '@kroot/types';
/** What a rule on the text of manifests says about itself. */
export declare function manifestMeta(id: string, title: string, severity: Severity, docs: Pick<AnalyzerDocs, 'means' | 'decides' | 'silent' | 'references'>): AnalyzerMeta;
//# sourceMappingURL=manifest-rule.d.ts.map