import { compareRefs, type LabelSelector, type Snapshot, type UntypedObject } from '@kroot/types';
import { refOf } from '../refs.ts';
import {
  type Action,
  type NamespaceChoice,
  type Peer,
  type PodChoice,
  type PolicyModel,
  type Rule,
  type RulePort,
  type Tier,
} from './policy-model.ts';
import { field, listField, numberField, selectorField, selectorOf, textField, texts } from './unknown-fields.ts';
import { PROTOCOLS } from './port-set.ts';

const GROUP = 'policy.networking.k8s.io';

/** The kinds of cluster-wide policies that kroot evaluates, as `Snapshot.list` names them. */
export const ADMIN_POLICY_KINDS: readonly string[] = [
  `AdminNetworkPolicy.${GROUP}`,
  `BaselineAdminNetworkPolicy.${GROUP}`,
  `ClusterNetworkPolicy.${GROUP}`,
];

/**
 * The cluster-wide policies of a tier, the one that is asked first in front. Between equal priorities the API leaves the order
 * open; here it is that of kinds and names.
 * https://github.com/kubernetes-sigs/network-policy-api/blob/main/apis/v1alpha2/clusternetworkpolicy_types.go
 */
export function adminPolicyModels(snapshot: Snapshot, tier: 'admin' | 'baseline'): readonly PolicyModel[] {
  return ADMIN_POLICY_KINDS.flatMap((kind) => snapshot.list(kind))
    .filter((policy) => tierOf(policy) === tier)
    .toSorted((a, b) => priorityOf(a) - priorityOf(b) || compareRefs(refOf(a), refOf(b)))
    .map((policy) => modelOf(policy, tier));
}

function tierOf({ kind, spec }: UntypedObject): Tier {
  if (kind === 'AdminNetworkPolicy') return 'admin';
  return kind === 'ClusterNetworkPolicy' && textField(spec, 'tier') !== 'Baseline' ? 'admin' : 'baseline';
}

function priorityOf({ spec }: UntypedObject): number {
  return numberField(spec, 'priority') ?? 0;
}

function modelOf(policy: UntypedObject, tier: Tier): PolicyModel {
  const { spec } = policy;
  const subject = field(spec, 'subject');
  const selectedNamespaces = selectorField(subject, 'namespaces');
  const selected: PodChoice | undefined =
    selectedNamespaces === undefined
      ? podsOf(field(subject, 'pods'))
      : { namespaces: { type: 'labelled', selector: selectedNamespaces } };
  const rules = (direction: 'ingress' | 'egress'): readonly Rule[] =>
    (listField(spec, direction) ?? []).flatMap((rule, position) => ruleOf(rule, position, direction, tier));
  return {
    ref: refOf(policy),
    tier,
    // A subject that names nobody: no namespace has this name.
    subject: selected ?? { namespaces: { type: 'named', name: '' } },
    rules: { Ingress: rules('ingress'), Egress: rules('egress') },
  };
}

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['Allow', 'allow'],
  ['Accept', 'allow'],
  ['Deny', 'deny'],
  ['Pass', 'pass'],
]);

function ruleOf(rule: unknown, position: number, direction: 'ingress' | 'egress', tier: Tier): readonly Rule[] {
  const action = ACTIONS.get(textField(rule, 'action') ?? '');
  if (action === undefined) return [];
  const peers = (listField(rule, direction === 'ingress' ? 'from' : 'to') ?? []).flatMap((peer) => peersOf(peer, tier));
  // A peer of a kind that is not known must not open anything: https://github.com/kubernetes-sigs/network-policy-api
  // (ClusterNetworkPolicyEgressPeer: "it should fail closed").
  const strange = peers.some(({ type }) => type === 'nobody') && action !== 'allow';
  const ports = portsOf(rule);
  return [
    {
      action: strange ? 'deny' : action,
      position,
      peers: strange ? [{ type: 'everybody' }] : peers,
      ...(ports !== undefined && !strange && { ports }),
    },
  ];
}

function peersOf(peer: unknown, tier: Tier): readonly Peer[] {
  const namespaces = field(peer, 'namespaces');
  if (namespaces !== undefined) return [{ type: 'pods', tier, namespaces: namespacesOf(namespaces) }];
  const pods = podsOf(field(peer, 'pods'));
  if (pods !== undefined) return [{ type: 'pods', tier, ...pods }];
  const networks = listField(peer, 'networks');
  if (networks !== undefined) return texts(networks).map((cidr) => ({ type: 'block', tier, block: { cidr } }));
  const nodes = selectorField(peer, 'nodes');
  if (nodes !== undefined) return [{ type: 'nodes', selector: nodes }];
  const names = listField(peer, 'domainNames');
  return names === undefined ? [{ type: 'nobody' }] : [{ type: 'domains', names: texts(names) }];
}

/** In the first version of the API (v0.1.0) a choice of namespaces was an object of its own, in later ones it is a selector. */
function namespacesOf(value: unknown): NamespaceChoice {
  const same = listField(value, 'sameLabels');
  if (same !== undefined) return { type: 'same', keys: texts(same) };
  const different = listField(value, 'notSameLabels');
  if (different !== undefined) return { type: 'different', keys: texts(different) };
  return { type: 'labelled', selector: selectorField(value, 'namespaceSelector') ?? selectorOf(value) };
}

function podsOf(value: unknown): PodChoice | undefined {
  if (value === undefined) return undefined;
  const older = field(value, 'namespaces');
  const selector: LabelSelector = selectorField(value, 'namespaceSelector') ?? {};
  return {
    namespaces: older === undefined ? { type: 'labelled', selector } : namespacesOf(older),
    pods: selectorField(value, 'podSelector') ?? {},
  };
}

/** `ports` of AdminNetworkPolicies, `protocols` of ClusterNetworkPolicies. */
function portsOf(rule: unknown): readonly RulePort[] | undefined {
  const entries = listField(rule, 'ports') ?? listField(rule, 'protocols') ?? [];
  return entries.length === 0 ? undefined : entries.flatMap((entry) => portOf(entry));
}

function portOf(entry: unknown): readonly RulePort[] {
  const number = field(entry, 'portNumber');
  if (number !== undefined) return [rulePort(textField(number, 'protocol'), numberField(number, 'port'))];
  const range = field(entry, 'portRange');
  if (range !== undefined)
    return [rulePort(textField(range, 'protocol'), numberField(range, 'start'), numberField(range, 'end'))];
  const name = textField(entry, 'namedPort') ?? textField(entry, 'destinationNamedPort');
  if (name !== undefined) return [{ port: name }];
  return PROTOCOLS.flatMap((protocol) => {
    const found = field(entry, protocol.toLowerCase());
    if (found === undefined) return [];
    const port = field(found, 'destinationPort');
    if (port === undefined) return [{ protocol }];
    const bounds = field(port, 'range');
    const [first, last] =
      bounds === undefined ? [numberField(port, 'number')] : [numberField(bounds, 'start'), numberField(bounds, 'end')];
    return [rulePort(protocol, first, last)];
  });
}

/** A port without a number holds none: it must not stand for all. */
function rulePort(protocol = 'TCP', port = 0, endPort?: number): RulePort {
  return { protocol, port, ...(endPort !== undefined && { endPort }) };
}
