import { podState, podsOf, refOf, untoleratedTaints, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  formatRef,
  ref,
  refKey,
  type Analyzer,
  type DaemonSet,
  type Evidence,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
  type Taint,
} from '@kroot/types';
import { type MountFailure } from '../messages/mount.ts';
import { computed, fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { nodeNames } from '../support/node-names.ts';
import { nodePlugin, nodesWithDriver } from '../support/node-plugin.ts';
import { optional } from '../support/optional.ts';
import { isYounger } from '../support/pods-on-node.ts';
import { affectedBy, failuresOfKind, type VolumeFailure } from '../support/volume-failures.ts';
import { counted, listed } from '../support/words.ts';

type Failing = VolumeFailure & { readonly failure: Extract<MountFailure, { readonly kind: 'driver-missing' }> };

/** Reports CSI drivers that are not there on the nodes that need them. */
export const csiDriverNotRegistered: Analyzer = {
  meta: {
    id: 'csi-driver-not-registered',
    title: 'CSI driver does not run on the node',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'CSINode', 'DaemonSet', 'PersistentVolumeClaim', 'PersistentVolume', 'Event'],
    breaks: ['volume'],
    waitsFor: ['availability'],
    docs: {
      means:
        'The kubelet of a node knows no CSI driver of the name that a volume needs. The driver’s node plugin, normally a DaemonSet, has no pod there, or its pod does not come up.',
      decides:
        'The kubelet or attacher says so. The DaemonSet is known by the driver’s name in its template, or as the one storage plugin that runs where CSINode lists the driver and not here. The taints that keep it away are computed.',
      silent: 'During the first two minutes of a pod, and for nodes that joined less than a minute ago.',
      references: ['https://kubernetes-csi.github.io/docs/node-driver-registrar.html'],
    },
  },
  *analyze({ snapshot }) {
    const groups = new Map<string, { subject: ResourceRef; plugin: DaemonSet | undefined; failing: Failing[] }>();
    for (const one of failuresOfKind(snapshot, 'driver-missing')) {
      if (isNew(snapshot, one.node)) continue;
      const plugin = nodePlugin(snapshot, one.failure.driver, one.node);
      const subject = plugin === undefined ? ref('Node', undefined, one.node) : refOf(plugin);
      const key = `${refKey(subject)}\n${one.failure.driver}`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { subject, plugin, failing: [one] });
      else known.failing.push(one);
    }
    for (const { subject, plugin, failing } of groups.values()) yield* findings(snapshot, subject, plugin, failing);
  },
};

function isNew(snapshot: Snapshot, name: string): boolean {
  const node = snapshot.list('Node').find(({ metadata }) => metadata.name === name);
  return node !== undefined && isYounger(node, snapshot.now.getTime(), 60_000);
}

function* findings(
  snapshot: Snapshot,
  subject: ResourceRef,
  plugin: DaemonSet | undefined,
  failing: readonly Failing[],
): Iterable<Finding> {
  const [first] = failing;
  if (first === undefined) return;
  const { driver } = first.failure;
  const nodes = nodeNames(failing);
  const there = plugin === undefined ? [] : pluginPods(snapshot, plugin, nodes);
  const taints = plugin === undefined ? [] : repelling(snapshot, plugin, nodes);
  const down = there.filter(({ blocked }) => blocked);
  yield {
    rule: csiDriverNotRegistered.meta.id,
    subject,
    discriminator: driver,
    severity: 'critical',
    confidence: plugin === undefined || taints.length > 0 ? CONFIDENCE.stated : CONFIDENCE.strong,
    ...optional('since', sinceOf(failing.map(({ pod }) => pod))),
    message: `CSI driver ${driver} does not run on ${listed(nodes)}`,
    cause: `${counted(failing.length, 'pod')} on ${listed(nodes)} ${failing.length === 1 ? 'needs' : 'need'} CSI driver ${driver}, ${whyNot(plugin, there, taints)}.`,
    detail: { driver, nodes },
    evidence: [
      fromEvent(first.event, first.pod.ref),
      ...registered(snapshot, driver, nodes),
      ...taints
        .slice(0, 2)
        .map((taint) =>
          fromSpec(
            subject,
            'spec.template.spec.tolerations',
            `nothing tolerates ${taintWords(taint)} of ${listed(nodes)}`,
          ),
        ),
      ...there.slice(0, 1).map((pod) => computed(pod.ref, `stands at the stage ${pod.stage}`)),
    ],
    affects: affectedBy(failing, subject),
    ...(down.length === 0
      ? { waitsFor: [] }
      : { because: down.map((pod) => ({ ref: pod.ref, mechanism: 'availability' as const })) }),
    fixes: [fixFor(driver, plugin, nodes, taints, there)],
  };
}

