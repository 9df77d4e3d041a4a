import { type DiagnoseOptions, type Rehearsal } from '@kroot/engine';
import { type Report, type Snapshot } from '@kroot/types';
/** What a diagnosis of manifests gives. */
export interface Intended {
    readonly report: Report;
    readonly rehearsal: Rehearsal;
}
/** The rules of which one finding is enough for a pod not to start. */
export declare function stoppingRules({ rules }: Report): ReadonlySet<string>;
/**
 * Diagnoses what manifests make of a snapshot. Pods are taken to start unless something that is found stops them; so
 * the diagnosis is made again until these are the same.
 */
export declare function diagnoseIntended(base: Snapshot, manifests: Snapshot, options: Omit<DiagnoseOptions, 'verifyFixes'>): Intended;
//# sourceMappingURL=diagnose-intended.d.ts.map