import { eventsOf, eventTime, refOf, timeOf, topOwner, type PodState } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type Event, type Finding, type Node, type Snapshot } from '@kroot/types';
import { computed, fromEvent } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { ownersOfPods, podsOnNode } from '../support/pods-on-node.ts';
import { unhealthyNodes } from '../support/unhealthy-nodes.ts';
import { counted, listed, span } from '../support/words.ts';

const RECENT = 3_600_000;
/** The kubelet reports the boot when it is back, minutes after the containers were lost. */
const BEFORE = 900_000;
const AFTER = 120_000;

/** Reports nodes that have rebooted and restarted the containers of several workloads at once. */
export const nodeRebooted: Analyzer = {
  meta: {
    id: 'node-rebooted',
    title: 'Node has rebooted',
    role: 'fault',
    severity: 'warning',
    reads: ['Node', 'Pod', 'Event', 'ReplicaSet'],
    breaks: ['node-lost'],
    docs: {
      means:
        'The machine has another boot id than before: it was restarted, or it crashed. All its containers ended at that moment, which is why they show restarts and exit codes (255, Unknown) that are no fault of theirs.',
      decides:
        'Event Rebooted of the node within the last hour, and containers of at least two workloads on it whose last end is that of the reboot. It is a warning while some of these pods are not ready again.',
      silent:
        'For older reboots, for reboots that no container shows, and while the node is not ready: then that is told.',
      references: ['https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/nodestatus/setters.go'],
    },
  },
  *analyze({ snapshot, now }) {
    const unhealthy = new Set(unhealthyNodes(snapshot).map(({ ref }) => ref.name));
    for (const node of snapshot.list('Node')) {
      const event = eventsOf(snapshot, node).find(({ reason }) => reason === 'Rebooted');
      const time = event === undefined ? undefined : timeOf(eventTime(event));
      if (event === undefined || time === undefined || now - time > RECENT || unhealthy.has(node.metadata.name))
        continue;
      const pods = podsOnNode(snapshot, node.metadata.name).filter((state) => endedWith(state, time));
      const owners = new Set(pods.map(({ pod }) => refKey(topOwner(snapshot, pod))));
      if (owners.size >= 2) yield finding(snapshot, { node, event, time, pods });
    }
  },
};

/** Whether the last end of one of its containers is that of the reboot: by its time, or by the code for an end nobody saw. */
function endedWith({ containers, stage }: PodState, reboot: number): boolean {
  if (stage === 'completed' || stage === 'failed') return false;
  return containers.some(({ terminated, role, status }) => {
    if (terminated === undefined || role === 'init' || (status?.restartCount ?? 0) === 0) return false;
    const time = timeOf(terminated.finishedAt);
    const near = time !== undefined && time >= reboot - BEFORE && time <= reboot + AFTER;
    return near && (terminated.exitCode === 255 || terminated.reason === 'Unknown');
  });
}

interface Reboot {
  readonly node: Node;
  readonly event: Event;
  readonly time: number;
  readonly pods: readonly PodState[];
}

function finding(snapshot: Snapshot, { node, event, time, pods }: Reboot): Finding {
  const subject = refOf(node);
  const { name } = subject;
  const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
  const down = pods.filter(({ stage }) => stage !== 'ready');
  const still = down.length === 0 ? '' : `, ${down.length} of them not ready again`;
  return {
    rule: nodeRebooted.meta.id,
    subject,
    severity: down.length === 0 ? 'info' : 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', eventTime(event)),
    message: `Node ${name} rebooted ${span(snapshot.now.getTime() - time)} ago and restarted ${counted(pods.length, 'pod')}${still}`,
    cause: `The machine of ${name} came back with another boot id, and the containers of ${listed(owners)} ended with it.`,
    detail: { node: name, pods: pods.length },
    evidence: [
      fromEvent(event),
      computed(
        subject,
        `the last end of containers of ${listed(owners, 6)} falls on the reboot, with code 255 or reason Unknown`,
      ),
    ],
    fixes: [
      {
        summary: `Find out why ${name} rebooted`,
        steps: [
          `On ${name}: last -x reboot, and journalctl -b -1 -n 200 for the last words of the boot before; a kernel panic, an update or the provider's maintenance shows there.`,
        ],
        commands: [kubectl(undefined, 'describe', `node/${name}`)],
        effect: 'none',
        where: 'node',
      },
    ],
    notes: ['Restarts of these pods at that time, and what waits for them, are a consequence of the reboot.'],
  };
}
