import { type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { type AskedEnd } from '../network-policy/flow-explanation.ts';
import { type PolicyChange } from '../network-policy/smallest-change.ts';

/** What becomes of a request at a hop. */
export type HopState = 'ok' | 'broken' | 'unknown';

/** The stations of a request: from outside to the controller of an Ingress or Gateway, from a client to the port of a pod. */
export type HopKind =
  | 'class'
  | 'controller'
  | 'entry'
  | 'route'
  | 'name'
  | 'service'
  | 'node'
  | 'endpoints'
  | 'pods'
  | 'egress'
  | 'ingress'
  | 'port'
  | 'outside';

/** One hop of a request. */
export interface PathHop {
  readonly hop: HopKind;
  /** What stands there, such as `Service/shop/web`. */
  readonly at: string;
  readonly state: HopState;
  /** Why, without a full stop. */
  readonly detail: string;
  /** The smallest changes of policies that would let the request through. */
  readonly changes: readonly PolicyChange[];
}

/** The way of a request, hop by hop; what stands behind a hop that leads nowhere is missing. */
export interface RequestPath {
  readonly from: string;
  readonly to: string;
  readonly state: HopState;
  readonly hops: readonly PathHop[];
  /** Position of the first hop where the request ends. */
  readonly brokenAt?: number;
}

/** What is known, and whether that is all there is. */
export interface World {
  readonly snapshot: Snapshot;
  readonly closedWorld: boolean;
}

/** Where a request may arrive. */
export interface PathTarget extends AskedEnd {
  readonly port: number;
  readonly protocol: string;
  readonly pod?: Pod;
}

/** Some hops, and where they lead: nowhere if there are no targets. */
export interface Leg {
  readonly hops: readonly PathHop[];
  readonly targets: readonly PathTarget[];
}

/** A hop without changes. */
export function pathHop(hop: HopKind, at: string, state: HopState, detail: string): PathHop {
  return { hop, at, state, detail, changes: [] };
}

/** A path from its hops. */
export function pathOf(from: string, to: string, hops: readonly PathHop[]): RequestPath {
  const brokenAt = hops.findIndex(({ state }) => state === 'broken');
  if (brokenAt !== -1) return { from, to, state: 'broken', hops, brokenAt };
  return { from, to, state: hops.some(({ state }) => state === 'unknown') ? 'unknown' : 'ok', hops };
}

/** Whether an object is known not to exist. */
export function isAbsent({ snapshot, closedWorld }: World, target: ResourceRef): boolean {
  const { state } = snapshot.lookup(target);
  return state === 'absent' || (closedWorld && state === 'unknown');
}

/** `a`, `a and b`, or `a, b and 3 others`. */
export function inShort(texts: readonly string[], max = 3): string {
  const unique = [...new Set(texts)];
  const shown = unique.slice(0, max);
  const others = unique.length - shown.length;
  if (others > 0) return `${shown.join(', ')} and ${others} ${others === 1 ? 'other' : 'others'}`;
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
