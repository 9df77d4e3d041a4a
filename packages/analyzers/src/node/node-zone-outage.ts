import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { computed, fromCondition, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { ownersOfPods, refsOfPods } from '../support/pods-on-node.ts';
import { NODE_BREAKS } from '../support/unhealthy-finding.ts';
import { zoneOutages, type ZoneOutage } from '../support/zone-outages.ts';
import { counted, inline, listed } from '../support/words.ts';

const ZONE = 'topology.kubernetes.io/zone';

/** Reports zones whose nodes are lost together, as one finding for all of them. */
export const nodeZoneOutage: Analyzer = {
  meta: {
    id: 'node-zone-outage',
    title: 'Zone is out',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Lease', 'Pod', 'Event'],
    breaks: [...NODE_BREAKS, 'volume'],
    docs: {
      means:
        'The nodes of one zone have stopped reporting at the same time, while others go on: power, network or the provider of that zone failed, not the single machines. Volumes of the zone cannot be used elsewhere.',
      decides:
        'At least two nodes, and 80 % of those with one zone label, have Ready=Unknown, all within a quarter of an hour, and another zone has nodes that report. The first node by name stands for all.',
      silent:
        'For zones with one node, for nodes that were lost at different times, and when no other zone is left to compare with: then each node is told.',
      references: ['https://kubernetes.io/docs/concepts/architecture/nodes/#rate-limits-on-eviction'],
    },
  },
  *analyze({ snapshot }) {
    for (const outage of zoneOutages(snapshot)) yield finding(snapshot, outage);
  },
};

function finding(snapshot: Snapshot, { zone, lost, size, others }: ZoneOutage): Finding {
  const [first] = lost;
  const names = lost.map(({ ref: { name } }) => name);
  const pods = lost.flatMap((node) => [...node.pods, ...node.keptOut.map(({ pod }) => pod)]);
  const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
  const since = lost
    .map(({ condition }) => condition.lastTransitionTime ?? '')
    .filter((time) => time !== '')
    .toSorted()[0];
  return {
    rule: nodeZoneOutage.meta.id,
    subject: first.ref,
    discriminator: zone,
    severity: lost.some(({ harmful }) => harmful) ? 'critical' : 'warning',
    confidence: CONFIDENCE.strong,
    ...optional('since', since),
    message: `Zone ${zone} is out: ${lost.length} of its ${size} nodes do not report any more`,
    cause: `${listed(names, 6)} lie in zone ${zone} and stopped reporting together ("${inline(first.condition.message ?? first.condition.reason ?? 'Ready=Unknown')}"), while nodes in ${listed(others)} go on.`,
    detail: { zone, nodes: names, pods: pods.length },
    evidence: [
      ...lost.slice(0, 2).map(({ ref: target, condition }) => fromCondition(target, condition)),
      fromSpec(first.ref, `metadata.labels[${ZONE}]`, zone),
      computed(first.ref, `${lost.length} of ${size} nodes of zone ${zone} are lost; ${listed(others)} report`),
      ...(pods.length === 0
        ? []
        : [computed(first.ref, `${counted(pods.length, 'pod')} held up, of ${listed(owners, 4)}`)]),
    ],
    affects: [...refsOfPods(pods), ...lost.slice(1).map(({ node }) => refOf(node))],
    fixes: [
      {
        summary: `Find out from the provider what is wrong with zone ${zone}`,
        steps: [
          'See the status page and console of the provider, or power and network of the site.',
          `Pods with replicas elsewhere are made anew after five minutes; pods with volumes of ${zone} wait for it, or for a restore in another zone.`,
        ],
        commands: [kubectl(undefined, 'get', 'nodes', '-L', ZONE)],
        effect: 'none',
        where: 'node',
      },
      {
        summary: 'Make sure that the other zones have room for what ran there',
        steps: [`Scale the node pools in ${listed(others)} up.`],
        commands: [kubectl(undefined, 'get', 'pods', '-A', '--field-selector=status.phase=Pending', '-o', 'wide')],
        effect: 'none',
        where: 'node',
      },
    ],
  };
}
