import { formatRef, type Pod, type Snapshot } from '@kroot/types';
import { memoize } from '../memo.ts';
import { isFinished, podAddresses } from '../pods-by-label.ts';
import { refOf } from '../refs.ts';
import { parseAddress, type Address } from './ip.ts';
import { isPod, type FlowEnd } from './verdict.ts';

/** An end of a flow as policies see it. */
export type End =
  | { readonly type: 'pod'; readonly pod: Pod; readonly text: string }
  /** A node, or a pod on its network: its traffic bears one of the node's addresses. */
  | { readonly type: 'host'; readonly pod?: Pod; readonly addresses: readonly Address[]; readonly text: string }
  | { readonly type: 'address'; readonly address: Address; readonly text: string }
  | { readonly type: 'outside'; readonly text: string }
  /** Whoever there may be: to ask for ports alone. */
  | { readonly type: 'anybody'; readonly text: string }
  | { readonly type: 'untold'; readonly text: string };

interface KnownAddresses {
  readonly pods: ReadonlyMap<bigint, Pod>;
  readonly nodes: ReadonlySet<bigint>;
  readonly services: ReadonlySet<bigint>;
}

/** Who has which address. Finished pods keep theirs in the status while others get it: they do not count. */
const knownAddresses = memoize((snapshot: Snapshot): KnownAddresses => {
  const pods = new Map<bigint, Pod>();
  const nodes = new Set<bigint>();
  for (const pod of snapshot.list('Pod')) {
    const hostIP = parseAddress(pod.status?.hostIP ?? '');
    if (hostIP !== undefined) nodes.add(hostIP.value);
    if (isFinished(pod) || pod.spec.hostNetwork === true) continue;
    for (const { value } of addressesOf(podAddresses(pod))) pods.set(value, pod);
  }
  for (const node of snapshot.list('Node')) {
    for (const { value } of addressesOf((node.status?.addresses ?? []).map(({ address }) => address))) nodes.add(value);
  }
  const services = snapshot
    .list('Service')
    .flatMap(({ spec }) => (spec?.clusterIPs ?? []).concat(spec?.clusterIP ?? ''));
  return { pods, nodes, services: new Set(addressesOf(services).map(({ value }) => value)) };
});

/** Readable addresses among texts. */
export function addressesOf(texts: readonly string[]): readonly Address[] {
  return texts.flatMap((text) => parseAddress(text) ?? []);
}

/** Finds out what an end is: an address may be a pod's or a node's. */
export function endOf(snapshot: Snapshot, end: FlowEnd): End {
  if (isPod(end)) return podEnd(end);
  if ('external' in end) return { type: 'outside', text: 'clients outside the cluster' };
  const address = parseAddress(end.ip);
  if (address === undefined) return { type: 'untold', text: `${end.ip} is no IP address` };
  const { pods, nodes, services } = knownAddresses(snapshot);
  const pod = pods.get(address.value);
  if (pod !== undefined) return podEnd(pod);
  if (nodes.has(address.value)) return { type: 'host', addresses: [address], text: end.ip };
  if (services.has(address.value)) {
    return { type: 'untold', text: `${end.ip} is the address of a Service, which policies do not see` };
  }
  return { type: 'address', address, text: end.ip };
}

/** A pod as an end. */
export function podEnd(pod: Pod): End {
  const text = formatRef(refOf(pod));
  if (isFinished(pod)) return { type: 'untold', text: `${text} has finished and has no connections` };
  if (pod.spec.hostNetwork !== true) return { type: 'pod', pod, text };
  return { type: 'host', pod, addresses: addressesOf([...podAddresses(pod), pod.status?.hostIP ?? '']), text };
}
