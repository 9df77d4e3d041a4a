import { type Analyzer, type Finding } from '@kroot/types';
import { type IsExternal } from './externals.ts';
/** Whether a rule says anything about manifests without a cluster. */
export declare function isOfManifests({ meta }: Analyzer): boolean;
/**
 * An analyzer on manifests without a cluster: what they do not hold is not in them, which is a warning, because it may be in
 * the cluster; what others make is no finding at all.
 */
export declare function asIntended(analyzer: Analyzer, isExternal: IsExternal): Analyzer;
/** A finding on what manifests say of themselves. */
export declare function ofManifests(finding: Finding): Finding;
//# sourceMappingURL=as-intended.d.ts.map