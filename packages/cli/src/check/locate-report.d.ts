import { type ManifestSet } from '@kroot/cluster';
import { type Report, type ResourceRef, type Snapshot, type SourceLocation } from '@kroot/types';
/** The report with the places in the manifests at which its findings are to be repaired. */
export declare function locateReport(report: Report, manifests: ManifestSet, snapshot: Snapshot): Report;
/** Pods and what stands above them are made of templates: their fields are written there. */
export declare function locateIn(manifests: ManifestSet, snapshot: Snapshot, target: ResourceRef, path: string | undefined): SourceLocation | undefined;
//# sourceMappingURL=locate-report.d.ts.map