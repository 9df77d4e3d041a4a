/** An API object, or any other JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** What the server is made of. */
export interface ServerPlan {
  /** The cluster's objects in full shape, in any order. */
  readonly objects: readonly Json[];
  /** By bearer token; when absent, any token may do everything, and so may a request without one. */
  readonly users?: Readonly<Record<string, User>> | undefined;
  readonly faults?: readonly Fault[] | undefined;
  /** `legacy`: a server before 1.26, which knows no aggregated discovery. */
  readonly discovery?: 'aggregated' | 'legacy' | undefined;
  /** Resources that are not served, as `endpointslices.discovery.k8s.io` or `pods`. */
  readonly unserved?: readonly string[] | undefined;
  /** The server's clock in milliseconds; the real one when absent. */
  readonly now?: (() => number) | undefined;
  /** Logs of containers by `namespace/pod/container`; a container without one is still being created. */
  readonly logs?: Readonly<Record<string, ContainerOutput>> | undefined;
  readonly gitVersion?: string | undefined;
  /** Compress answers of 128 KiB and more, as the API server does; absent: it does. */
  readonly gzip?: boolean | undefined;
}

/** What a container has written. */
interface ContainerOutput {
  readonly current: string;
  /** Of the container before the last restart, where there was one. */
  readonly previous?: string | undefined;
}

/** Who a token belongs to, and what he may do. */
export interface User {
  readonly name: string;
  readonly groups?: readonly string[];
  /** Whether the user may `verb` (get, list) the resource (`pods`, `ingresses.networking.k8s.io`) in the namespace; undefined: in all. */
  readonly may: (verb: string, resource: string, namespace: string | undefined, name: string | undefined) => boolean;
}

/** How an answer goes wrong. */
export type FaultKind =
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'not-found-html'
  | 'expired'
  | 'expired-with-continue'
  | 'throttled'
  | 'internal-error'
  | 'bad-gateway'
  | 'unavailable'
  | 'gateway-timeout'
  | 'reset'
  | 'cut-body'
  | 'cut-gzip'
  | 'broken-json'
  | 'stall'
  | 'stalled-body'
  | 'drip'
  | 'html'
  | 'redirect'
  | 'status-200'
  | 'wrong-kind'
  | 'items-null'
  | 'items-string'
  | 'null-body'
  | 'huge-body'
  | 'same-token'
  | 'empty-page'
  | 'group-unavailable'
  | 'clock-skew';

/** A fault and where it strikes. */
export interface Fault {
  readonly kind: FaultKind;
  /** `discovery`, `version`, a resource such as `pods`, `pods/log` or `deployments.apps`, or `*` for everything. */
  readonly at: string;
  /** The page of a list, from 1; absent: any. */
  readonly page?: number | undefined;
  /** How many requests it strikes; absent: all. */
  readonly times?: number | undefined;
  /** Seconds of Retry-After (throttled, unavailable), of clock skew. */
  readonly seconds?: number | undefined;
  /** Size of a huge body in bytes; absent: 300 MB. */
  readonly bytes?: number | undefined;
}
