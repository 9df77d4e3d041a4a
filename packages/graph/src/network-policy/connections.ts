import { type Pod, type Snapshot } from '@kroot/types';
import { addressesOf, endOf, type End } from './ends.ts';
import { both, certainPorts, doubtfulPorts, type Decision } from './decision.ts';
import { formatAddress, type Address } from './ip.ts';
import { type AddressRange } from './ip-block.ts';
import { podAddresses } from '../pods-by-label.ts';
import { closedPolicyEngine, policyEngine, type PolicyEngine } from './policy-engine.ts';
import {
  ALL_PORTS,
  intersect,
  isEmpty,
  NO_PORTS,
  PROTOCOLS,
  samePorts,
  subtract,
  unite,
  type PortSet,
} from './port-set.ts';
import { directionVerdict } from './policy-verdict.ts';
import { type Member, type WorkloadEnd, workloadPods } from './workload-ends.ts';

/** Addresses outside the cluster that policies treat alike. */
export interface AddressEnd {
  readonly kind: 'ip';
  readonly from: string;
  readonly to: string;
}

/** An end of a connection. */
export type ConnectionEnd = WorkloadEnd | AddressEnd;

/** What policies let through from one end to another. */
export interface PolicyConnection {
  readonly src: ConnectionEnd;
  readonly dst: ConnectionEnd;
  /** Ports that are open from some pod of the source to some pod of the destination. */
  readonly allowed: PortSet;
  /** Those of them that are not open between all their pods. */
  readonly partly: PortSet;
  /** Ports of which it cannot be told. */
  readonly unknown: PortSet;
  /** Why it cannot be told, where that is so. */
  readonly reason?: string;
}

/** How to read what the snapshot does not hold. */
export interface ConnectionOptions {
  /** The snapshot is the whole cluster: what is not in it does not exist. */
  readonly closedWorld: boolean;
  /** Only connections with an end in this namespace. */
  readonly namespace?: string | undefined;
}

interface Side {
  readonly end: ConnectionEnd;
  readonly members: readonly Member[];
  /** Of addresses. */
  readonly range?: AddressRange;
}

type Ports = Pick<PolicyConnection, 'allowed' | 'partly' | 'unknown' | 'reason'>;

/**
 * Every connection that policies allow, or may allow, between workloads and with addresses outside, by source and destination.
 * What is not given is refused. One at a time: of a large cluster there are more than fit into memory.
 */
export function* policyConnections(
  snapshot: Snapshot,
  { closedWorld, namespace }: ConnectionOptions,
): Iterable<PolicyConnection> {
  const engine = engineFor(snapshot, closedWorld);
  const workloads = workloadPods(snapshot, engine).map(({ workload, members }) => ({ end: workload, members }));
  const addresses = addressSides(snapshot, engine, workloads);
  const sides: readonly Side[] = [...workloads, ...addresses];
  const isWanted = ({ end }: Side): boolean =>
    namespace === undefined || (end.kind === 'workload' && end.ns === namespace);
  for (const src of workloads) {
    const others = isWanted(src) ? sides : sides.filter((dst) => isWanted(dst));
    yield* mergedRows(
      others.map((dst) => ({ src, dst })),
      'dst',
      engine,
    );
  }
  // Of neighbouring addresses with the same answer one range is made, so they are gone through together.
  for (const dst of workloads)
    if (isWanted(dst))
      yield* mergedRows(
        addresses.map((src) => ({ src, dst })),
        'src',
        engine,
      );
}

/** The workloads of a snapshot with one pod for each kind of pods that policies tell apart. */
export function policyWorkloads(
  snapshot: Snapshot,
  { closedWorld }: Pick<ConnectionOptions, 'closedWorld'>,
): readonly PolicyWorkload[] {
  return workloadPods(snapshot, engineFor(snapshot, closedWorld)).map(({ workload, pods }) => ({ workload, pods }));
}

/** A workload and some of its pods, or those that its template would make. */
export interface PolicyWorkload {
  readonly workload: WorkloadEnd;
  readonly pods: readonly Pod[];
}

/** The engine for a reading of the snapshot. */
export function engineFor(snapshot: Snapshot, closedWorld: boolean): PolicyEngine {
  return closedWorld ? closedPolicyEngine(snapshot) : policyEngine(snapshot);
}

interface Pair {
  readonly src: Side;
  readonly dst: Side;
}

