import { type IntOrString, type LabelSelector, type NetworkPolicy, type ResourceRef } from '@kroot/types';
import { type IpBlock } from './ip-block.ts';
import { type Direction } from './verdict.ts';

/**
 * Who is asked first. A tier decides or leaves the connection to the next one; NetworkPolicies always decide for the pods
 * that they isolate.
 * https://network-policy-api.sigs.k8s.io/api-overview/
 */
export type Tier = 'admin' | 'namespace' | 'baseline';

/** What a rule does with a connection: lets it through, refuses it, or leaves it to the next tier. */
export type Action = 'allow' | 'deny' | 'pass';

/** The namespaces that a peer or a subject speaks of. */
export type NamespaceChoice =
  | { readonly type: 'named'; readonly name: string }
  | { readonly type: 'labelled'; readonly selector: LabelSelector }
  /** Those with the same values of these labels as the subject's, or with all of these labels and not the same values. */
  | { readonly type: 'same' | 'different'; readonly keys: readonly string[] };

/** Pods by their namespace and labels. */
export interface PodChoice {
  readonly namespaces: NamespaceChoice;
  /** Every pod of these namespaces when absent. */
  readonly pods?: LabelSelector;
}

/** One entry of a rule's `from` or `to`. */
export type Peer =
  | ({ readonly type: 'pods'; readonly tier: Tier } & PodChoice)
  | { readonly type: 'block'; readonly tier: Tier; readonly block: IpBlock }
  | { readonly type: 'nodes'; readonly selector: LabelSelector }
  | { readonly type: 'domains'; readonly names: readonly string[] }
  /** Nothing that the API accepts: it names nobody, or everybody where that is safer. */
  | { readonly type: 'nobody' | 'everybody' };

/** One port entry of a rule. */
export interface RulePort {
  /** Any protocol when absent, as names of ports in the cluster-wide policies are. */
  readonly protocol?: string;
  /** Every port when absent; a name is looked up on the destination. */
  readonly port?: IntOrString;
  readonly endPort?: number;
}

/** A rule of a policy. */
export interface Rule {
  readonly action: Action;
  /** Position in the policy's list. */
  readonly position: number;
  /** Everybody when absent. */
  readonly peers?: readonly Peer[];
  /** Every port of every protocol when absent. */
  readonly ports?: readonly RulePort[];
}

/** A policy of any kind that kroot evaluates. */
export interface PolicyModel {
  readonly ref: ResourceRef;
  readonly tier: Tier;
  readonly subject: PodChoice;
  /** Directions of which the policy does not speak are absent. */
  readonly rules: Readonly<Partial<Record<Direction, readonly Rule[]>>>;
  /** The NetworkPolicy itself, in its tier. */
  readonly object?: NetworkPolicy;
}
