/** The paths, headers and bytes of one successful answer of the API server (2xx, JSON). */
export interface Answer {
  readonly status: number;
  /** Decompressed. */
  readonly body: Uint8Array;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** What a single request may change. */
export interface RequestOptions {
  /** Media types to accept, all of them JSON, or `text/plain` for a log; `application/json` when absent. */
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The most bytes of an answer, decompressed, where fewer do than the limit of all requests. */
  readonly maxBytes?: number | undefined;
}

/** Requests to one API server. Read-only by construction: anything else is refused before it is sent. */
export interface Transport {
  /** GET of a path such as `/api/v1/pods?limit=500`. Throws a `TransportError` for everything but an answer of the type that was asked for. */
  get(path: string, options?: RequestOptions): Promise<Answer>;
  /** POST of a self review (`selfsubjectaccessreviews`, `selfsubjectrulesreviews`, `selfsubjectreviews`): the only writes, and they store nothing. */
  review(path: string, body: unknown, options?: RequestOptions): Promise<Answer>;
  /** Requests sent so far, tries included. */
  readonly requests: number;
  /** The server's clock: the `Date` of its first answer and the time since; undefined before it answered. */
  serverTime(): Date | undefined;
  close(): Promise<void>;
}

/** What kind of failure a request ended in; decides what the caller does next. */
export type TransportProblem =
  | 'unreachable'
  | 'tls'
  | 'auth'
  | 'denied'
  | 'absent-api'
  | 'expired'
  | 'throttled'
  | 'transient'
  | 'bad-response'
  | 'too-large'
  | 'deadline';

/** Stable codes of failed requests, one for each problem. */
export type TransportErrorCode =
  | 'KROOT_API_UNREACHABLE'
  | 'KROOT_API_TLS'
  | 'KROOT_API_AUTH'
  | 'KROOT_API_DENIED'
  | 'KROOT_API_ABSENT'
  | 'KROOT_API_EXPIRED'
  | 'KROOT_API_THROTTLED'
  | 'KROOT_API_TRANSIENT'
  | 'KROOT_API_BAD_RESPONSE'
  | 'KROOT_API_TOO_LARGE'
  | 'KROOT_API_DEADLINE';
