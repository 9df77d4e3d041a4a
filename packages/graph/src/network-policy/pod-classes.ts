import { type LabelSelector, type Pod } from '@kroot/types';
import { podAddresses } from '../pods-by-label.ts';
import { labelValue } from '../selectors.ts';
import { namedPorts } from '../target-ports.ts';
import { addressCells, type AddressCells } from './address-cells.ts';
import { addressesOf } from './ends.ts';
import { type Address } from './ip.ts';
import { type IpBlock } from './ip-block.ts';
import { type Peer, type PodChoice, type PolicyModel } from './policy-model.ts';

/** Pods that are alike to every policy: namespace, labels that are asked for, ports that are named, blocks that hold them. */
export interface PodClass {
  readonly id: number;
  readonly namespace: string;
  /** One of them. */
  readonly pod: Pod;
  /** Equal for classes whose pods give the same numbers to the names of ports that policies use. */
  readonly ports: number;
}

/** Sorts pods into classes, one by one. */
export interface PodClasses {
  classOf(pod: Pod): PodClass;
  readonly count: number;
  readonly cells: AddressCells;
}

/** Makes the classes that these policies can tell apart. */
export function podClasses(policies: readonly PolicyModel[], nodes: readonly Address[]): PodClasses {
  const asked = askedBy(policies);
  const cells = addressCells(asked.blocks, asked.aboutNodes ? nodes : []);
  const anyBlock = asked.blocks.length > 0;
  const ofPod = new WeakMap<Pod, PodClass>();
  const byKey = new Map<string, PodClass>();
  const portKeys = new Map<string, number>();

  function portsOf(spec: Pod['spec']): number {
    if (asked.portNames.length === 0) return 0;
    const declared = asked.portNames.map((name) =>
      namedPorts(spec, name).map(({ protocol, port }) => [protocol, port]),
    );
    const text = JSON.stringify(declared);
    const known = portKeys.get(text) ?? portKeys.size;
    portKeys.set(text, known);
    return known;
  }

  function make(pod: Pod): PodClass {
    const { namespace = '', labels } = pod.metadata;
    const values = asked.keysIn(namespace).map((label) => labelValue(labels, label) ?? null);
    const ports = portsOf(pod.spec);
    const held = anyBlock ? addressesOf(podAddresses(pod)).map((address) => cells.keyOf(address)) : [];
    const key = JSON.stringify([namespace, pod.spec.hostNetwork === true, ports, values, held]);
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const made = { id: byKey.size, namespace, pod, ports };
    byKey.set(key, made);
    return made;
  }

  return {
    classOf(pod) {
      const known = ofPod.get(pod);
      if (known !== undefined) return known;
      const made = make(pod);
      ofPod.set(pod, made);
      return made;
    },
    get count() {
      return byKey.size;
    },
    cells,
  };
}

interface Asked {
  /** The label keys that any selector asks pods of the namespace for. */
  readonly keysIn: (namespace: string) => readonly string[];
  readonly portNames: readonly string[];
  readonly blocks: readonly IpBlock[];
  readonly aboutNodes: boolean;
}

function askedBy(policies: readonly PolicyModel[]): Asked {
  const everywhere = new Set<string>();
  const byNamespace = new Map<string, Set<string>>();
  const portNames = new Set<string>();
  const blocks: IpBlock[] = [];
  let aboutNodes = false;
  const addChoice = ({ namespaces, pods }: PodChoice): void => {
    const keys = keysOf(pods);
    if (namespaces.type !== 'named') for (const key of keys) everywhere.add(key);
    else byNamespace.set(namespaces.name, new Set([...(byNamespace.get(namespaces.name) ?? []), ...keys]));
  };
  const addPeer = (peer: Peer): void => {
    if (peer.type === 'pods') addChoice(peer);
    if (peer.type === 'block') blocks.push(peer.block);
    aboutNodes ||= peer.type === 'nodes';
  };
  for (const { subject, rules } of policies) {
    addChoice(subject);
    for (const { peers = [], ports = [] } of [...(rules.Ingress ?? []), ...(rules.Egress ?? [])]) {
      for (const peer of peers) addPeer(peer);
      for (const { port } of ports) if (typeof port === 'string') portNames.add(port);
    }
  }
  const lists = new Map<string, readonly string[]>();
  return {
    keysIn(namespace) {
      const known = lists.get(namespace);
      if (known !== undefined) return known;
      const keys = [...new Set([...everywhere, ...(byNamespace.get(namespace) ?? [])])].toSorted();
      lists.set(namespace, keys);
      return keys;
    },
    portNames: [...portNames].toSorted(),
    blocks,
    aboutNodes,
  };
}

function keysOf(selector: LabelSelector | undefined): readonly string[] {
  return [...Object.keys(selector?.matchLabels ?? {}), ...(selector?.matchExpressions ?? []).map(({ key }) => key)];
}