function* mergedRows(pairs: readonly Pair[], side: 'src' | 'dst', engine: PolicyEngine): Iterable<PolicyConnection> {
  let before: { readonly pair: Pair; readonly ports: Ports } | undefined;
  for (const pair of pairs) {
    const ports = portsBetween(engine, pair);
    if (
      before !== undefined &&
      ports !== undefined &&
      isNext(before.pair[side], pair[side]) &&
      isSame(before.ports, ports)
    ) {
      before = { pair: { ...pair, [side]: joined(before.pair[side], pair[side]) }, ports };
      continue;
    }
    if (before !== undefined) yield rowOf(before.pair, before.ports);
    before = ports === undefined ? undefined : { pair, ports };
  }
  if (before !== undefined) yield rowOf(before.pair, before.ports);
}

function rowOf({ src, dst }: Pair, ports: Ports): PolicyConnection {
  return { src: src.end, dst: dst.end, ...ports };
}

function isNext(a: Side, b: Side): boolean {
  return a.range !== undefined && a.range.family === b.range?.family && a.range.last + 1n === b.range.first;
}

function isSame(a: Ports, b: Ports): boolean {
  return samePorts(a.allowed, b.allowed) && samePorts(a.partly, b.partly) && samePorts(a.unknown, b.unknown);
}

function joined(a: Side, b: Side): Side {
  return a.range === undefined || b.range === undefined
    ? b
    : addressSide({ ...a.range, last: b.range.last }, b.members);
}

/** Undefined where nothing is allowed. */
function portsBetween(engine: PolicyEngine, { src, dst }: Pair): Ports | undefined {
  let allowed = NO_PORTS;
  let everywhere: PortSet = ALL_PORTS;
  let unknown = NO_PORTS;
  let doubt: { readonly from: End; readonly to: End } | undefined;
  for (const [from, to] of memberPairs(src, dst)) {
    const decision = decisionBetween(engine, from, to);
    const certain = certainPorts(decision);
    allowed = unite(allowed, certain);
    everywhere = intersect(everywhere, certain);
    const doubtful = doubtfulPorts(decision);
    if (!isEmpty(doubtful)) doubt ??= { from, to };
    unknown = unite(unknown, doubtful);
  }
  unknown = subtract(unknown, allowed);
  if (isEmpty(allowed) && isEmpty(unknown)) return undefined;
  const reason = doubt === undefined || isEmpty(unknown) ? undefined : reasonOf(engine, doubt.from, doubt.to, unknown);
  return { allowed, partly: subtract(allowed, everywhere), unknown, ...(reason !== undefined && { reason }) };
}

/** A pod's connections to itself are no matter of policies. */
function* memberPairs(src: Side, dst: Side): Iterable<readonly [End, End]> {
  for (const from of src.members) {
    for (const to of dst.members) if (from !== to || from.count > 1) yield [from.end, to.end];
  }
}

function decisionBetween(engine: PolicyEngine, from: End, to: End): Decision {
  const egress = engine.decision('Egress', from, to);
  // In a cluster that refuses by default most pairs end here.
  return isEmpty(egress.mayAllow) ? egress : both(egress, engine.decision('Ingress', to, from));
}

function reasonOf(engine: PolicyEngine, from: End, to: End, ports: PortSet): string | undefined {
  for (const protocol of PROTOCOLS) {
    const port = ports[protocol][0]?.[0];
    if (port === undefined) continue;
    const egress = directionVerdict(engine, 'Egress', from, to, { port, protocol, destination: to });
    const ingress = directionVerdict(engine, 'Ingress', to, from, { port, protocol, destination: to });
    const reason = egress.reason ?? ingress.reason;
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Addresses outside: IPv4 always, IPv6 where a policy names it or the cluster has it. */
function addressSides(snapshot: Snapshot, engine: PolicyEngine, workloads: readonly Side[]): readonly Side[] {
  const families = engine.cells.isNamed(6) || hasIPv6(engine, workloads) ? ([4, 6] as const) : ([4] as const);
  return families.flatMap((family) =>
    engine.cells.cells(family).map((range) => {
      const address: Address = { family, value: range.first };
      const text = formatAddress(address);
      const isNode = range.first === range.last && engine.nodes.byAddress.has(range.first);
      const end: End = isNode ? endOf(snapshot, { ip: text }) : { type: 'address', address, text };
      return addressSide(range, [{ end, count: 1 }]);
    }),
  );
}

function addressSide(range: AddressRange, members: readonly Member[]): Side {
  const { family, first, last } = range;
  return {
    end: { kind: 'ip', from: formatAddress({ family, value: first }), to: formatAddress({ family, value: last }) },
    members,
    range,
  };
}

function hasIPv6(engine: PolicyEngine, workloads: readonly Side[]): boolean {
  if (engine.nodes.addresses.some(({ family }) => family === 6)) return true;
  return workloads.some(({ members }) =>
    members.some(
      ({ end }) => end.type === 'pod' && addressesOf(podAddresses(end.pod)).some(({ family }) => family === 6),
    ),
  );
}
