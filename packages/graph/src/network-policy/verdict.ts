import { type Pod, type ResourceRef } from '@kroot/types';

/** Yes, no, or it cannot be told from what is known. */
export type Answer = 'yes' | 'no' | 'unknown';

/** Which of a pod's connections a rule is about. */
export type Direction = 'Ingress' | 'Egress';

/** One end of a connection: a pod, an address, or somebody outside the cluster whose address is not known. */
export type FlowEnd = Pod | { readonly ip: string } | { readonly external: true };

/** A connection that somebody wants to make. `port` is the one on the destination itself, after Service translation. */
export interface Flow {
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  readonly port: number;
  readonly protocol: string;
}

/** Why one policy does not allow a connection, nearest miss first: its rules match the peer but not the port, and so on. */
export interface Blocker {
  readonly policy: ResourceRef;
  readonly direction: Direction;
  /** `denied`: a rule of a cluster-wide policy refuses it. */
  readonly reason: 'no-rules' | 'peer' | 'port' | 'named-port' | 'denied';
  readonly detail: string;
  /** Position of the rule that refuses, or that comes nearest to allowing, in spec.ingress or spec.egress. */
  readonly rule?: number;
}

/** The rule that allows one direction of a connection. */
export interface Allower {
  readonly policy: ResourceRef;
  readonly direction: Direction;
  /** Position in spec.ingress or spec.egress. */
  readonly rule: number;
}

/** Whether NetworkPolicies let a connection through. Replies always pass. */
export interface Verdict {
  readonly allowed: Answer;
  /** When the answer is no: every policy that selects a blocked end, since a rule in any of them would do. */
  readonly blockedBy: readonly Blocker[];
  /** The rules that let it through; none where no policy selects an end. */
  readonly allowedBy: readonly Allower[];
  /** When the answer is unknown: why, in one sentence. */
  readonly reason?: string;
}

/** A verdict that nothing is known to speak against. */
export const YES: Verdict = { allowed: 'yes', blockedBy: [], allowedBy: [] };

/** A verdict that cannot be given. */
export function unknownVerdict(reason: string): Verdict {
  return { allowed: 'unknown', blockedBy: [], allowedBy: [], reason };
}

/** Both sides must allow: one no is a no, one unknown leaves the rest open. */
export function bothAllow(a: Verdict, b: Verdict): Verdict {
  const blockedBy = [...a.blockedBy, ...b.blockedBy];
  if (blockedBy.length > 0) return { allowed: 'no', blockedBy, allowedBy: [] };
  if (a.allowed === 'unknown') return a;
  if (b.allowed === 'unknown') return b;
  return { allowed: 'yes', blockedBy: [], allowedBy: [...a.allowedBy, ...b.allowedBy] };
}

/** Whether the end is a pod. */
export function isPod(end: FlowEnd): end is Pod {
  return 'metadata' in end;
}
