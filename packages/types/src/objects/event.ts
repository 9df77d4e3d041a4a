import { type KubernetesObject } from './meta.ts';
import { type ObjectReference } from './storage.ts';

/**
 * An Event, core/v1 spelling; events.k8s.io/v1 objects are the same ones and are turned into this shape on entry
 * (regarding → involvedObject, note → message, deprecatedCount → count and so on).
 */
export interface Event extends KubernetesObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: ObjectReference;
  readonly count?: number;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly eventTime?: string;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly reportingComponent?: string;
}
