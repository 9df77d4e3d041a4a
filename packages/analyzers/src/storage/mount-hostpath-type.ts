import { podState, podsOf, topOwner } from '@kroot/graph';
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
import { type MountFailure } from '../messages/mount.ts';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { nodeNames } from '../support/node-names.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { failuresOfKind, type VolumeFailure } from '../support/volume-failures.ts';
import { listed } from '../support/words.ts';

type Failing = VolumeFailure & { readonly failure: Extract<MountFailure, { readonly kind: 'host-path' }> };

/** Reports hostPath volumes whose path is not what their type asks for. */
export const mountHostpathType: Analyzer = {
  meta: {
    id: 'mount-hostpath-type',
    title: 'hostPath is not of the type that the volume asks for',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'Event', 'ReplicaSet'],
    breaks: ['volume'],
    docs: {
      means:
        'A hostPath volume has a type such as Directory or File, and the path on the node is missing or is something else, so the kubelet does not start the pod.',
      decides:
        'The kubelet says that the type check failed. If pods of the same workload are ready on other nodes the node lacks the path; if none is, the workload asks for a path that its nodes do not have.',
      silent: 'During the first two minutes of a pod, and for hostPath volumes without type, which are not checked.',
      references: ['https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types'],
    },
  },
  *analyze({ snapshot }) {
    const groups = new Map<string, { subject: ResourceRef; failing: Failing[] }>();
    for (const one of failuresOfKind(snapshot, 'host-path')) {
      const subject = subjectOf(snapshot, one);
      const key = `${refKey(subject)}\n${one.failure.path}`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { subject, failing: [one] });
      else known.failing.push(one);
    }
    for (const { subject, failing } of groups.values()) yield* findings(subject, failing);
  },
};

function subjectOf(snapshot: Snapshot, { pod, node }: Failing): ResourceRef {
  const owner = topOwner(snapshot, pod.pod);
  const elsewhere = podsOf(snapshot, owner).some(
    (other) => other.spec.nodeName !== node && podState(snapshot, other).stage === 'ready',
  );
  return elsewhere ? ref('Node', undefined, node) : owner;
}

function* findings(subject: ResourceRef, failing: readonly Failing[]): Iterable<Finding> {
  const [first] = failing;
  if (first === undefined) return;
  const { failure, pod, volume } = first;
  const { path, wanted } = failure;
  const nodes = nodeNames(failing);
  const name = volume?.name ?? failure.volume ?? '';
  const index = (pod.pod.spec.volumes ?? []).findIndex((candidate) => candidate.name === name);
  yield {
    rule: mountHostpathType.meta.id,
    subject,
    discriminator: path,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(failing.map((one) => one.pod))),
    message: `hostPath ${path} on ${listed(nodes)} is no ${wanted}`,
    cause: `Volume "${name}" of ${inWords(pod.ref)} wants ${path} to be a ${wanted}${volume?.hostPath?.type === undefined ? '' : ` (type ${volume.hostPath.type})`}, and on ${listed(nodes)} it is missing or something else.`,
    detail: { path, nodes },
    evidence: [
      fromEvent(first.event, pod.ref),
      ...(index === -1
        ? []
        : [
            fromSpec(
              pod.ref,
              `spec.volumes[${index}].hostPath`,
              `${path}, type ${volume?.hostPath?.type ?? 'not set'}`,
            ),
          ]),
    ],
    affects: refsOfPods(failing.map((one) => one.pod)),
    fixes: fixes(subject, first, nodes),
  };
}

function fixes(
  subject: ResourceRef,
  { failure: { path, wanted }, pod }: Failing,
  nodes: readonly string[],
): readonly Fix[] {
  const make =
    wanted === 'directory'
      ? `On ${listed(nodes)}: mkdir -p ${path}`
      : `On ${listed(nodes)}: see what ${path} is; ls -ld ${path}`;
  const onNode: Fix = {
    summary: `Provide ${path} on ${listed(nodes)}`,
    steps: [make, 'The kubelet tries again by itself.'],
    commands: [kubectl(pod.ref.namespace, 'describe', kubectlName(pod.ref))],
    effect: 'none',
    where: 'node',
  };
  if (subject.kind === 'Node' || (wanted !== 'directory' && wanted !== 'file')) return [onNode];
  const type = wanted === 'directory' ? 'DirectoryOrCreate' : 'FileOrCreate';
  return [
    onNode,
    {
      summary: `Or let the kubelet create it: type ${type}`,
      steps: [
        `Change hostPath.type of the volume in the template of ${inWords(subject)} to ${type}; the workload must then cope with an empty ${wanted}.`,
      ],
      commands: [kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml')],
      effect: 'none',
      where: 'git',
    },
  ];
}
