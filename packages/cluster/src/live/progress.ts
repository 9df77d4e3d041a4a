import { type Progress } from './collect-types.ts';
import { type ObjectStore } from './object-store.ts';
import { type Transport } from './transport-types.ts';

/** Counts and tells. */
export interface ProgressTeller {
  /** An answer has come. */
  readonly report: (step: string) => void;
  /** A kind is done. */
  readonly done: () => void;
  /** There are more kinds than were known at first. */
  readonly more: (kinds: number) => void;
}

/** Tells whoever wants to know how far a run is. */
export function progressOf(
  tell: ((progress: Progress) => void) | undefined,
  kinds: number,
  store: ObjectStore,
  transport: Transport,
): ProgressTeller {
  let done = 0;
  let of = kinds;
  return {
    report: (step) => tell?.({ step, done, of, objects: store.size, requests: transport.requests }),
    done: () => {
      done += 1;
    },
    more: (count) => {
      of += count;
    },
  };
}
