import { type Manifest } from '@kroot/cluster';
import { type Analyzer } from '@kroot/types';
/** Reports kinds that Kubernetes does not have under the given API version and that are close to one that it has. */
export declare function manifestKindUnknown(manifests: readonly Manifest[]): Analyzer;
//# sourceMappingURL=kind-unknown.d.ts.map