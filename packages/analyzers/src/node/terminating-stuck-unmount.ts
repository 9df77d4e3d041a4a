import { conditionOf, eventTime, eventsOf, groupBy, podState, timeOf, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type AnalyzerContext,
  type Event,
  type Finding,
  type Snapshot,
} from '@kroot/types';
import { sandboxFailure } from '../messages/sandbox.ts';
import { cniAgent } from '../support/cni-agent.ts';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';
import { counted, inline, listed, span } from '../support/words.ts';

/** After its grace the kubelet takes a pod down within moments, and tries again every minute or so. */
const STUCK = 120_000;
/** An event that has not come again for so long is about an earlier try. */
const FRESH = 900_000;

interface StuckPod {
  readonly state: PodState;
  readonly node: string;
  readonly event: Event;
}

/** Reports deleted pods that their node cannot take down. */
export const terminatingStuckUnmount: Analyzer = {
  meta: {
    id: 'terminating-stuck-unmount',
    title: 'Node cannot take a deleted pod down',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'Node', 'DaemonSet', 'ConfigMap', 'Event'],
    breaks: ['deletion', 'availability'],
    docs: {
      means:
        'The pod has been deleted, and the kubelet fails to stop its containers, to take its sandbox off the network or to free its volumes. The pod stays in Terminating, and a StatefulSet does not make its successor.',
      decides:
        'deletionTimestamp (which already holds the grace period) is more than two minutes ago, and the newest FailedKillPod event of the pod is less than 15 minutes old. Pods of one node are told together.',
      silent:
        'Inside the grace period, on nodes that no longer report, and when the event has not come again for 15 minutes.',
      references: ['https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet.go'],
    },
  },
  *analyze(context) {
    const stuck = context.snapshot.list('Pod').flatMap((pod) => stuckPod(context, podState(context.snapshot, pod)));
    for (const [node, [first, ...more]] of groupBy(stuck, (one) => one.node)) {
      if (first !== undefined) yield finding(context, node, [first, ...more]);
    }
  },
};

function stuckPod({ snapshot, now }: AnalyzerContext, state: PodState): readonly StuckPod[] {
  const { pod } = state;
  const node = pod.spec.nodeName ?? '';
  const deleted = timeOf(pod.metadata.deletionTimestamp);
  if (deleted === undefined || now - deleted < STUCK || node === '' || isSilent(snapshot, node)) return [];
  const event = eventsOf(snapshot, pod).find(({ reason }) => reason === 'FailedKillPod');
  const seen = event === undefined ? undefined : timeOf(eventTime(event));
  return event === undefined || seen === undefined || now - seen > FRESH ? [] : [{ state, node, event }];
}

/** A node that no longer reports, or is gone, has a rule of its own. */
function isSilent(snapshot: Snapshot, name: string): boolean {
  const node = snapshot.lookup({ ...ref('Node', undefined, name), kind: 'Node' as const });
  if (node.state !== 'present') return node.state === 'absent';
  return conditionOf(node.object.status?.conditions, 'Ready')?.status === 'Unknown';
}

function finding({ snapshot, now }: AnalyzerContext, node: string, group: readonly [StuckPod, ...StuckPod[]]): Finding {
  const [{ state, event }] = group;
  const { message = '' } = event;
  const cni = sandboxFailure(message);
  const agent = cni.kind === 'cni' ? cniAgent(snapshot, node, cni.plugin)?.pod : undefined;
  const since = state.pod.metadata.deletionTimestamp;
  const overdue = span(now - (timeOf(since) ?? now));
  return {
    rule: terminatingStuckUnmount.meta.id,
    subject: ref('Node', undefined, node),
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...(since === undefined ? {} : { since }),
    message: `${node} cannot take down ${listed(group.map((one) => inWords(one.state.ref)))}`,
    cause: `${inWords(state.ref)} was to be gone ${overdue} ago, and each try of the kubelet on ${node} ends with "${inline(killWords(message), 300)}".`,
    detail: { node, pods: group.length },
    evidence: group
      .slice(0, 2)
      .flatMap((one) => [
        fromEvent(one.event, one.state.ref),
        fromSpec(one.state.ref, 'metadata.deletionTimestamp', one.state.pod.metadata.deletionTimestamp ?? ''),
      ]),
    ...(agent !== undefined && agent.stage !== 'ready'
      ? { because: [{ ref: agent.ref, mechanism: 'availability' as const }] }
      : {}),
    affects: refsOfPods(group.map((one) => one.state)),
    fixes: [
      lookAtNode(node, `Find out what keeps the runtime on ${node} from ending ${counted(group.length, 'pod')}`, [
        `On ${node}: \`crictl pods --name ${state.ref.name}\` shows the sandbox, \`journalctl -u kubelet\` the tries; a process that does not die (state D) waits for its storage.`,
      ]),
      {
        summary: `Take ${inWords(state.ref)} out of the API when it is certain that it no longer runs`,
        steps: [
          `A forced deletion does not stop anything on ${node}: make sure first that its containers have ended there, or two pods may write to one volume.`,
        ],
        commands: group
          .slice(0, 20)
          .map((one) =>
            kubectl(one.state.ref.namespace, 'delete', 'pod', one.state.ref.name, '--grace-period=0', '--force'),
          ),
        effect: 'destructive',
        where: 'cluster',
      },
    ],
  };
}

/** The runtime's own words in `error killing pod: failed to "KillPodSandbox" for "…" with KillPodSandboxError: "…"`. */
function killWords(message: string): string {
  const text = message.slice(0, 4096);
  return (
    /with Kill\w{1,40}Error: "(?:rpc error: code = \w{1,40} desc = )?([^]+?)"?(?:, failed to|\]?$)/.exec(text)?.[1] ??
    text
  );
}
