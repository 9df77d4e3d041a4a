import { setTimeout as delay } from 'node:timers/promises';

/** Bounds of one request, in milliseconds and bytes, and of the retries of a run. */
export interface TransportLimits {
  /** Until the answer begins, and between any two pieces of it. */
  readonly idle: number;
  /** For one try from beginning to end. */
  readonly total: number;
  /** To open a connection. */
  readonly connect: number;
  /** Of an answer, decompressed. */
  readonly bodyBytes: number;
  readonly connections: number;
  /** First pause before another try; each further one may be twice as long. */
  readonly backoff: number;
  readonly longestBackoff: number;
  /** A server that asks to wait longer is not waited for. */
  readonly longestWait: number;
  /** Retries of a run: so many, and a share of all its requests, so that an outage costs seconds. */
  readonly retries: number;
  readonly retryShare: number;
}

/** The limits that hold when none are given. */
export const TRANSPORT_LIMITS: TransportLimits = {
  idle: 30_000,
  total: 90_000,
  connect: 10_000,
  bodyBytes: 256 * 1024 * 1024,
  connections: 4,
  backoff: 500,
  longestBackoff: 10_000,
  longestWait: 30_000,
  retries: 10,
  retryShare: 0.2,
};

/** Time and chance, so that tests can give their own. */
export interface Clock {
  /** Milliseconds since 1970; never goes back. */
  now(): number;
  /** Rejects when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

/** The machine's own. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
  random: () => Math.random(),
};
