import { eventsOf } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type Evidence, type Finding, type Node, type Snapshot } from '@kroot/types';
import { sandboxWords } from '../messages/sandbox.ts';
import { computed, fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { ownersOfPods, refsOfPods } from '../support/pods-on-node.ts';
import { failingSandboxes, podsWithAddress, type FailingSandbox } from '../support/sandbox-failures.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Reports nodes that have no address left for another pod. */
export const nodePodcidrExhausted: Analyzer = {
  meta: {
    id: 'node-podcidr-exhausted',
    title: 'Node has no pod address left',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'Event'],
    breaks: ['sandbox'],
    docs: {
      means:
        'The pod addresses of a node, or of the subnet behind it, are all taken: by pods, or by reservations that were never given back when their pods ended.',
      decides:
        'Pods stand at the sandbox stage and the plugin says that no address is free. The range is compared with the pods that really hold an address on the node: far fewer pods than addresses means leaked reservations.',
      silent: 'During the first 60 s of a pod, and for events that a later step of the pod has outdated.',
      references: ['https://www.cni.dev/plugins/current/ipam/host-local/'],
    },
  },
  *analyze({ snapshot }) {
    const byNode = new Map<string, FailingSandbox[]>();
    for (const failing of failingSandboxes(snapshot)) {
      if (failing.failure.kind !== 'addresses') continue;
      const known = byNode.get(failing.node);
      if (known === undefined) byNode.set(failing.node, [failing]);
      else known.push(failing);
    }
    for (const name of [...byNode.keys()].toSorted())
      yield finding(snapshot, name, byNode.get(name) ?? [], byNode.size);
  },
};

function finding(snapshot: Snapshot, name: string, failing: readonly FailingSandbox[], nodes: number): Finding {
  const subject = ref('Node', undefined, name);
  const pods = failing.map(({ pod }) => pod);
  const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
  const holders = podsWithAddress(snapshot, name).length;
  const range = failing.find(({ failure }) => failure.range !== undefined)?.failure.range;
  const size = range === undefined ? undefined : rangeSize(range);
  const leaked = size !== undefined && holders * 2 < size;
  const [first] = failing;
  const where = range === undefined ? name : `${name} in ${range}`;
  return {
    rule: nodePodcidrExhausted.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(pods)),
    message: `Node ${name} has no pod address left${range === undefined ? '' : ` in ${range}`}`,
    cause: leaked
      ? `No address is free on ${where}, although only ${counted(holders, 'pod')} there ${holders === 1 ? 'holds' : 'hold'} one of ${size}, so reservations of pods that are gone were never given back.`
      : `No address is free on ${where} for ${counted(pods.length, 'pod')} of ${listed(owners)}: "${inline(sandboxWords(first?.event.message ?? ''))}".`,
    detail: { node: name, pods: pods.length, holders },
    evidence: [
      ...failing.slice(0, 2).map(({ event, pod }) => fromEvent(event, pod.ref)),
      computed(
        subject,
        `${counted(holders, 'pod')} on it ${holders === 1 ? 'has' : 'have'} an address of its pod network${size === undefined ? '' : `, the range has ${size}`}`,
      ),
      ...nodeEvidence(snapshot, name),
    ],
    affects: refsOfPods(pods),
    fixes: fixes(name, leaked),
    ...(nodes === 1 && othersServe(snapshot, name)
      ? { notes: [`Pods on other nodes have addresses: the shortage is ${name}'s own.`] }
      : {}),
  };
}

function othersServe(snapshot: Snapshot, name: string): boolean {
  return snapshot
    .list('Node')
    .some(({ metadata }) => metadata.name !== name && podsWithAddress(snapshot, metadata.name).length > 0);
}

function nodeEvidence(snapshot: Snapshot, name: string): readonly Evidence[] {
  const node = snapshot.list('Node').find(({ metadata }) => metadata.name === name);
  if (node === undefined) return [];
  const event = eventsOf(snapshot, node).find(({ reason }) => reason === 'CIDRNotAvailable');
  return [...cidr(node), ...(event === undefined ? [] : [fromEvent(event)])];
}

function cidr(node: Node): readonly Evidence[] {
  const { podCIDR } = node.spec ?? {};
  return podCIDR === undefined ? [] : [fromSpec(ref('Node', undefined, node.metadata.name), 'spec.podCIDR', podCIDR)];
}

/** How many addresses lie in `10.0.0.1-10.0.0.254`; undefined for IPv6 and unreadable text. */
function rangeSize(range: string): number | undefined {
  const [from, to] = range.split('-').map(addressNumber);
  return from === undefined || to === undefined || to < from ? undefined : to - from + 1;
}

function addressNumber(address: string): number | undefined {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function fixes(name: string, leaked: boolean): Finding['fixes'] {
  const look = lookAtNode(
    name,
    leaked ? `Give the leaked addresses of ${name} back` : `Free addresses on ${name}`,
    leaked
      ? [
          `On ${name}: ls /var/lib/cni/networks lists the reservations by address; each file names the container that held it.`,
          `Delete those whose container crictl ps does not know, or drain and reboot ${name}.`,
        ]
      : [
          'Move pods to nodes that have addresses, delete finished pods, or enlarge the pod range or subnet of the node.',
        ],
  );
  return [
    look,
    {
      summary: `Keep new pods off ${name} meanwhile`,
      steps: [`Afterwards: kubectl uncordon ${name}`],
      commands: [kubectl(undefined, 'cordon', name)],
      effect: 'change',
      where: 'cluster',
    },
  ];
}
