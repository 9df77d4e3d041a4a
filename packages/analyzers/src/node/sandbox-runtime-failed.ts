import { groupBy, podState, topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { isInitOom } from '../messages/start-error.ts';
import { sandboxWords } from '../messages/sandbox.ts';
import { computed, fromEvent } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { ownersOfPods, refsOfPods } from '../support/pods-on-node.ts';
import { failingSandboxes, podsWithAddress, type FailingSandbox } from '../support/sandbox-failures.ts';
import { drainFix, lookAtNode } from '../support/unhealthy-finding.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Reports container runtimes that cannot make the sandbox of a pod, for a reason that no other rule tells. */
export const sandboxRuntimeFailed: Analyzer = {
  meta: {
    id: 'sandbox-runtime-failed',
    title: 'Container runtime cannot make the sandbox of a pod',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'ReplicaSet', 'Event'],
    breaks: ['sandbox'],
    docs: {
      means:
        'The kubelet asks the runtime for the sandbox that the containers of a pod live in, and the runtime fails: cgroups, the file system of the node, a name that a half-made sandbox still holds, or a setting of the pod that it does not take.',
      decides:
        'Pods stand at the sandbox stage and the newest FailedCreatePodSandBox event has words that are about neither network, addresses, image nor handler. It is the node where pods of several workloads fail there, or a workload fails there and gets its pods elsewhere, or an earlier try still holds the name of the sandbox; else the workload.',
      silent:
        'During the first 60 s of a pod, for events that a later step of the pod has outdated, and for causes that have a rule of their own.',
      falsePositives:
        'With one workload on one node its settings and the node cannot be told apart; confidence is low then.',
      references: ['https://kubernetes.io/docs/tasks/debug/debug-cluster/crictl/'],
    },
  },
  *analyze({ snapshot }) {
    const failing = failingSandboxes(snapshot).filter(
      ({ failure, event }) => failure.kind === 'other' && !isInitOom(event.message ?? ''),
    );
    const guilty = guiltyNodes(snapshot, failing);
    const groups = groupBy(failing, ({ pod, node }) =>
      guilty.has(node) ? `Node ${node}` : refKey(topOwner(snapshot, pod.pod)),
    );
    for (const [first, ...more] of groups.values()) {
      if (first !== undefined) yield finding(snapshot, [first, ...more], guilty.has(first.node));
    }
  },
};

/** An earlier try is still going on: the runtime is slow or hangs, whatever the pod. */
const HALF_MADE = /failed to reserve sandbox name/;

/** Nodes on which several workloads fail, or one that has got its sandbox on another node. */
function guiltyNodes(snapshot: Snapshot, failing: readonly FailingSandbox[]): ReadonlySet<string> {
  const guilty = new Set<string>();
  const started = startedOwners(snapshot);
  for (const [node, group] of groupBy(failing, (one) => one.node)) {
    const owners = new Set(group.map(({ pod }) => refKey(topOwner(snapshot, pod.pod))));
    const elsewhere = [...owners].some((owner) => [...(started.get(owner) ?? [])].some((name) => name !== node));
    const halfMade = group.some(({ event }) => HALF_MADE.test(event.message ?? ''));
    if (owners.size > 1 || elsewhere || halfMade) guilty.add(node);
  }
  return guilty;
}

/** Workload → nodes on which a pod of it got past its sandbox. */
function startedOwners(snapshot: Snapshot): ReadonlyMap<string, ReadonlySet<string>> {
  const started = new Map<string, Set<string>>();
  for (const pod of snapshot.list('Pod')) {
    const { nodeName = '' } = pod.spec;
    const ran = (pod.status?.podIP ?? '') !== '' && podState(snapshot, pod).stage !== 'sandbox';
    if (nodeName === '' || !ran) continue;
    const owner = refKey(topOwner(snapshot, pod));
    started.set(owner, (started.get(owner) ?? new Set()).add(nodeName));
  }
  return started;
}

function finding(snapshot: Snapshot, group: readonly [FailingSandbox, ...FailingSandbox[]], isNode: boolean): Finding {
  const [first] = group;
  const pods = group.map(({ pod }) => pod);
  const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
  const nodes = [...new Set(group.map(({ node }) => node))].toSorted();
  const subject = isNode ? ref('Node', undefined, first.node) : topOwner(snapshot, first.pod.pod);
  const words = inline(sandboxWords(first.event.message ?? ''), 300);
  const others = podsWithAddress(snapshot, first.node).length;
  return {
    rule: sandboxRuntimeFailed.meta.id,
    subject,
    severity: 'critical',
    confidence: isNode ? CONFIDENCE.strong : CONFIDENCE.heuristic,
    ...optional('since', sinceOf(pods)),
    message: isNode
      ? `The runtime on ${first.node} makes no sandbox for ${counted(pods.length, 'pod')}`
      : `Pods of ${inWords(subject)} get no sandbox on ${listed(nodes)}`,
    cause: `The container runtime on ${listed(nodes)} fails for ${listed(owners)}: "${words}".`,
    detail: { nodes, pods: pods.length },
    evidence: [
      ...group.slice(0, 2).map(({ event, pod }) => fromEvent(event, pod.ref)),
      computed(
        ref('Node', undefined, first.node),
        `${counted(pods.length, 'pod')} of ${counted(owners.length, 'workload')} without a sandbox, ${counted(others, 'pod')} with one`,
      ),
    ],
    affects: refsOfPods(pods),
    fixes: fixes(subject, first),
  };
}

function fixes(subject: ResourceRef, { node, pod }: FailingSandbox): readonly Fix[] {
  const look = lookAtNode(node, `Find out why the runtime on ${node} fails`, [
    `On ${node}: \`journalctl -u containerd\` (or crio) and \`crictl pods\` show the runtime's own words and half-made sandboxes.`,
  ]);
  if (subject.kind === 'Node') return [look, drainFix(node)];
  return [
    look,
    describeFix(subject, `Or find the setting of ${inWords(subject)} that the runtime refuses`, [
      `Compare securityContext, sysctls, limits and hostUsers of ${pod.ref.name} with a pod that runs on ${node}.`,
    ]),
  ];
}
