import { groupBy, labelValue, memoize, timeOf } from '@kroot/graph';
import { type Node, type Snapshot } from '@kroot/types';
import { type UnhealthyNode, unhealthyNodes } from './unhealthy-nodes.ts';

/** A zone whose nodes are lost together while other zones are well. */
export interface ZoneOutage {
  readonly zone: string;
  /** The nodes that do not report, in order of name. */
  readonly lost: readonly [UnhealthyNode, ...UnhealthyNode[]];
  /** How many nodes the zone has. */
  readonly size: number;
  /** Names of zones with nodes that report. */
  readonly others: readonly string[];
}

/** Of the nodes of a zone so many must be lost. */
const SHARE = 0.8;
/** And so near to each other in time: nodes that were lost on different days have causes of their own. */
const TOGETHER = 900_000;

/** The zones that are out, in order of name. */
export const zoneOutages: (snapshot: Snapshot) => readonly ZoneOutage[] = memoize((snapshot) => {
  const zones = groupBy(snapshot.list('Node'), zoneOf);
  const unreachable = unhealthyNodes(snapshot).filter(({ kind }) => kind === 'unreachable');
  const lostByZone = groupBy(unreachable, ({ node }) => zoneOf(node));
  const well = [...zones].filter(([zone, nodes]) => (lostByZone.get(zone) ?? []).length < nodes.length);
  const found: ZoneOutage[] = [];
  for (const [zone, nodes] of zones) {
    const [first, ...more] = lostByZone.get(zone) ?? [];
    if (first === undefined || more.length === 0 || more.length + 1 < nodes.length * SHARE) continue;
    const others = well.map(([name]) => name).filter((name) => name !== zone);
    if (others.length === 0 || !isTogether([first, ...more])) continue;
    found.push({ zone, lost: [first, ...more], size: nodes.length, others: others.toSorted() });
  }
  return found.toSorted((a, b) => (a.zone < b.zone ? -1 : 1));
});

function zoneOf({ metadata: { labels } }: Node): string | undefined {
  return (
    labelValue(labels, 'topology.kubernetes.io/zone') ?? labelValue(labels, 'failure-domain.beta.kubernetes.io/zone')
  );
}

function isTogether(lost: readonly UnhealthyNode[]): boolean {
  const times = lost.map(({ condition }) => timeOf(condition.lastTransitionTime)).filter((time) => time !== undefined);
  return times.length === 0 || Math.max(...times) - Math.min(...times) <= TOGETHER;
}

/** Whether a node is lost together with its zone. */
export function isInZoneOutage(snapshot: Snapshot, node: UnhealthyNode): boolean {
  return zoneOutages(snapshot).some(({ lost }) => lost.includes(node));
}
