import { refOf, untoleratedTaints, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  formatRef,
  type Analyzer,
  type AnalyzerContext,
  type DaemonSet,
  type Evidence,
  type Finding,
  type Fix,
} from '@kroot/types';
import { cniAgent, type CniAgent } from '../support/cni-agent.ts';
import { computed, fromCondition, fromContainer, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { lookAtNode, NODE_BREAKS, unhealthyFinding } from '../support/unhealthy-finding.ts';
import { nodesOfKind } from '../support/nodes-of-kind.ts';
import { type UnhealthyNode } from '../support/unhealthy-nodes.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Reports nodes that have no working network plugin, or the DaemonSet that should bring it to them. */
export const nodeNotReadyCni: Analyzer = {
  meta: {
    id: 'node-not-ready-cni',
    title: 'Node has no working network plugin',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'DaemonSet', 'ConfigMap', 'Pod', 'Lease', 'Event'],
    breaks: NODE_BREAKS,
    waitsFor: ['availability', 'pod-creation'],
    docs: {
      means:
        'The kubelet finds no usable CNI configuration, so it can give no pod a network. The plugin is normally brought by a DaemonSet, whose pod on the node is missing or fails.',
      decides:
        'Ready is False and its message says that the network plugin is not ready. The DaemonSet is known by the CNI folders of the host or the CNI configuration that it mounts. If it runs no pod on the node it is what is wrong; if its pod there fails, that pod explains the node.',
      silent: 'For nodes that joined less than 3 min ago or whose kubelet started less than 60 s ago.',
      references: [
        'https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/',
        'https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/',
      ],
    },
  },
  *analyze(context) {
    const absent = new Map<DaemonSet, UnhealthyNode[]>();
    for (const unhealthy of nodesOfKind(context.snapshot, 'cni')) {
      const agent = cniAgent(context.snapshot, unhealthy.node.metadata.name);
      if (agent === undefined || agent.pod !== undefined || !seesPods(context, agent.daemonSet)) {
        yield onNode(context, unhealthy, agent);
        continue;
      }
      const known = absent.get(agent.daemonSet);
      if (known === undefined) absent.set(agent.daemonSet, [unhealthy]);
      else known.push(unhealthy);
    }
    for (const [daemonSet, nodes] of absent) yield onDaemonSet(daemonSet, nodes);
  },
};

function seesPods({ snapshot }: AnalyzerContext, daemonSet: DaemonSet): boolean {
  if (snapshot.coverage.state('Pod', daemonSet.metadata.namespace) === 'complete') return true;
  return daemonSet.status?.desiredNumberScheduled === 0;
}

function onNode({ snapshot }: AnalyzerContext, unhealthy: UnhealthyNode, agent: CniAgent | undefined): Finding {
  const { name } = unhealthy.node.metadata;
  const pod = agent?.pod;
  const failing = pod !== undefined && pod.stage !== 'ready';
  const culprit = failing ? `; the pod that brings the plugin, ${formatRef(pod.ref)}, is not ready` : '';
  const finding = unhealthyFinding(snapshot, nodeNotReadyCni.meta, unhealthy, {
    message: `Node ${name} has no working network plugin`,
    cause: `The kubelet of ${name} says "${inline(unhealthy.condition.message ?? '')}"${culprit}.`,
    fixes: [nodeFix(name, agent)],
  });
  const evidence = failing ? [...finding.evidence, ...agentEvidence(pod)] : finding.evidence;
  return failing
    ? { ...finding, evidence, because: [{ ref: pod.ref, mechanism: 'availability' }] }
    : { ...finding, waitsFor: [] };
}

/** What the plugin's own pod complains of: on a node that only lacks its network, the kubelet still reports it. */
function agentEvidence({ ref: target, containers }: PodState): readonly Evidence[] {
  const held = containers.find(({ stage }) => stage !== 'ready' && stage !== 'completed' && stage !== 'unknown');
  return held === undefined ? [] : [fromContainer(target, held)];
}

function nodeFix(name: string, agent: CniAgent | undefined): Fix {
  if (agent?.pod === undefined) {
    return lookAtNode(name, `Bring the network plugin to ${name}`, [
      `On ${name}: ls /etc/cni/net.d /opt/cni/bin shows whether configuration and plugins are there.`,
      'Install the network plugin of this cluster, or repair the DaemonSet that brings it.',
    ]);
  }
  const { namespace, name: pod } = agent.pod.ref;
  return {
    summary: `Repair ${formatRef(agent.pod.ref)}, which brings the network plugin to ${name}`,
    steps: ['Its events and logs tell why the plugin is not set up; the node becomes Ready by itself afterwards.'],
    commands: [
      kubectl(namespace, 'describe', `pod/${pod}`),
      kubectl(namespace, 'logs', pod, '--all-containers', '--tail=50'),
    ],
    effect: 'none',
    where: 'cluster',
  };
}

