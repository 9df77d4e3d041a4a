import { type Interned } from '../bytes/cursor.ts';
import { type CollectLimits } from './collect-types.ts';
import { type ObjectStore } from './object-store.ts';
import { TransportError } from './transport-error.ts';
import { type Answer, type Transport } from './transport-types.ts';

/** What the parts of a collection share. */
export interface Run {
  readonly transport: Transport;
  /** Ends everything: the deadline, or the user. */
  readonly signal: AbortSignal;
  readonly limits: CollectLimits;
  readonly store: ObjectStore;
  /** Shared by all pages: a cluster says the same few words all over. */
  readonly interned: Interned;
  /** Notes a field of an object that could not be used. */
  readonly onDrop: (field: string) => void;
  /** Told after each answer. */
  readonly report: (step: string) => void;
  /** Why nothing more can be read in this run: no credentials, no trust. */
  stopped: TransportError | undefined;
}

/** One GET within a run. Throws only `TransportError`, and mistakes of our own. */
export async function get(run: Run, path: string, accept: string, step: string): Promise<Answer> {
  if (run.stopped !== undefined) throw run.stopped;
  if (isEnded(run)) throw ended(run);
  try {
    return await run.transport.get(path, { accept, signal: run.signal });
  } catch (error) {
    if (isEnded(run)) throw ended(run);
    if (error instanceof TransportError && (error.problem === 'auth' || error.problem === 'tls')) run.stopped ??= error;
    throw error;
  } finally {
    run.report(step);
  }
}

/** The error of a task, if it is one of the API and not of this program. */
export function transportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  throw error;
}

function isEnded({ signal }: Run): boolean {
  return signal.aborted;
}

function ended({ signal }: Run): TransportError {
  const isTimeout = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
  return new TransportError('deadline', isTimeout ? 'the time for the run was over' : 'the run was interrupted');
}
