import { type Diagnosis, type OtherDiagnosis, type Report } from '@kroot/types';
/** What applying manifests changes, told from the diagnoses before and after. */
export interface Comparison {
    readonly breaks: readonly Diagnosis[];
    readonly heals: readonly OtherDiagnosis[];
    readonly stays: readonly OtherDiagnosis[];
}
/** Compares by fingerprint. A fault that was there before and now takes down more is one that the manifests make worse. */
export declare function compareOutcomes(before: Report, after: Report): Comparison;
//# sourceMappingURL=compare-outcomes.d.ts.map