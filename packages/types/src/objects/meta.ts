/** Strings by string, as labels and annotations are. Never index one by a cluster's string without `Object.hasOwn`. */
export type StringMap = Readonly<Record<string, string>>;

/** A link from an object to its owner (metadata.ownerReferences). */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid?: string;
  readonly controller?: boolean;
}

/** What is left of metadata.managedFields: who changed which top-level parts of an object, and when (the change clock). */
export interface FieldsChange {
  readonly manager: string;
  readonly operation?: string;
  readonly subresource?: string;
  /** RFC 3339. */
  readonly time?: string;
  /** Top-level paths such as `spec.template` or `data`, two levels deep at most. */
  readonly paths: readonly string[];
}

/** metadata of every object, without managedFields and last-applied. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generateName?: string;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly generation?: number;
  readonly resourceVersion?: string;
  /** Derived on entry from managedFields, newest first; absent when the input had none. */
  readonly changes?: readonly FieldsChange[];
}

/** An entry of status.conditions. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
  readonly lastProbeTime?: string;
  readonly lastHeartbeatTime?: string;
  readonly observedGeneration?: number;
}

/** Any Kubernetes object as kroot keeps it: its own shape, only the fields that kroot reads. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** What a controller says of a Gateway API route at one of its parents (status.parents). */
export interface RouteParentStatus {
  readonly controllerName?: string;
  readonly parentRef: {
    readonly group?: string;
    readonly kind?: string;
    readonly namespace?: string;
    readonly name: string;
    readonly sectionName?: string;
  };
  readonly conditions?: readonly Condition[];
}

/** What a controller says of a Gateway API policy for one of the objects above its target (status.ancestors). */
export interface PolicyAncestorStatus {
  readonly controllerName?: string;
  readonly ancestorRef: RouteParentStatus['parentRef'];
  readonly conditions?: readonly Condition[];
}

/** What a controller says of one listener of a Gateway (status.listeners). */
export interface ListenerStatus {
  readonly name: string;
  readonly attachedRoutes?: number;
  readonly conditions?: readonly Condition[];
}

/** What a sync of Argo CD did with one object (status.operationState.syncResult.resources). */
export interface SyncedResource {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly status?: string;
  readonly message?: string;
}

/** An object of a kind that kroot has no type for (custom resources): spec and status as they came, within limits. */
export interface UntypedObject extends KubernetesObject {
  readonly spec?: unknown;
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly observedGeneration?: number;
    /** Of routes of the Gateway API. */
    readonly parents?: readonly RouteParentStatus[];
    /** Of Gateways. */
    readonly listeners?: readonly ListenerStatus[];
    /** RFC 3339: when the certificate of a cert-manager Certificate ends, and when it is to be renewed. */
    readonly notAfter?: string;
    readonly renewalTime?: string;
    /** Of a cert-manager Certificate: failed tries in a row. */
    readonly failedIssuanceAttempts?: number;
    readonly lastFailureTime?: string;
    /** Of ACME Orders and Challenges: how they stand, and why. */
    readonly state?: string;
    readonly reason?: string;
    /** Of VolumeSnapshots: whether they can be used, and why the last attempt failed. */
    readonly readyToUse?: boolean;
    readonly error?: { readonly message?: string; readonly time?: string };
    /** Of the policies of the Gateway API: what controllers say of each object that the policy concerns. */
    readonly ancestors?: readonly PolicyAncestorStatus[];
    /** Of an Argo CD Application: its newest sync. */
    readonly operationState?: {
      readonly phase?: string;
      readonly message?: string;
      readonly finishedAt?: string;
      readonly syncResult?: { readonly resources?: readonly SyncedResource[] };
    };
    /** Of an Argo CD Application. */
    readonly health?: { readonly status?: string; readonly message?: string };
  };
}

/** `matchLabels` and `matchExpressions`, all of which must hold. Empty selects everything. */
export interface LabelSelector {
  readonly matchLabels?: StringMap;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

/** One expression of a label selector. */
export interface LabelSelectorRequirement {
  readonly key: string;
  /** In, NotIn, Exists, DoesNotExist; node selectors also Gt and Lt. */
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A number or a name, as in targetPort. */
export type IntOrString = number | string;
