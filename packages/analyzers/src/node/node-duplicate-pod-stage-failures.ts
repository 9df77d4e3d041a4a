import { podState, podsOf, topOwner, type PodState, type Stage } from '@kroot/graph';
import { CONFIDENCE, ref, refKey, type Analyzer, type Finding, type ResourceRef, type Snapshot } from '@kroot/types';
import { sandboxFailure } from '../messages/sandbox.ts';
import { mountFailure } from '../messages/mount.ts';
import { computed, fromEvent } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { ownersOfPods, podsOnNode, refsOfPods, usedNodes } from '../support/pods-on-node.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';
import { unhealthyNodes } from '../support/unhealthy-nodes.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Stages at which the node does the work, and what another node's success there proves. */
const NODE_STAGES: readonly Stage[] = ['sandbox', 'volumes', 'starting', 'create'];

/** Reports nodes on which pods of several workloads fail in the same way while the same workloads run elsewhere. */
export const nodeDuplicatePodStageFailures: Analyzer = {
  meta: {
    id: 'node-duplicate-pod-stage-failures',
    title: 'Pods of several workloads fail on one node only',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'Event', 'ReplicaSet'],
    breaks: ['sandbox', 'volume', 'container-start'],
    docs: {
      means:
        'Pods of at least two workloads stand at the same stage on one node, while other pods of the same workloads are ready on other nodes. What they share is the node: its runtime, network agent, storage agent or disk.',
      decides: 'Workload by workload and node by node: the same stage fails here and is passed elsewhere.',
      silent:
        'When the node is not ready, when the machine’s words name a cause that has a rule of its own, and for DaemonSets, whose pods differ from node to node.',
      falsePositives: 'Two unrelated faults that happen to meet on one node.',
      references: ['https://kubernetes.io/docs/tasks/debug/debug-cluster/'],
    },
  },
  *analyze({ snapshot }) {
    const unhealthy = new Set(unhealthyNodes(snapshot).map(({ ref: { name } }) => name));
    for (const name of usedNodes(snapshot)) {
      if (unhealthy.has(name)) continue;
      for (const stage of NODE_STAGES) yield* vote(snapshot, name, stage);
    }
  },
};

function* vote(snapshot: Snapshot, name: string, stage: Stage): Iterable<Finding> {
  const failing = podsOnNode(snapshot, name).filter(
    (state) => state.blocked && state.stage === stage && !isExplained(state),
  );
  const pods = failing.filter(({ pod }) => runsElsewhere(snapshot, topOwner(snapshot, pod), name));
  const owners = new Set(pods.map(({ pod }) => refKey(topOwner(snapshot, pod))));
  if (owners.size >= 2) yield finding(snapshot, name, stage, pods);
}

function isExplained({ event, stage }: PodState): boolean {
  const message = event?.message ?? '';
  if (stage === 'sandbox') return sandboxFailure(message).kind !== 'other';
  return stage === 'volumes' && mountFailure(message) !== undefined;
}

function runsElsewhere(snapshot: Snapshot, owner: ResourceRef, node: string): boolean {
  if (owner.kind === 'DaemonSet' || owner.kind === 'Pod') return false;
  return podsOf(snapshot, owner).some((pod) => pod.spec.nodeName !== node && podState(snapshot, pod).stage === 'ready');
}

function finding(snapshot: Snapshot, name: string, stage: Stage, pods: readonly PodState[]): Finding {
  const subject = ref('Node', undefined, name);
  const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
  const event = pods.find((state) => state.event !== undefined)?.event;
  const words = event?.message === undefined ? '' : `: "${inline(event.message)}"`;
  return {
    rule: nodeDuplicatePodStageFailures.meta.id,
    subject,
    discriminator: stage,
    severity: 'critical',
    confidence: CONFIDENCE.strong,
    ...optional('since', sinceOf(pods)),
    message: `Pods of ${counted(owners.length, 'workload')} do not start on node ${name} but do elsewhere`,
    cause: `${counted(pods.length, 'pod')} of ${listed(owners)} ${pods.length === 1 ? 'stands' : 'stand'} at the stage ${stage} on ${name}, and other pods of the same workloads are ready on other nodes${words}.`,
    detail: { node: name, stage, pods: pods.length },
    evidence: [
      ...(event === undefined ? [] : [fromEvent(event)]),
      computed(subject, `${listed(owners, 6)} fail at ${stage} here and are ready on other nodes`),
    ],
    affects: refsOfPods(pods),
    fixes: [
      lookAtNode(name, `See what is wrong with ${name}`, [
        `On ${name}: journalctl -u kubelet, crictl info, df -h and dmesg show trouble of runtime, disk and kernel.`,
      ]),
      {
        summary: `Keep new pods off ${name} meanwhile`,
        steps: [`Afterwards: kubectl uncordon ${name}`],
        commands: [kubectl(undefined, 'cordon', name)],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
