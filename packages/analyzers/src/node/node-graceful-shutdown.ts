import { groupBy, conditionOf, timeOf, type PodState, podState, topOwner } from '@kroot/graph';
import {
  compareRefs,
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { endedWords } from '../support/ended-words.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { kubectl } from '../support/kubectl.ts';
import { lacksPods } from '../support/lacks-pods.ts';
import { nodesOfKind } from '../support/nodes-of-kind.ts';
import { optional } from '../support/optional.ts';
import { ownersOfPods, refsOfPods } from '../support/pods-on-node.ts';
import { lookAtNode, NODE_BREAKS, unhealthyFinding } from '../support/unhealthy-finding.ts';
import { unhealthyNodes } from '../support/unhealthy-nodes.ts';
import { counted, inline } from '../support/words.ts';

/** Reports nodes that shut down, and pods that ended with one and have not come back. */
export const nodeGracefulShutdown: Analyzer = {
  meta: {
    id: 'node-graceful-shutdown',
    title: 'Node was shut down under its pods',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod', 'Lease', 'Event', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'],
    breaks: [...NODE_BREAKS, 'node-admission', 'availability'],
    docs: {
      means:
        'The machine was told to power off or reboot (maintenance, a spot machine that is taken back), and the kubelet ended its pods first. Ended pods stay as Failed; their controllers make others, but pods without a controller do not come back.',
      decides:
        'The node says itself that it is shutting down (Ready=False); or failed pods with reason Terminated or NodeShutdown of the last day whose place is still empty.',
      silent:
        'When other pods have taken the place of the ended ones, and for nodes that have stopped reporting since: that is told of the node.',
      references: ['https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/'],
    },
  },
  *analyze({ snapshot }) {
    for (const unhealthy of nodesOfKind(snapshot, 'shutdown')) {
      const { name } = unhealthy.node.metadata;
      yield unhealthyFinding(snapshot, nodeGracefulShutdown.meta, unhealthy, {
        message: `Node ${name} is shutting down`,
        cause: `The kubelet of ${name} says "${inline(unhealthy.condition.message ?? '')}": it ends its pods and takes no new ones.`,
        fixes: [backFix(name)],
      });
    }
    const told = new Set(unhealthyNodes(snapshot).map(({ ref: target }) => target.name));
    const groups = groupBy(endedPods(snapshot), ({ pod }) => pod.spec.nodeName);
    for (const [name, pods] of groups) {
      const [first, ...more] = pods;
      if (first !== undefined && !told.has(name)) yield finding(snapshot, name, [first, ...more]);
    }
  },
};

const DAY = 86_400_000;
/** `Shutdown` is the word of Kubernetes 1.20. */
const REASONS: ReadonlySet<string> = new Set(['NodeShutdown', 'Shutdown', 'Terminated']);

function endedPods(snapshot: Snapshot): readonly PodState[] {
  return snapshot.list('Pod').flatMap((pod) => {
    const { phase, reason = '', message = '' } = pod.status ?? {};
    if (phase !== 'Failed' || !REASONS.has(reason) || !/node (?:is )?shut/i.test(message)) return [];
    const state = podState(snapshot, pod);
    const ended = endOf(state);
    const old = ended !== undefined && snapshot.now.getTime() - ended > DAY;
    return old || !lacksPods(snapshot, pod) ? [] : [state];
  });
}

function endOf({ pod, since }: PodState): number | undefined {
  return timeOf(conditionOf(pod.status?.conditions, 'DisruptionTarget')?.lastTransitionTime) ?? since;
}

function finding(snapshot: Snapshot, name: string, pods: readonly [PodState, ...PodState[]]): Finding {
  const subject = ref('Node', undefined, name);
  const [first] = pods;
  const owners = ownersOfPods(snapshot, pods);
  const { reason = '', message = '' } = first.pod.status ?? {};
  const gone = snapshot.lookup(subject).state === 'absent';
  const since = Math.min(...pods.map((state) => endOf(state) ?? Number.POSITIVE_INFINITY));
  return {
    rule: nodeGracefulShutdown.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', Number.isFinite(since) ? new Date(since).toISOString() : undefined),
    message: `Shutdown of node ${name} ended ${endedWords(pods.length, owners)}, and nothing has taken ${pods.length === 1 ? 'its' : 'their'} place`,
    cause: `The kubelet of ${name} ended ${pods.length === 1 ? first.ref.name : counted(pods.length, 'pod')} because the machine was shut down ("${inline(message)}")${gone ? `, and ${name} is no node of the cluster any more` : ''}.`,
    detail: { node: name, pods: pods.length },
    evidence: [
      { ...fromSpec(first.ref, 'status.message', `${reason}: ${message}`), source: 'status' },
      ...(gone ? [computed(subject, 'is not in the cluster any more')] : []),
    ],
    affects: lacking(owners, pods),
    fixes: fixes(snapshot, name, pods),
  };
}

function lacking(owners: readonly ResourceRef[], pods: readonly PodState[]): readonly ResourceRef[] {
  const refs = new Map([...owners, ...refsOfPods(pods)].map((target) => [refKey(target), target]));
  return [...refs.values()].toSorted(compareRefs);
}

function backFix(name: string): Fix {
  return lookAtNode(name, `Wait for ${name} to come back, or drain it before the next shutdown`, [
    'A drain before maintenance moves the pods in good order and keeps to their PodDisruptionBudgets.',
    'For spot machines: spread replicas over several pools and zones, so that one notice never takes all of them.',
  ]);
}

function fixes(snapshot: Snapshot, name: string, pods: readonly PodState[]): readonly Fix[] {
  const bare = pods.filter(({ pod }) => topOwner(snapshot, pod).kind === 'Pod').slice(0, 5);
  return [
    ...bare.map(({ ref: { namespace, name: pod } }): Fix => ({
      summary: `Create pod ${namespace ?? ''}/${pod} again, best by a Deployment or Job`,
      steps: ['It has no controller, so nothing brings it back; its spec is still there to be read.'],
      commands: [kubectl(namespace, 'get', 'pod', pod, '-o', 'yaml')],
      effect: 'none',
      where: 'git',
    })),
    backFix(name),
  ];
}
