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
import { type PolicyEngine } from './policy-engine.ts';
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
export function smallestChange(
  snapshot: Snapshot,
  engine: PolicyEngine,
  direction: Direction,
  self: End & { readonly type: 'pod' },
  other: End,
  { port, protocol }: { readonly port: number; readonly protocol: string },
): PolicyChange | undefined {
  const applied = engine.applied(engine.classOf(self.pod), direction);
  const deciders = engine.deciders(direction, self, other);
  const wanted = { port, protocol, destination: direction === 'Ingress' ? self : other };
  const asked: Asked = { direction, applied, deciders, other, wanted };
  const [blocker] = blockersOf(asked)
    .map((each) => ({
      ...each,
      weight: weightOf(
        applied.policies.map(({ policy }) => policy),
        each.policy,
      ),
    }))
    .toSorted((a, b) => NEARNESS.indexOf(a.reason) - NEARNESS.indexOf(b.reason) || b.weight - a.weight);
  if (blocker === undefined) return undefined;
  const list = direction.toLowerCase();
  const path = `/spec/${list}`;
  const base = { policy: blocker.policy, direction };
  if (blocker.reason === 'denied') {
    const rule = adminRule(blocker.policy.kind, direction, podOrAddress(snapshot, other), { port, protocol });
    return rule === undefined
      ? undefined
      : {
          ...base,
          summary: `Put a rule that allows ${protocol} ${port} in front of ${list}[${blocker.rule ?? 0}]`,
          patch: [{ op: 'add', path: `${path}/${blocker.rule ?? 0}`, value: rule }],
        };
  }
  const nearest = deciders.matches.find(
    ({ policy, rule, peer }) =>
      policy.ref === blocker.policy && rule.position === blocker.rule && peer.answer === 'yes',
  );
  if (nearest !== undefined) {
    return {
      ...base,
      summary: `Add ${protocol} ${port} to ${list}[${nearest.rule.position}]`,
      patch: [{ op: 'add', path: `${path}/${nearest.rule.position}/ports/-`, value: { protocol, port } }],
    };
  }
  const rule = networkRule(snapshot, self.pod, direction, other, { port, protocol });
  if (rule === undefined) return undefined;
  const model = applied.policies.find(({ policy }) => policy.ref === blocker.policy)?.policy;
  const hasList = model?.object?.spec?.[direction === 'Ingress' ? 'ingress' : 'egress'] !== undefined;
  return {
    ...base,
    summary: `Add ${direction === 'Ingress' ? 'an ingress' : 'an egress'} rule for ${protocol} ${port} ${direction === 'Ingress' ? 'from' : 'to'} ${other.text}`,
    patch: hasList ? [{ op: 'add', path: `${path}/-`, value: rule }] : [{ op: 'add', path, value: [rule] }],
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
