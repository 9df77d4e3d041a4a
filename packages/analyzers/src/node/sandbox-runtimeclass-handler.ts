import { groupBy } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type Finding, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { computed, fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { ownersOfPods, refsOfPods } from '../support/pods-on-node.ts';
import { failingSandboxes, type FailingSandbox } from '../support/sandbox-failures.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';
import { counted, listed } from '../support/words.ts';

/** Reports RuntimeClasses whose handler the runtime of a node does not know. */
export const sandboxRuntimeclassHandler: Analyzer = {
  meta: {
    id: 'sandbox-runtimeclass-handler',
    title: 'Node has no runtime for the handler of a RuntimeClass',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'RuntimeClass', 'Event'],
    breaks: ['sandbox'],
    docs: {
      means:
        'The RuntimeClass of the pod names a handler, such as runsc or kata, that the container runtime of the pod’s node is not configured with.',
      decides:
        'Pods stand at the sandbox stage and the newest FailedCreatePodSandBox event says that no runtime is configured for the handler. The RuntimeClass is the fault: its handler is not the one on the nodes, or it does not keep its pods to the nodes that have it. Without a RuntimeClass in the pod the node’s own default is.',
      silent: 'During the first 60 s of a pod, and for events that a later step of the pod has outdated.',
      references: ['https://kubernetes.io/docs/concepts/containers/runtime-class/'],
    },
  },
  *analyze({ snapshot }) {
    const failing = failingSandboxes(snapshot).filter(({ failure }) => failure.kind === 'handler');
    const groups = groupBy(failing, ({ pod, node, failure }) => {
      const name = pod.pod.spec.runtimeClassName ?? '';
      return `${failure.handler ?? ''}\n${name === '' ? `Node ${node}` : `RuntimeClass ${name}`}`;
    });
    for (const [first, ...more] of groups.values()) if (first !== undefined) yield finding(snapshot, first, more);
  },
};

function finding(snapshot: Snapshot, first: FailingSandbox, more: readonly FailingSandbox[]): Finding {
  const group = [first, ...more];
  const handler = first.failure.handler ?? '';
  const nodes = [...new Set(group.map(({ node }) => node))].toSorted();
  const pods = group.map(({ pod }) => pod);
  const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
  const name = first.pod.pod.spec.runtimeClassName ?? '';
  const subject = name === '' ? ref('Node', undefined, first.node) : ref('RuntimeClass', undefined, name);
  return {
    rule: sandboxRuntimeclassHandler.meta.id,
    subject,
    discriminator: handler,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(pods)),
    message: `The runtime on ${listed(nodes)} has no handler ${handler}${name === '' ? '' : `, which ${inWords(subject)} asks for`}`,
    cause: `${counted(pods.length, 'pod')} of ${listed(owners)} ${pods.length === 1 ? 'is' : 'are'} to run with handler ${handler}, and the container runtime on ${listed(nodes)} is not configured with it.`,
    detail: { handler, nodes, pods: pods.length },
    evidence: [
      ...group.slice(0, 2).map(({ event, pod }) => fromEvent(event, pod.ref)),
      ...(name === '' ? [] : [fromSpec(first.pod.ref, 'spec.runtimeClassName', name)]),
      ...placement(snapshot, subject),
    ],
    affects: refsOfPods(pods),
    fixes: fixes(snapshot, subject, handler, nodes),
  };
}

function placement(snapshot: Snapshot, subject: ResourceRef): ReturnType<typeof fromSpec>[] {
  const found = snapshot.lookup({ ...subject, kind: 'RuntimeClass' as const });
  if (subject.kind !== 'RuntimeClass' || found.state !== 'present') return [];
  const selector = found.object.scheduling?.nodeSelector ?? {};
  const terms = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return [
    fromSpec(subject, 'handler', found.object.handler ?? ''),
    terms.length === 0
      ? computed(subject, 'has no scheduling.nodeSelector, so its pods go to any node')
      : fromSpec(subject, 'scheduling.nodeSelector', terms.join(', ')),
  ];
}

function fixes(
  snapshot: Snapshot,
  subject: ResourceRef,
  handler: string,
  nodes: readonly string[],
): readonly [Fix, ...Fix[]] {
  const [node = ''] = nodes;
  const install = lookAtNode(node, `Install handler ${handler} on ${listed(nodes)}`, [
    `Add handler ${handler} to the configuration of the container runtime on ${listed(nodes)} and restart the runtime; status.runtimeHandlers of the node lists it afterwards.`,
  ]);
  if (subject.kind !== 'RuntimeClass') return [install];
  const others = snapshot.list('Node').some(({ metadata }) => !nodes.includes(metadata.name));
  return [
    install,
    {
      summary: others
        ? `Or keep the pods of ${inWords(subject)} to nodes that have handler ${handler}`
        : `Or correct the handler of ${inWords(subject)}`,
      steps: [
        others
          ? `Set scheduling.nodeSelector of ${inWords(subject)} to a label of those nodes, and delete the waiting pods.`
          : `The handler of a RuntimeClass cannot be changed: delete ${inWords(subject)} and create it again with a handler that the nodes have.`,
      ],
      commands: [kubectl(undefined, 'get', `runtimeclass/${subject.name}`, '-o', 'yaml')],
      effect: 'none',
      where: 'cluster',
    },
  ];
}
