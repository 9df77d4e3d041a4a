import { type Analyzer, type ResourceRef } from '@kroot/types';
import { type IsExternal } from './externals.ts';
/** What tells findings on manifests from findings on the cluster that they are for. */
export interface ClusterContext {
    readonly isExternal: IsExternal;
    /** Whether an object is one of the manifests. */
    readonly isOwn: (target: ResourceRef) => boolean;
    /** Rule and subject of what was found before. */
    readonly known: ReadonlySet<string>;
}
/** An analyzer on a cluster to which manifests are applied. */
export declare function onCluster(analyzer: Analyzer, { isExternal, isOwn, known }: ClusterContext): Analyzer;
//# sourceMappingURL=on-cluster.d.ts.map