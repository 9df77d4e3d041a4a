import { type ManifestSet } from '@kroot/cluster';
import { type ResourceRef } from '@kroot/types';
/** Whether something that manifests refer to and do not hold, or hold without its content, is made by somebody else. */
export type IsExternal = (target: ResourceRef) => boolean;
/** What the custom objects, annotations, Jobs and generators of manifests make. */
export declare function externals({ snapshot, generated }: Pick<ManifestSet, 'snapshot' | 'generated'>): IsExternal;
//# sourceMappingURL=externals.d.ts.map