interface Repelled {
  readonly key: string;
  readonly effect: string;
  readonly value: string;
}

/** The taints of all the nodes that keep the DaemonSet away, but for those that mirror that the nodes are not ready. */
function repelling(daemonSet: DaemonSet, nodes: readonly UnhealthyNode[]): readonly Repelled[] {
  const found = new Map<string, Repelled>();
  // The DaemonSet controller adds these tolerations to its pods itself.
  const own = [
    'not-ready',
    'unreachable',
    'disk-pressure',
    'memory-pressure',
    'pid-pressure',
    'unschedulable',
    'network-unavailable',
  ];
  const added = own.map((key) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists' }));
  for (const { node } of nodes) {
    const tolerations = [...(daemonSet.spec.template.spec.tolerations ?? []), ...added];
    for (const { key, effect, value = '' } of untoleratedTaints(node.spec?.taints ?? [], tolerations)) {
      found.set(`${key}:${effect}`, { key, effect, value });
    }
  }
  return [...found.values()];
}

function onDaemonSet(daemonSet: DaemonSet, nodes: readonly UnhealthyNode[]): Finding {
  const subject = refOf(daemonSet);
  const names = nodes.map(({ node }) => node.metadata.name);
  const taints = repelling(daemonSet, nodes);
  const [first] = nodes;
  const wanted = daemonSet.status?.desiredNumberScheduled ?? 0;
  const why =
    taints.length > 0
      ? `does not tolerate ${taints.length === 1 ? 'taint' : 'taints'} ${listed(taints.map(taintWords))} of ${listed(names)}, so it puts no pod there`
      : `has no pod on ${listed(names)}`;
  return {
    rule: nodeNotReadyCni.meta.id,
    subject,
    severity: 'critical',
    confidence: taints.length > 0 ? CONFIDENCE.proved : CONFIDENCE.strong,
    ...optional('since', first?.condition.lastTransitionTime),
    message: `${inWords(subject)} brings no network plugin to ${listed(names)}`,
    cause: `${inWords(subject)}, which brings the network plugin, ${why}, and ${nodes.length === 1 ? 'the kubelet there finds' : 'the kubelets there find'} no plugin.`,
    detail: { nodes: names },
    // Pods that the DaemonSet wants and does not have are refused at their creation.
    waitsFor: taints.length > 0 || wanted === 0 ? [] : ['pod-creation'],
    evidence: [
      ...nodes.slice(0, 2).map(({ ref, condition }) => fromCondition(ref, condition)),
      ...taints
        .slice(0, 2)
        .map((taint) => fromSpec(subject, 'spec.template.spec.tolerations', `nothing tolerates ${taintWords(taint)}`)),
      computed(subject, `wants ${counted(wanted, 'pod')}; has none on ${listed(names, 6)}`),
    ],
    affects: [
      ...nodes.map(({ ref }) => ref),
      ...refsOfPods(nodes.flatMap(({ pods, keptOut }) => [...pods, ...keptOut.map(({ pod }) => pod)])),
    ],
    fixes: [daemonSetFix(daemonSet, taints)],
  };
}

function taintWords({ key, value, effect }: Repelled): string {
  return `${key}${value === '' ? '' : `=${value}`}:${effect}`;
}

function daemonSetFix(daemonSet: DaemonSet, taints: readonly Repelled[]): Fix {
  const subject = refOf(daemonSet);
  const { namespace, name } = subject;
  if (taints.length === 0) {
    return {
      summary: `See why ${inWords(subject)} puts no pod there`,
      steps: [
        'Its events say what refuses its pods; if there are none, compare nodeSelector and affinity of its template with the labels of the nodes.',
      ],
      commands: [kubectl(namespace, 'describe', `daemonset/${name}`)],
      effect: 'none',
      where: 'cluster',
    };
  }
  const tolerations = taints.map(({ key, effect }) => ({ key, operator: 'Exists', effect }));
  const have = daemonSet.spec.template.spec.tolerations !== undefined;
  const path = '/spec/template/spec/tolerations';
  const patch = have
    ? tolerations.map((value) => ({ op: 'add', path: `${path}/-`, value }))
    : [{ op: 'add', path, value: tolerations }];
  return {
    summary: `Let ${inWords(subject)} tolerate ${listed(taints.map(({ key }) => key))}`,
    steps: ['A DaemonSet that brings the network must run on nodes before they are ready and initialised.'],
    commands: [kubectl(namespace, 'patch', `daemonset/${name}`, '--type=json', '-p', JSON.stringify(patch))],
    effect: 'change',
    where: 'cluster',
  };
}
