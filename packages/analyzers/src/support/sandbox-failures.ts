import { memoize, podState, type PodState } from '@kroot/graph';
import { compareRefs, refKey, type Event, type Node, type ResourceRef, type Snapshot } from '@kroot/types';
import { sandboxFailure, type SandboxFailure } from '../messages/sandbox.ts';
import { cniAgent, type CniAgent } from './cni-agent.ts';
import { nodeNames } from './node-names.ts';
import { isNodeAgent, podsOnNode } from './pods-on-node.ts';

/** A pod that gets no sandbox, with what its node says about it. */
export interface FailingSandbox {
  readonly pod: PodState;
  readonly node: string;
  readonly event: Event;
  readonly failure: SandboxFailure;
}

/** Pods that are held up for want of a sandbox, in order of namespace and name. */
export const failingSandboxes: (snapshot: Snapshot) => readonly FailingSandbox[] = memoize((snapshot) =>
  snapshot.list('Pod').flatMap((pod) => {
    const state = podState(snapshot, pod);
    const { event } = state;
    // A pod that runs has a sandbox, even where the capture left out its containers.
    if (!state.blocked || state.stage !== 'sandbox' || event === undefined || pod.status?.phase === 'Running')
      return [];
    return [{ pod: state, node: pod.spec.nodeName ?? '', event, failure: sandboxFailure(event.message ?? '') }];
  }),
);

/** Those that have failed in one way. */
export function sandboxesFailing(snapshot: Snapshot, kind: SandboxFailure['kind']): readonly FailingSandbox[] {
  return failingSandboxes(snapshot).filter(({ failure }) => failure.kind === kind);
}

/** Whether a node runs pods that once got an address there, and how many of them that still hold it. */
export function podsWithAddress(snapshot: Snapshot, node: string): readonly PodState[] {
  return podsOnNode(snapshot, node).filter(
    ({ pod, stage }) =>
      pod.spec.hostNetwork !== true && stage !== 'completed' && stage !== 'failed' && (pod.status?.podIP ?? '') !== '',
  );
}

/** Failing sandboxes that have one cause: on one node, or of one CNI DaemonSet on many. */
export interface SandboxGroup {
  readonly subject: ResourceRef;
  readonly agent?: CniAgent;
  readonly failing: readonly FailingSandbox[];
  /** Nodes on which sandboxes fail, in order of name. */
  readonly nodes: readonly string[];
}

/**
 * Groups failures of the CNI plugin. One node that fails while others do not is what is wrong; the same plugin failing on
 * several nodes points to what brings it there.
 */
export function groupSandboxes(snapshot: Snapshot, failing: readonly FailingSandbox[]): readonly SandboxGroup[] {
  const nodes = nodeNames(failing);
  const groups = new Map<string, { subject: ResourceRef; agent: CniAgent | undefined; failing: FailingSandbox[] }>();
  for (const one of failing) {
    const agent = cniAgent(snapshot, one.node, one.failure.plugin);
    const subject = subjectOf(snapshot, one.node, nodes, agent);
    const known = groups.get(refKey(subject));
    if (known === undefined) groups.set(refKey(subject), { subject, agent, failing: [one] });
    else known.failing.push(one);
  }
  return [...groups.values()]
    .toSorted((a, b) => compareRefs(a.subject, b.subject))
    .map(({ subject, agent, failing: members }) => ({
      subject,
      failing: members,
      nodes: nodeNames(members),
      ...(agent === undefined ? {} : { agent }),
    }));
}

function subjectOf(
  snapshot: Snapshot,
  node: string,
  failing: readonly string[],
  agent: CniAgent | undefined,
): ResourceRef {
  const onNode: ResourceRef = { group: '', kind: 'Node', name: node };
  if (agent === undefined) return onNode;
  const { metadata } = agent.daemonSet;
  const daemonSet: ResourceRef = {
    group: 'apps',
    kind: 'DaemonSet',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  };
  if (failing.length > 1) return daemonSet;
  const others = snapshot.list('Node').filter((other) => other.metadata.name !== node && takesPods(snapshot, other));
  return others.length > 0 ? onNode : daemonSet;
}

/** Whether a node gives its pods addresses: some pod of a workload has one there. */
function takesPods(snapshot: Snapshot, { metadata }: Node): boolean {
  return podsWithAddress(snapshot, metadata.name).some(({ pod }) => !isNodeAgent(snapshot, pod));
}
