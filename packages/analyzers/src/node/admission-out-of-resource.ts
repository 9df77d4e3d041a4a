import { podState, topOwner, type PodState } from '@kroot/graph';
import {
  compareRefs,
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type Finding,
  type Fix,
  type PodSpec,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { podSpecPath, templatePatch } from '../support/template-patch.ts';
import { podSpecField } from '../support/template.ts';
import { isWhole } from '../support/whole.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Reports workloads whose pods a kubelet refuses, because the node lacks what they request. */
export const admissionOutOfResource: Analyzer = {
  meta: {
    id: 'admission-out-of-resource',
    title: 'Node refuses pods for want of a resource',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet'],
    breaks: ['node-admission', 'availability'],
    docs: {
      means:
        'The kubelet checks a pod again before it starts it and fails it with OutOfcpu, OutOfmemory and the like. That happens to pods that name their node themselves, since no scheduler has counted, and in races when a node comes back; the controller makes new ones, and failed pods pile up.',
      decides:
        'Failed pods with reason OutOf and a resource, of a workload that does not have the pods it wants. Requested, used and capacity are in the message.',
      silent: 'When the workload has all its pods: what is left of a race is only clutter.',
      references: ['https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/lifecycle/predicate.go'],
    },
  },
  *analyze({ snapshot }) {
    for (const group of groups(snapshot)) if (!isWhole(snapshot, group.owner)) yield finding(snapshot, group);
  },
};

interface Group {
  readonly owner: ResourceRef;
  readonly resource: string;
  readonly pods: [PodState, ...PodState[]];
}

function groups(snapshot: Snapshot): readonly Group[] {
  const found = new Map<string, Group>();
  for (const pod of snapshot.list('Pod')) {
    const { phase, reason = '' } = pod.status ?? {};
    const resource = /^OutOf(\S{1,253})$/.exec(reason)?.[1];
    if (phase !== 'Failed' || resource === undefined || (pod.spec.nodeName ?? '') === '') continue;
    const owner = topOwner(snapshot, pod);
    const key = `${refKey(owner)}\n${resource}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { owner, resource, pods: [podState(snapshot, pod)] });
    else known.pods.push(podState(snapshot, pod));
  }
  return [...found.values()].toSorted((a, b) => compareRefs(a.owner, b.owner));
}

function finding(snapshot: Snapshot, { owner, resource, pods }: Group): Finding {
  const [{ pod, ref: first }] = pods;
  const nodes = [...new Set(pods.map((state) => state.pod.spec.nodeName ?? ''))].toSorted();
  const template = owner.kind === 'Pod' ? pod.spec : podSpecField(snapshot, owner)?.spec;
  const pinned = template?.nodeName !== undefined && template.nodeName !== '';
  const message = pod.status?.message ?? '';
  const words = message === '' ? '' : `: "${inline(message)}"`;
  const own = pinned ? '; the template names the node itself, so no scheduler has looked for room' : '';
  return {
    rule: admissionOutOfResource.meta.id,
    subject: owner,
    discriminator: resource,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    message: `${nodes.length === 1 ? 'Node' : 'Nodes'} ${listed(nodes)} ${nodes.length === 1 ? 'refuses' : 'refuse'} the pods of ${inWords(owner)}: not enough ${resource}`,
    cause: `The kubelet of ${listed(nodes)} refused ${counted(pods.length, 'pod')} of ${inWords(owner)} (OutOf${resource})${words}${own}.`,
    detail: { resource, pods: pods.length },
    evidence: [
      fromSpec(first, 'status.message', `OutOf${resource}: ${message}`),
      ...(pinned ? [fromSpec(owner, `${podSpecPath(owner)}.nodeName`, template.nodeName)] : []),
      ...nodes.slice(0, 2).map((name) => computed(ref('Node', undefined, name), 'has not enough left for it')),
    ],
    affects: [owner, ...refsOfPods(pods)],
    fixes: fixes({ owner, template, pinned }, nodes),
  };
}

interface Pinned {
  readonly owner: ResourceRef;
  readonly template: PodSpec | undefined;
  readonly pinned: boolean;
}

function fixes({ owner, template, pinned }: Pinned, nodes: readonly string[]): readonly Fix[] {
  const target = { owner, template };
  const less: Fix = {
    summary: `Let ${inWords(owner)} request no more than ${listed(nodes)} can give`,
    steps: ['Compare resources.requests with what is allocated on the node; pods that have ended do not count.'],
    commands: [
      ...nodes.slice(0, 2).map((name) => kubectl(undefined, 'describe', `node/${name}`)),
      kubectl(owner.namespace, 'describe', kubectlName(owner)),
    ],
    effect: 'none',
    where: 'git',
  };
  if (!pinned) return [less];
  return [
    {
      summary: `Take nodeName out of ${inWords(owner)}: the scheduler finds a node with room`,
      steps: ['Failed pods that are left over can be deleted afterwards.'],
      commands: templatePatch(target, [{ op: 'remove', path: '/nodeName' }]),
      effect: 'change',
      where: 'cluster',
    },
    less,
  ];
}
