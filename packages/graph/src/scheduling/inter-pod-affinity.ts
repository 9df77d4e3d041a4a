import { type Node, type Pod, type PodAffinityTerm, type Snapshot } from '@kroot/types';
import { memoize } from '../memo.ts';
import { refOf } from '../refs.ts';
import { labelValue } from '../selectors.ts';
import { bindTerm, termSelects, type BoundTerm } from './affinity-term.ts';
import { type ReplayContext } from './context.ts';
import { type NodeFilter } from './node-filters.ts';
import { isSame } from './occupancy.ts';
import { allPlaced, placedFor, type PlacedPod } from './placed-pods.ts';
import { type InterPodAffinityRejection } from './rejection.ts';

/** The first pod of interest in each domain of a topology, by the domain's value. */
type Domains = ReadonlyMap<string, Pod>;

/**
 * Required pod affinity and anti-affinity, in both directions.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go
 */
export function interPodAffinityFilter(context: ReplayContext): NodeFilter {
  const affinity = affinityFilter(context);
  const anti = antiAffinityFilter(context);
  const existing = existingAntiAffinityFilter(context);
  return (node) => [...affinity(node), ...anti(node), ...existing(node)];
}

type Filter = (node: Node) => readonly InterPodAffinityRejection[];

/** A pod counts when every term selects it. The first pod of a group that selects itself may go anywhere. */
function affinityFilter(context: ReplayContext): Filter {
  const { pod } = context;
  const terms = (pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) =>
    bindTerm(term, pod),
  );
  const [first] = terms;
  if (first === undefined) return () => [];
  const matching = placedFor(context, first).filter(({ pod: other }) =>
    terms.every((term) => termSelects(context, term, other)),
  );
  const domains = terms.map((term) => domainsOf(matching, term.term.topologyKey));
  const isFirst = domains.every((known) => known.size === 0) && terms.every((term) => termSelects(context, term, pod));
  const elsewhere = matching[0]?.pod;
  return (node) =>
    terms.flatMap((bound, index): readonly InterPodAffinityRejection[] => {
      const { term } = bound;
      const value = labelValue(node.metadata.labels, term.topologyKey);
      if (value !== undefined && (isFirst || domains[index]?.has(value) === true)) return [];
      return [rejection('affinity', term, elsewhere, value === undefined)];
    });
}

function antiAffinityFilter(context: ReplayContext): Filter {
  const { pod } = context;
  const terms = antiAffinityTerms(pod);
  if (terms.length === 0) return () => [];
  const checks = terms.map((bound) => ({
    bound,
    domains: domainsOf(
      placedFor(context, bound).filter(({ pod: other }) => termSelects(context, bound, other)),
      bound.term.topologyKey,
    ),
  }));
  return (node) => checks.flatMap(({ bound, domains }) => clash('anti-affinity', bound.term, domains, node));
}

function existingAntiAffinityFilter(context: ReplayContext): Filter {
  const { snapshot, pod } = context;
  const checks = heldTerms(snapshot)
    .filter((held) => termSelects(context, held.bound, pod))
    .map(({ bound, holders }) => ({
      bound,
      domains: domainsOf(
        holders.filter((holder) => !isSame(holder.pod, pod)),
        bound.term.topologyKey,
      ),
    }));
  return (node) => checks.flatMap(({ bound, domains }) => clash('existing-anti-affinity', bound.term, domains, node));
}

function clash(
  kind: InterPodAffinityRejection['kind'],
  term: PodAffinityTerm,
  domains: Domains,
  node: Node,
): readonly InterPodAffinityRejection[] {
  const value = labelValue(node.metadata.labels, term.topologyKey);
  const other = value === undefined ? undefined : domains.get(value);
  return other === undefined ? [] : [rejection(kind, term, other, false)];
}

function rejection(
  kind: InterPodAffinityRejection['kind'],
  term: PodAffinityTerm,
  other: Pod | undefined,
  missingLabel: boolean,
): InterPodAffinityRejection {
  const base = { plugin: 'InterPodAffinity', kind, term, missingLabel } as const;
  return other === undefined ? base : { ...base, other: refOf(other) };
}

function domainsOf(placed: readonly PlacedPod[], topologyKey: string): Domains {
  const domains = new Map<string, Pod>();
  for (const { pod, node } of placed) {
    const value = labelValue(node.metadata.labels, topologyKey);
    if (value !== undefined && !domains.has(value)) domains.set(value, pod);
  }
  return domains;
}

interface HeldTerm {
  readonly bound: BoundTerm;
  readonly holders: readonly PlacedPod[];
}

/** The anti-affinity terms of placed pods: one entry for all replicas that state the same. */
const heldTerms: (snapshot: Snapshot) => readonly HeldTerm[] = memoize((snapshot) => {
  const terms = new Map<string, { readonly bound: BoundTerm; readonly holders: PlacedPod[] }>();
  for (const placed of allPlaced(snapshot)) {
    for (const bound of antiAffinityTerms(placed.pod)) {
      const key = JSON.stringify(bound);
      const held = terms.get(key);
      if (held === undefined) terms.set(key, { bound, holders: [placed] });
      else held.holders.push(placed);
    }
  }
  return [...terms.values()];
});

function antiAffinityTerms(pod: Pod): readonly BoundTerm[] {
  const terms = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.map((term) => bindTerm(term, pod));
}
