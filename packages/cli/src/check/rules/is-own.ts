import { type ResourceRef } from '@kroot/types';

/** Whether an object is one of the manifests, not one that was in the cluster before. */
export type IsOwn = (target: ResourceRef) => boolean;

/** Without a cluster all of them are. */
export const allAreOwn: IsOwn = () => true;
