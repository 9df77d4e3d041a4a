import { type ManifestSet } from '@kroot/cluster';
import { type FileLocation } from '@kroot/report';
import { type Analyzer, type Plugin, type Report, type ResourceRef, type Snapshot } from '@kroot/types';
/** A report on manifests, and where in files its objects are written. */
export interface Checked {
    readonly report: Report;
    readonly locate: (target: ResourceRef) => FileLocation | undefined;
}
/** The rules on a cluster. */
export declare function clusterAnalyzers(plugins: readonly Plugin[]): readonly Analyzer[];
/** Diagnoses manifests by themselves: what they contradict in each other. */
export declare function checkAlone(manifests: ManifestSet, plugins: readonly Plugin[]): Checked;
/** Diagnoses what applying manifests changes in a cluster. */
export declare function checkAgainst(cluster: Snapshot, manifests: ManifestSet, plugins: readonly Plugin[]): Checked;
//# sourceMappingURL=check-manifests.d.ts.map