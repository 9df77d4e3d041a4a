import { type Answer } from './verdict.ts';

/** Whether a peer of a rule is the other end, and why that cannot be told, given who the other end is. */
export interface PeerMatch {
  readonly answer: Answer;
  readonly reason?: (end: string) => string;
}

/** The peer is the other end. */
export const MATCH: PeerMatch = { answer: 'yes' };

/** The peer is somebody else. */
export const NO_MATCH: PeerMatch = { answer: 'no' };

/** It cannot be told, and why. */
export function cannotTell(reason: (end: string) => string): PeerMatch {
  return { answer: 'unknown', reason };
}
