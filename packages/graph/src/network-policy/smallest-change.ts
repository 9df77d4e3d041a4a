import {
  type LabelSelector,
  type NetworkPolicyPeer,
  type Pod,
  type ResourceRef,
  type Snapshot,
  type StringMap,
} from '@kroot/types';
import { presentObject, topOwner } from '../owners.ts';
import { labelValue } from '../selectors.ts';
import { blockersOf, type Asked } from './blockers.ts';
import { type End } from './ends.ts';
import { formatAddress, type Address } from './ip.ts';
import { type PolicyModel } from './policy-model.ts';
import { type Blocker, type Direction } from './verdict.ts';

/** One operation of a JSON patch. */
export interface PolicyPatch {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

/** A change of one policy that lets one connection through, and as little else as can be. */
export interface PolicyChange {
  readonly policy: ResourceRef;
  readonly direction: Direction;
  readonly summary: string;
  readonly patch: readonly PolicyPatch[];
}

/** The smallest change that makes one side let a connection through; undefined where no policy can be changed to that. */
export function smallestChange(snapshot: Snapshot, asked: Asked, self: Pod): PolicyChange | undefined {
  const models = asked.applied.policies.map(({ policy }) => policy);
  const [blocker] = blockersOf(asked)
    .map((each) => ({ ...each, weight: weightOf(models, each.policy) }))
    .toSorted((a, b) => NEARNESS.indexOf(a.reason) - NEARNESS.indexOf(b.reason) || b.weight - a.weight);
  if (blocker === undefined) return undefined;
  if (blocker.reason === 'denied') return exceptionTo(snapshot, asked, blocker);
  return portAdded(asked, blocker) ?? ruleAdded(snapshot, asked, blocker, self, models);
}

/** A rule in front of the one that denies. */
function exceptionTo(
  snapshot: Snapshot,
  { direction, other, wanted }: Asked,
  blocker: Blocker,
): PolicyChange | undefined {
  const rule = adminRule(blocker.policy.kind, direction, podOrAddress(snapshot, other), wanted);
  if (rule === undefined || blocker.rule === undefined) return undefined;
  const list = direction.toLowerCase();
  return {
    policy: blocker.policy,
    direction,
    summary: `Put a rule that allows ${wanted.protocol} ${wanted.port} in front of ${list}[${blocker.rule}]`,
    patch: [{ op: 'add', path: `/spec/${list}/${blocker.rule}`, value: rule }],
  };
}

/** One more port in a rule that has the right peer. */
function portAdded({ direction, deciders, wanted }: Asked, blocker: Blocker): PolicyChange | undefined {
  const nearest = deciders.matches.find(
    ({ policy, rule, peer }) =>
      policy.ref === blocker.policy && rule.position === blocker.rule && peer.answer === 'yes',
  );
  if (nearest === undefined) return undefined;
  const { protocol, port } = wanted;
  const place = `${direction.toLowerCase()}[${nearest.rule.position}]`;
  const path = `/spec/${direction.toLowerCase()}/${nearest.rule.position}/ports/-`;
  return {
    policy: blocker.policy,
    direction,
    summary: `Add ${protocol} ${port} to ${place}`,
    patch: [{ op: 'add', path, value: { protocol, port } }],
  };
}

function ruleAdded(
  snapshot: Snapshot,
  { direction, other, wanted }: Asked,
  { policy }: Blocker,
  self: Pod,
  models: readonly PolicyModel[],
): PolicyChange | undefined {
  const rule = networkRule(snapshot, self, direction, other, wanted);
  if (rule === undefined) return undefined;
  const spec = models.find(({ ref }) => ref === policy)?.object?.spec;
  const [words, path, has] =
    direction === 'Ingress'
      ? (['an ingress rule', '/spec/ingress', spec?.ingress !== undefined] as const)
      : (['an egress rule', '/spec/egress', spec?.egress !== undefined] as const);
  return {
    policy,
    direction,
    summary: `Add ${words} for ${wanted.protocol} ${wanted.port} ${direction === 'Ingress' ? 'from' : 'to'} ${other.text}`,
    patch: has ? [{ op: 'add', path: `${path}/-`, value: rule }] : [{ op: 'add', path, value: [rule] }],
  };
}

const NEARNESS: readonly Blocker['reason'][] = ['denied', 'named-port', 'port', 'peer', 'no-rules'];

/** How much a policy's selector asks for: the one that asks for most was made for these pods. */
function weightOf(policies: readonly PolicyModel[], policy: ResourceRef): number {
  const selector = policies.find(({ ref }) => ref === policy)?.subject.pods;
  return Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length;
}

/** Labels, or the address; undefined for whom a policy cannot name. */
function podOrAddress(snapshot: Snapshot, end: End): PodLabels | string | undefined {
  switch (end.type) {
    case 'pod':
      return { namespace: end.pod.metadata.namespace ?? '', labels: ownLabels(snapshot, end.pod) };
    case 'address':
      return single(end.address);
    case 'host': {
      const [address] = end.addresses;
      return address === undefined ? undefined : single(address);
    }
    case 'outside':
      return '0.0.0.0/0';
    case 'anybody':
    case 'untold':
    default:
      return undefined;
  }
}

interface PodLabels {
  readonly namespace: string;
  readonly labels: LabelSelector;
}

function single(address: Address): string {
  return `${formatAddress(address)}/${address.family === 4 ? 32 : 128}`;
}

const HASHES: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
]);

