import { type Manifest } from '@kroot/cluster';
import { type Analyzer } from '@kroot/types';
/** Reports manifests of API versions that Kubernetes does not serve any more; `server` is the cluster's version, if known. */
export declare function manifestApiRemoved(manifests: readonly Manifest[], server?: string): Analyzer;
//# sourceMappingURL=api-removed.d.ts.map