import {
  CONFIDENCE,
  formatRef,
  type Analyzer,
  type Evidence,
  type Finding,
  type Fix,
  type Snapshot,
} from '@kroot/types';
import { sandboxWords } from '../messages/sandbox.ts';
import { computed, fromEvent } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { ownersOfPods, refsOfPods } from '../support/pods-on-node.ts';
import { groupSandboxes, sandboxesFailing, type SandboxGroup } from '../support/sandbox-failures.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Reports network plugins that fail to set up the network of pods. */
export const sandboxCniFailed: Analyzer = {
  meta: {
    id: 'sandbox-cni-failed',
    title: 'Network plugin cannot set up pods',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'DaemonSet', 'ConfigMap', 'Event'],
    breaks: ['sandbox'],
    waitsFor: ['availability'],
    docs: {
      means:
        'The kubelet calls the CNI plugin for each new pod, and the plugin fails: its agent on the node is down, its configuration or binary is missing, or its own control plane does not answer.',
      decides:
        'Pods stand at the sandbox stage and the newest FailedCreatePodSandBox event names the network. Failures on one of several nodes are the node’s, failures on many the DaemonSet’s that brings the plugin; if its pod on the node is not ready, that pod explains the failure.',
      silent:
        'During the first 60 s of a pod; when the runtime’s socket is down or addresses are used up, which have rules of their own; and for events that a later step of the pod has outdated.',
      references: ['https://www.cni.dev/docs/spec/'],
    },
  },
  *analyze({ snapshot }) {
    const failing = sandboxesFailing(snapshot, 'cni');
    for (const group of groupSandboxes(snapshot, failing)) yield finding(snapshot, group);
  },
};

function finding(snapshot: Snapshot, group: SandboxGroup): Finding {
  const { subject, agent, failing, nodes } = group;
  const pods = failing.map(({ pod }) => pod);
  const plugin = failing.find(({ failure }) => failure.plugin !== undefined)?.failure.plugin;
  const [first] = failing;
  const down = agent?.pod !== undefined && agent.pod.stage !== 'ready' ? agent.pod.ref : undefined;
  const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
  return {
    rule: sandboxCniFailed.meta.id,
    subject,
    severity: 'critical',
    confidence: subject.kind === 'Node' ? CONFIDENCE.stated : CONFIDENCE.strong,
    ...optional('since', sinceOf(pods)),
    message: `Network plugin${plugin === undefined ? '' : ` ${plugin}`} fails to set up pods on ${listed(nodes)}`,
    cause: `${counted(pods.length, 'pod')} of ${listed(owners)} ${pods.length === 1 ? 'gets' : 'get'} no network on ${listed(nodes)}: "${inline(sandboxWords(first?.event.message ?? ''))}".`,
    detail: { nodes, pods: pods.length },
    evidence: [...failing.slice(0, 2).map(({ event, pod }) => fromEvent(event, pod.ref)), ...agentEvidence(group)],
    ...(down === undefined ? { waitsFor: [] } : { because: [{ ref: down, mechanism: 'availability' }] }),
    affects: refsOfPods(pods),
    fixes: fixes(group, nodes),
  };
}

function agentEvidence({ agent }: SandboxGroup): readonly Evidence[] {
  if (agent === undefined) return [];
  const { name, namespace = '' } = agent.daemonSet.metadata;
  const { numberReady = 0, desiredNumberScheduled = 0 } = agent.daemonSet.status ?? {};
  const target = { group: 'apps', kind: 'DaemonSet', namespace, name };
  const pod =
    agent.pod === undefined ? '' : `; its pod on the node is ${agent.pod.stage === 'ready' ? 'ready' : 'not ready'}`;
  return [computed(target, `brings the plugin; ${numberReady} of ${desiredNumberScheduled} pods ready${pod}`)];
}

function fixes({ agent }: SandboxGroup, nodes: readonly string[]): readonly Fix[] {
  const [node = ''] = nodes;
  if (agent === undefined) {
    return [
      lookAtNode(node, `Repair the network plugin on ${node}`, [
        `On ${node}: ls /etc/cni/net.d /opt/cni/bin; journalctl -u kubelet shows the plugin's own words.`,
      ]),
    ];
  }
  const { name, namespace = '' } = agent.daemonSet.metadata;
  const target = { group: 'apps', kind: 'DaemonSet', namespace, name };
  const pod = agent.pod?.ref;
  return [
    {
      summary:
        pod === undefined
          ? `Repair ${inWords(target)}`
          : `Read the log of ${formatRef(pod)}, the plugin's agent on ${agent.pod?.pod.spec.nodeName ?? node}`,
      steps: ['The agent says why it cannot serve the plugin: its datastore, its API access or its configuration.'],
      commands:
        pod === undefined
          ? [kubectl(namespace, 'describe', `daemonset/${name}`)]
          : [kubectl(namespace, 'logs', pod.name, '--all-containers', '--tail=50')],
      effect: 'none',
      where: 'cluster',
    },
    ...(pod === undefined
      ? []
      : [
          {
            summary: `Restart ${inWords(pod)}`,
            steps: ['Its DaemonSet makes a new one, which writes configuration and plugins again.'],
            commands: [kubectl(namespace, 'delete', 'pod', pod.name)],
            effect: 'change' as const,
            where: 'cluster' as const,
          },
        ]),
  ];
}