function pluginPods(snapshot: Snapshot, plugin: DaemonSet, nodes: readonly string[]): readonly PodState[] {
  return podsOf(snapshot, refOf(plugin))
    .filter(({ spec }) => nodes.includes(spec.nodeName ?? ''))
    .map((pod) => podState(snapshot, pod));
}

function whyNot(plugin: DaemonSet | undefined, there: readonly PodState[], taints: readonly Taint[]): string {
  if (plugin === undefined) return 'which has not registered with the kubelet there';
  const name = inWords(refOf(plugin));
  const [pod] = there;
  if (pod !== undefined)
    return `and ${formatRef(pod.ref)} of ${name}, which brings it, ${pod.stage === 'ready' ? 'is ready but has not registered it' : 'is not ready'}`;
  if (taints.length > 0)
    return `and ${name}, which brings it, does not tolerate ${listed(taints.map(taintWords))} and so has no pod there`;
  return `and ${name}, which brings it, has no pod there`;
}

function registered(snapshot: Snapshot, driver: string, nodes: readonly string[]): readonly Evidence[] {
  const have = nodesWithDriver(snapshot, driver);
  return nodes.slice(0, 1).flatMap((name) => {
    const target = { ...ref('CSINode', undefined, name), kind: 'CSINode' as const };
    const found = snapshot.lookup(target);
    if (found.state !== 'present') return [];
    const drivers = (found.object.spec?.drivers ?? []).map((one) => one.name);
    const here = drivers.length === 0 ? 'no driver' : listed(drivers);
    return [
      computed(target, `lists ${here}; ${driver} is registered on ${have.length === 0 ? 'no node' : listed(have, 4)}`),
    ];
  });
}

function repelling(snapshot: Snapshot, plugin: DaemonSet, nodes: readonly string[]): readonly Taint[] {
  const found = new Map<string, Taint>();
  const tolerations = plugin.spec.template.spec.tolerations ?? [];
  for (const { metadata, spec } of snapshot.list('Node')) {
    if (!nodes.includes(metadata.name)) continue;
    for (const taint of untoleratedTaints(spec?.taints ?? [], tolerations)) {
      // The DaemonSet controller lets its pods tolerate these by itself.
      if (!taint.key.startsWith('node.kubernetes.io/')) found.set(taintWords(taint), taint);
    }
  }
  return [...found.values()];
}

function taintWords({ key, value = '', effect }: Taint): string {
  return `taint ${key}${value === '' ? '' : `=${value}`}:${effect}`;
}

function fixFor(
  driver: string,
  plugin: DaemonSet | undefined,
  nodes: readonly string[],
  taints: readonly Taint[],
  there: readonly PodState[],
): Fix {
  if (plugin === undefined) {
    return {
      summary: `Bring CSI driver ${driver} to ${listed(nodes)}`,
      steps: [
        'Install the driver, or let the node plugin that its release brings run on these nodes (tolerations, nodeSelector).',
      ],
      commands: [kubectl(undefined, 'get', 'csinodes'), kubectl(undefined, 'get', 'daemonsets', '-A')],
      effect: 'none',
      where: 'cluster',
    };
  }
  const { namespace, name } = refOf(plugin);
  const [pod] = there;
  if (pod !== undefined || taints.length === 0) {
    return {
      summary:
        pod === undefined
          ? `See why DaemonSet ${namespace ?? ''}/${name} has no pod on ${listed(nodes)}`
          : `Repair ${formatRef(pod.ref)}`,
      steps: [
        'The driver registers by itself once the pod is ready, and the kubelet mounts the volumes at its next try.',
      ],
      commands:
        pod === undefined
          ? [kubectl(namespace, 'describe', `daemonset/${name}`)]
          : [
              kubectl(namespace, 'describe', `pod/${pod.ref.name}`),
              kubectl(namespace, 'logs', pod.ref.name, '--all-containers', '--tail=50'),
            ],
      effect: 'none',
      where: 'cluster',
    };
  }
  const tolerations = taints.map(({ key, value = '', effect }) =>
    value === '' ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect },
  );
  const path = '/spec/template/spec/tolerations';
  const patch =
    plugin.spec.template.spec.tolerations === undefined
      ? [{ op: 'add', path, value: tolerations }]
      : tolerations.map((value) => ({ op: 'add', path: `${path}/-`, value }));
  return {
    summary: `Let DaemonSet ${namespace ?? ''}/${name} tolerate ${listed(taints.map(taintWords))}`,
    steps: [
      'Its pods then start on these nodes and register the driver. If Helm or GitOps manages the DaemonSet, set the toleration there.',
    ],
    commands: [kubectl(namespace, 'patch', `daemonset/${name}`, '--type=json', '-p', JSON.stringify(patch))],
    effect: 'change',
    where: 'cluster',
  };
}
