import { eventCount, eventsOf, eventTime, refOf, timeOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Event, type Finding, type Node, type Snapshot } from '@kroot/types';
import { claims } from '../support/claims.ts';
import { fromEvent } from '../support/evidence.ts';
import { kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';

const RECENT = 3_600_000;

/** Reports nodes whose kernel has killed programs because the memory of the machine ran out. */
export const nodeSystemOom: Analyzer = {
  meta: {
    id: 'node-system-oom',
    title: 'Node ran out of memory and its kernel killed programs',
    role: 'fault',
    severity: 'warning',
    reads: ['Node', 'Pod', 'Event'],
    breaks: ['container-exit'],
    docs: {
      means:
        'Not a container at its limit: the machine as a whole had no memory left, and the kernel chose a program to kill, which may be the kubelet or the runtime. The pods there request less than they use, or nothing is reserved for the system.',
      decides:
        'Event SystemOOM of the kubelet, or OOMKilling of the node problem detector with the kernel’s words for the whole machine, within the last hour.',
      silent:
        'For kills inside a container’s own limit (memory cgroup out of memory), and where a container without a limit is seen as the victim: that rule tells the node.',
      references: ['https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/'],
    },
  },
  *analyze({ snapshot, now }) {
    const victims = claims(snapshot).get('oomkilled-node') ?? [];
    const told = new Set(victims.map(({ pod }) => pod.pod.spec.nodeName));
    for (const node of snapshot.list('Node')) {
      const event = eventsOf(snapshot, node).find((candidate) => isSystemOom(candidate));
      if (event === undefined || told.has(node.metadata.name)) continue;
      const time = timeOf(eventTime(event));
      if (time !== undefined && now - time <= RECENT) yield finding(snapshot, node, event);
    }
  },
};

function isSystemOom({ reason, message = '' }: Event): boolean {
  if (reason === 'SystemOOM') return true;
  return reason === 'OOMKilling' && !/memory cgroup|constraint=CONSTRAINT_MEMCG/i.test(message.slice(0, 8192));
}

function finding(snapshot: Snapshot, node: Node, event: Event): Finding {
  const subject = refOf(node);
  const { name } = subject;
  const message = event.message ?? '';
  const victim =
    /victim process: ([^,\s]{1,100})/.exec(message)?.[1] ??
    /Kill(?:ed)? process \d{1,10} \(([^)]{1,100})\)/.exec(message)?.[1];
  const times = snapshot.list('Event').filter((other) => isSystemOom(other) && other.involvedObject.name === name);
  const count = times.reduce((sum, other) => sum + eventCount(other), 0);
  return {
    rule: nodeSystemOom.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', eventTime(event)),
    message: `Node ${name} ran out of memory and its kernel killed ${victim ?? 'a program'}${count > 1 ? `, ${count} times` : ''}`,
    cause: `The kernel of ${name} had no memory left for the whole machine: "${inline(message)}".`,
    detail: { node: name, kills: count },
    evidence: [fromEvent(event)],
    fixes: [
      {
        summary: `See who uses the memory of ${name}`,
        steps: [
          'Compare the requests of its pods with what they use: the scheduler counts requests only.',
          'Limits that add up to more than the machine has are paid for in this way.',
        ],
        commands: [
          kubectl(undefined, 'describe', `node/${name}`),
          kubectl(undefined, 'top', 'pods', '-A', '--sort-by=memory'),
        ],
        effect: 'none',
        where: 'node',
      },
      {
        summary: `Reserve memory for the system on ${name}`,
        steps: [
          'Set systemReserved, kubeReserved and evictionHard in the kubelet configuration, so that it evicts pods before the kernel has to choose.',
        ],
        commands: [],
        effect: 'change',
        where: 'node',
      },
    ],
  };
}
