import { TransportError } from './transport-error.ts';
import { type Clock, type TransportLimits } from './transport-limits.ts';

/** One try that failed: how many there may be in all, and whether the network failed rather than the server. */
export class FailedTry extends Error {
  readonly error: TransportError;
  readonly tries: number;
  readonly network: boolean;

  constructor(error: TransportError, { tries = 1, network = false }: { tries?: number; network?: boolean } = {}) {
    super(error.message);
    this.error = error;
    this.tries = tries;
    this.network = network;
  }
}

/** Tries again what may go better, and gives up a whole run that cannot. */
export interface Retries {
  /** Runs tries until one succeeds or no more make sense; rejects with a `TransportError`. */
  run<T>(attempt: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** Throws if the run was given up meanwhile: for tries that had to wait for their turn. */
  check(): void;
  /** Gives up the run if no request can go better than this try, before another takes its turn. */
  note(failed: FailedTry): void;
}

/**
 * Retries with full jitter and a budget for the run. The breaker opens, and every request from then on fails at once, when
 * nobody can expect the next one to succeed: rejected credentials, no trust, or a network that failed as often as
 * a request may be tried while no other request succeeded.
 */
export function retries(limits: TransportLimits, clock: Clock): Retries {
  let requests = 0;
  let used = 0;
  let successes = 0;
  let broken: TransportError | undefined;

  const check = (): void => {
    if (broken !== undefined) throw broken;
  };

  return {
    check,
    note({ error }) {
      if (error.problem === 'tls' || error.problem === 'auth') broken ??= error;
    },
    async run(attempt, signal) {
      requests += 1;
      const before = successes;
      for (let tries = 1; ; tries++) {
        check();
        if (signal?.aborted === true) throw stopped();
        try {
          // oxlint-disable-next-line no-await-in-loop -- a try follows the failure of the one before
          const result = await attempt();
          successes += 1;
          return result;
        } catch (error) {
          if (!(error instanceof FailedTry)) throw error;
          const pause = pauseAfter(error, tries, limits, clock);
          const spent = used >= limits.retries + limits.retryShare * requests;
          if (pause === undefined || spent) {
            if (error.network && successes === before) broken ??= error.error;
            throw error.error;
          }
          used += 1;
          // oxlint-disable-next-line no-await-in-loop
          await clock.sleep(pause, signal).catch(() => {
            throw stopped();
          });
        }
      }
    },
  };
}

/** Milliseconds until the next try; undefined if there is to be none. */
function pauseAfter(failed: FailedTry, tries: number, limits: TransportLimits, clock: Clock): number | undefined {
  if (tries >= failed.tries) return undefined;
  const asked = (failed.error.retryAfter ?? 0) * 1000;
  if (asked > limits.longestWait) return undefined;
  const longest = Math.min(limits.longestBackoff, limits.backoff * 2 ** (tries - 1));
  return Math.max(asked, longest * clock.random());
}

/** The caller's signal, or the run's end. */
export function stopped(): TransportError {
  return new TransportError('deadline', 'stopped before the cluster had answered everything');
}