/** Labels by which a policy can name the pods of a workload: those of its selector, else its own without what differs by pod. */
function ownLabels(snapshot: Snapshot, pod: Pod): LabelSelector {
  const owner = presentObject(snapshot, topOwner(snapshot, pod));
  const spec: unknown = owner === undefined || owner.kind === 'Pod' ? undefined : Reflect.get(owner, 'spec');
  const selector: unknown = typeof spec === 'object' && spec !== null ? Reflect.get(spec, 'selector') : undefined;
  const asked: unknown =
    typeof selector === 'object' && selector !== null ? Reflect.get(selector, 'matchLabels') : undefined;
  const wanted =
    typeof asked === 'object' && asked !== null ? Object.keys(asked) : Object.keys(pod.metadata.labels ?? {});
  const labels: StringMap = Object.fromEntries(
    wanted.flatMap((key) => {
      const value = labelValue(pod.metadata.labels, key);
      return value === undefined || HASHES.has(key) ? [] : [[key, value]];
    }),
  );
  return Object.keys(labels).length === 0 ? {} : { matchLabels: labels };
}

function byName(namespace: string): LabelSelector {
  return { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
}

type Target = { readonly port: number; readonly protocol: string };

function networkRule(snapshot: Snapshot, self: Pod, direction: Direction, other: End, port: Target): unknown {
  const found = podOrAddress(snapshot, other);
  if (found === undefined) return undefined;
  const peer: NetworkPolicyPeer =
    typeof found === 'string'
      ? { ipBlock: { cidr: found } }
      : {
          podSelector: found.labels,
          ...(found.namespace !== self.metadata.namespace && { namespaceSelector: byName(found.namespace) }),
        };
  return { [direction === 'Ingress' ? 'from' : 'to']: [peer], ports: [{ protocol: port.protocol, port: port.port }] };
}

/** A rule of a cluster-wide policy; ingress rules of these cannot name addresses. */
function adminRule(
  kind: string,
  direction: Direction,
  found: PodLabels | string | undefined,
  { port, protocol }: Target,
): unknown {
  if (found === undefined || (typeof found === 'string' && direction === 'Ingress')) return undefined;
  const peer =
    typeof found === 'string'
      ? { networks: [found] }
      : { pods: { namespaceSelector: byName(found.namespace), podSelector: found.labels } };
  const peers = { [direction === 'Ingress' ? 'from' : 'to']: [peer] };
  return kind === 'ClusterNetworkPolicy'
    ? { action: 'Accept', ...peers, protocols: [{ [protocol.toLowerCase()]: { destinationPort: { number: port } } }] }
    : { action: 'Allow', ...peers, ports: [{ portNumber: { protocol, port } }] };
}
