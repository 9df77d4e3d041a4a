import { type LabelSelector, type Node, type Pod, type TopologySpreadConstraint } from '@kroot/types';
import { labelValue, matchesLabelSelector } from '../selectors.ts';
import { withLabelKeys } from './affinity-term.ts';
import { type ReplayContext } from './context.ts';
import { matchesNodeAffinity } from './node-affinity.ts';
import { type NodeFilter } from './node-filters.ts';
import { placedIn } from './placed-pods.ts';
import { type TopologySpreadRejection } from './rejection.ts';
import { untoleratedTaints } from './taints.ts';

interface Spread {
  readonly constraint: TopologySpreadConstraint;
  readonly countsItself: boolean;
  /** Matching pods by domain. */
  readonly domains: ReadonlyMap<string, number>;
  /** Pods in the emptiest domain; 0 when there are fewer domains than minDomains. */
  readonly fewest: number;
}

/**
 * Hard topology spread constraints. Domains are counted over nodes that have all topology keys and that the inclusion
 * policies admit (affinity honoured, taints ignored by default); terminating pods do not count.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/plugins/podtopologyspread/filtering.go
 */
export function topologySpreadFilter(context: ReplayContext): NodeFilter {
  const { pod } = context;
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
    (constraint) => constraint.whenUnsatisfiable === 'DoNotSchedule',
  );
  if (constraints.length === 0) return () => [];
  const eligible = context.snapshot
    .list('Node')
    .filter((node) =>
      constraints.every(({ topologyKey }) => labelValue(node.metadata.labels, topologyKey) !== undefined),
    );
  const spreads = constraints.map((constraint) => spreadOf(context, constraint, eligible));
  return (node) => spreads.flatMap((spread) => check(spread, node));
}

function check(spread: Spread, node: Node): readonly TopologySpreadRejection[] {
  const { topologyKey, maxSkew, minDomains } = spread.constraint;
  const domain = labelValue(node.metadata.labels, topologyKey);
  if (domain === undefined) return [{ plugin: 'PodTopologySpread', kind: 'missing-label', topologyKey }];
  const matching = spread.domains.get(domain) ?? 0;
  const skew = matching + (spread.countsItself ? 1 : 0) - spread.fewest;
  if (skew <= maxSkew) return [];
  return [
    {
      plugin: 'PodTopologySpread',
      kind: 'skew',
      topologyKey,
      domain,
      matching,
      fewest: spread.fewest,
      skew,
      maxSkew,
      domains: spread.domains.size,
      ...(minDomains === undefined ? {} : { minDomains }),
    },
  ];
}

function spreadOf(context: ReplayContext, constraint: TopologySpreadConstraint, eligible: readonly Node[]): Spread {
  const { pod } = context;
  const selector = withLabelKeys(constraint.labelSelector, pod.metadata.labels, constraint.matchLabelKeys);
  const included = new Set(eligible.filter((node) => isIncluded(constraint, pod, node)));
  const domains = new Map<string, number>();
  const add = (node: Node, matching: number) => {
    const domain = labelValue(node.metadata.labels, constraint.topologyKey);
    if (domain !== undefined) domains.set(domain, (domains.get(domain) ?? 0) + matching);
  };
  for (const node of included) add(node, 0);
  for (const { pod: other, node } of placedIn(context, pod.metadata.namespace ?? '')) {
    if (included.has(node) && counts(other, selector)) add(node, 1);
  }
  let fewest = domains.size < (constraint.minDomains ?? 1) ? 0 : Number.POSITIVE_INFINITY;
  for (const matching of domains.values()) fewest = Math.min(fewest, matching);
  return { constraint, domains, fewest, countsItself: matchesLabelSelector(selector, pod.metadata.labels) };
}

function counts(other: Pod, selector: LabelSelector | undefined): boolean {
  return other.metadata.deletionTimestamp === undefined && matchesLabelSelector(selector, other.metadata.labels);
}

function isIncluded(constraint: TopologySpreadConstraint, pod: Pod, node: Node): boolean {
  if (constraint.nodeAffinityPolicy !== 'Ignore' && !matchesNodeAffinity(pod.spec, node)) return false;
  return (
    constraint.nodeTaintsPolicy !== 'Honor' ||
    untoleratedTaints(node.spec?.taints ?? [], pod.spec.tolerations ?? []).length === 0
  );
}
