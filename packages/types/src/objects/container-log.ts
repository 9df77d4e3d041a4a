import { type KubernetesObject } from './meta.ts';

/**
 * The kind under which the last lines of containers stand among the objects of a snapshot. The API has no such kind: kroot makes
 * them of `pods/log`, and only when asked to. One that is not there says nothing: it was not asked for, or could not be had.
 */
export const CONTAINER_LOG_KIND = 'ContainerLog.kroot.dev';

/** The last lines of one container, without what looks like a credential. Its name is `POD.CONTAINER`. */
export interface ContainerLog extends KubernetesObject {
  readonly spec: {
    readonly pod: string;
    readonly container: string;
    /** Of the container before the last restart. */
    readonly previous: boolean;
    /** Oldest first. Hostile text: renderers clean it. */
    readonly lines: readonly string[];
  };
}

/** A container whose log is wanted. */
export interface LogTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** It has been restarted: what the container before it said tells most. */
  readonly previous: boolean;
}
