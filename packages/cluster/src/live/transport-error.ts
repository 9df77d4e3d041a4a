import { type TransportErrorCode, type TransportProblem } from './transport-types.ts';

const CODES: Readonly<Record<TransportProblem, TransportErrorCode>> = {
  unreachable: 'KROOT_API_UNREACHABLE',
  tls: 'KROOT_API_TLS',
  auth: 'KROOT_API_AUTH',
  denied: 'KROOT_API_DENIED',
  'absent-api': 'KROOT_API_ABSENT',
  expired: 'KROOT_API_EXPIRED',
  throttled: 'KROOT_API_THROTTLED',
  transient: 'KROOT_API_TRANSIENT',
  'bad-response': 'KROOT_API_BAD_RESPONSE',
  'too-large': 'KROOT_API_TOO_LARGE',
  deadline: 'KROOT_API_DEADLINE',
};

/** What is known of a failed request besides its problem. */
export interface TransportFacts {
  readonly status?: number | undefined;
  /** Seconds that the server asked to wait. */
  readonly retryAfter?: number | undefined;
  /** The token with which an expired list can go on, inconsistently (410). */
  readonly continueToken?: string | undefined;
  /** The server's own words, from the `message` of its Status. They may quote names of the cluster. */
  readonly statusMessage?: string | undefined;
  readonly cause?: unknown;
}

/** A request that gave no answer to work with. The message is one line for people, without headers, bodies or credentials. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportErrorCode;
  readonly problem: TransportProblem;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;
  readonly continueToken: string | undefined;
  readonly statusMessage: string | undefined;

  constructor(problem: TransportProblem, message: string, facts: TransportFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = CODES[problem];
    this.problem = problem;
    this.status = facts.status;
    this.retryAfter = facts.retryAfter;
    this.continueToken = facts.continueToken;
    this.statusMessage = facts.statusMessage;
  }
}
