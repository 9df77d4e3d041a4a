import { type Manifest } from '@kroot/cluster';
import { type Analyzer } from '@kroot/types';
/** Reports objects that the manifests hold more than once. */
export declare function manifestDuplicate(manifests: readonly Manifest[]): Analyzer;
//# sourceMappingURL=duplicate.d.ts.map