import { refKey, type ResourceRef, type Snapshot, type WhyNode } from '@kroot/types';
import { type FindingNode } from './run-analyzers.ts';
import { topOwnerOf } from './top-owner-of.ts';

/** How many workloads a card names before it counts the rest. */
const NAMED = 4;

/**
 * The tree of a card: the cause at the top, what it stops below, replicas folded. A single victim of each kind is told as
 * one line of descent; many are counted.
 */
export function whyTree(snapshot: Snapshot, root: FindingNode, members: readonly FindingNode[]): WhyNode {
  const others = members.filter(({ index }) => index !== root.index);
  const pods = others.filter(({ finding }) => finding.subject.kind === 'Pod');
  const workloads = byOwner(snapshot, others.filter(isWorkload));
  const services = others.filter(({ finding }) => finding.subject.kind === 'Service');
  const routes = others.filter(({ finding }) => finding.subject.kind === 'Ingress');
  const rest = others.filter(
    (node) => !pods.includes(node) && !isWorkload(node) && !services.includes(node) && !routes.includes(node),
  );
  const outer = level(services, 'Services have no endpoints', level(routes, 'Ingresses route to them', []));
  const inner = workloadLevel(workloads, outer);
  const children = podLevel(snapshot, pods, inner);
  return {
    resource: root.finding.subject,
    group: '',
    state: rootState(snapshot, root),
    children: level(rest, 'objects wait for it', children),
  };
}

/** A few words for the fault itself: its own, else that it is not there, else what its rule is about. */
function rootState(snapshot: Snapshot, { finding, meta }: FindingNode): string {
  if (finding.state !== undefined) return finding.state;
  if (snapshot.lookup(finding.subject).state === 'absent') return 'not found';
  // Names such as NetworkPolicy and CSI keep their capitals.
  return meta.title.replace(/^[A-Z](?=[a-z]* )/, (first) => first.toLowerCase());
}

const WORKLOADS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
]);

function isWorkload({ finding }: FindingNode): boolean {
  return WORKLOADS.has(finding.subject.kind);
}

/** One symptom per workload: of a Deployment and its ReplicaSet the first stands for both. */
function byOwner(snapshot: Snapshot, nodes: readonly FindingNode[]): readonly FindingNode[] {
  const tops = new Map<string, FindingNode>();
  for (const node of nodes) {
    const top = topOwnerOf(snapshot, node.finding.subject);
    const known = tops.get(refKey(top));
    if (known === undefined || refKey(node.finding.subject) === refKey(top)) tops.set(refKey(top), node);
  }
  return [...tops.values()];
}

function leaf({ finding }: FindingNode, children: readonly WhyNode[]): WhyNode {
  return { resource: finding.subject, group: '', state: finding.state ?? finding.message, children };
}

/** A level of the tree that is told by name when it is one object, by count when it is several. */
function level(nodes: readonly FindingNode[], words: string, children: readonly WhyNode[]): readonly WhyNode[] {
  const [first] = distinct(nodes);
  if (first === undefined) return children;
  const count = distinct(nodes).length;
  if (count === 1) return [leaf(first, children)];
  return [{ group: `${count} ${words}`, state: nameSome(nodes), children }];
}

function distinct(nodes: readonly FindingNode[]): readonly FindingNode[] {
  const seen = new Map<string, FindingNode>();
  for (const node of nodes) if (!seen.has(refKey(node.finding.subject))) seen.set(refKey(node.finding.subject), node);
  return [...seen.values()];
}

function nameSome(nodes: readonly FindingNode[]): string {
  const names = distinct(nodes).map(({ finding }) => nameOf(finding.subject));
  const shown = names.slice(0, 2).join(', ');
  return names.length > 2 ? `${shown} and ${names.length - 2} more` : shown;
}

function nameOf({ kind, name, namespace }: ResourceRef): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

function podLevel(snapshot: Snapshot, pods: readonly FindingNode[], children: readonly WhyNode[]): readonly WhyNode[] {
  const [first] = pods;
  if (first === undefined) return children;
  if (pods.length === 1) return [leaf(first, children)];
  const owners = new Set(pods.map(({ finding }) => refKey(topOwnerOf(snapshot, finding.subject))));
  const states = new Set(pods.map(({ finding }) => finding.state ?? ''));
  const state = states.size === 1 ? (first.finding.state ?? '') : 'cannot become ready';
  const where = owners.size > 1 ? ` of ${owners.size} workloads` : '';
  return [{ group: `${pods.length} pods${where}`, state, children }];
}

function workloadLevel(workloads: readonly FindingNode[], children: readonly WhyNode[]): readonly WhyNode[] {
  const [first] = workloads;
  if (first === undefined) return children;
  if (workloads.length === 1) return [leaf(first, children)];
  const named = workloads.slice(0, NAMED).map((node) => leaf(node, []));
  const more = workloads.length - NAMED;
  const rest = more > 0 ? [{ group: `${more} more workloads`, state: '', children: [] }] : [];
  return [...named, ...rest, ...children];
}
