import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  formatRef,
  refKey,
  type Analyzer,
  type Evidence,
  type Finding,
  type Fix,
  type ResourceRef,
  type VolumeAttachment,
} from '@kroot/types';
import { attachConflicts, type AttachConflict } from '../support/attach-conflicts.ts';
import { computed, fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';
import { affectedBy } from '../support/volume-failures.ts';

/** Reports volumes for one node that pods on two nodes need. */
export const multiAttachRwo: Analyzer = {
  meta: {
    id: 'multi-attach-rwo',
    title: 'Volume is still attached to another node',
    role: 'fault',
    severity: 'critical',
    reads: [
      'Pod',
      'Node',
      'Deployment',
      'ReplicaSet',
      'PersistentVolumeClaim',
      'PersistentVolume',
      'VolumeAttachment',
      'Event',
    ],
    breaks: ['volume'],
    waitsFor: ['node-lost'],
    docs: {
      means:
        'A volume that can be attached to one node only is needed on a second one: because the first node is lost, because a rolling update starts the new pod before it stops the old one, or because an attachment was left behind.',
      decides:
        'The attach/detach controller says Multi-Attach. The pods that use the claim and the VolumeAttachment tell which node has it: a lost one explains the conflict; a Deployment whose own old pod has it needs another strategy; else the attachment or volume is to blame.',
      silent:
        'During the first two minutes of a pod, and for six minutes after the old pod was deleted: the volume then follows by itself.',
      references: [
        'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes',
        'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy',
      ],
    },
  },
  *analyze({ snapshot }) {
    const groups = new Map<string, { subject: ResourceRef; conflicts: AttachConflict[] }>();
    for (const conflict of attachConflicts(snapshot)) {
      const subject = subjectOf(conflict);
      const key = `${refKey(subject)}\n${refKey(conflict.volume)}`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { subject, conflicts: [conflict] });
      else known.conflicts.push(conflict);
    }
    for (const { subject, conflicts } of groups.values()) yield* findings(subject, conflicts);
  },
};

function subjectOf({ lostNode, deployment, attachment, volume }: AttachConflict): ResourceRef {
  if (lostNode === undefined && deployment !== undefined) return refOf(deployment);
  return attachment === undefined ? volume : refOf(attachment);
}

function* findings(subject: ResourceRef, conflicts: readonly AttachConflict[]): Iterable<Finding> {
  const [first] = conflicts;
  if (first === undefined) return;
  const { failing, volume, lostNode, heldOn } = first;
  const claim = failing.claim === undefined ? inWords(volume) : inWords(failing.claim);
  yield {
    rule: multiAttachRwo.meta.id,
    subject,
    discriminator: failing.claim?.name ?? volume.name,
    severity: 'critical',
    confidence: lostNode === undefined && first.deployment === undefined ? CONFIDENCE.strong : CONFIDENCE.stated,
    ...optional('since', sinceOf(conflicts.map((conflict) => conflict.failing.pod))),
    message: messageOf(first, claim),
    cause: causeOf(first, claim),
    detail: { volume: volume.name, node: failing.node, ...(heldOn === undefined ? {} : { heldOn }) },
    evidence: [fromEvent(failing.event, failing.pod.ref), ...evidenceOf(first)],
    affects: affectedBy(
      conflicts.map((conflict) => conflict.failing),
      subject,
    ),
    ...(lostNode === undefined ? { waitsFor: [] } : { because: [{ ref: lostNode, mechanism: 'node-lost' as const }] }),
    fixes: fixes(first),
  };
}

function messageOf({ deployment, lostNode, heldOn, failing }: AttachConflict, claim: string): string {
  if (lostNode !== undefined)
    return `${claim} cannot move to ${failing.node}: its volume is attached to ${lostNode.name}, which is lost`;
  if (deployment !== undefined) return `${inWords(refOf(deployment))} needs ${claim} on two nodes at once`;
  return `Volume of ${claim} is still attached to ${heldOn ?? 'another node'} and cannot be used on ${failing.node}`;
}

function causeOf(
  { deployment, lostNode, holders, heldOn, failing, attachment }: AttachConflict,
  claim: string,
): string {
  const [holder] = holders;
  const pod = formatRef(failing.pod.ref);
  if (lostNode !== undefined)
    return `The volume of ${claim} is attached to ${lostNode.name}, which does not report any more, so ${pod} on ${failing.node} has to wait until it is detached there.`;
  const old =
    holder === undefined
      ? `${heldOn ?? 'another node'} has it`
      : `${formatRef(holder.ref)} uses it on ${holder.pod.spec.nodeName ?? ''}`;
  if (deployment !== undefined) {
    const { strategy, replicas = 1 } = deployment.spec;
    const how =
      replicas > 1
        ? `it has ${replicas} replicas`
        : `its strategy ${strategy?.type ?? 'RollingUpdate'} keeps the old pod until the new one is ready`;
    return `${old}, ${pod} needs it on ${failing.node}, and ${how}, while the volume of ${claim} can be attached to one node only.`;
  }
  const stuck = attachment?.status?.detachError?.message;
  return `${old}, and ${pod} needs it on ${failing.node}${stuck === undefined ? '' : `; detaching fails: "${stuck.slice(0, 200)}"`}.`;
}

function evidenceOf(conflict: AttachConflict): readonly Evidence[] {
  const { attachment, holders, failing } = conflict;
  const { persistentVolume } = failing;
  const modes = (persistentVolume?.spec?.accessModes ?? []).join(', ');
  return [
    ...strategyEvidence(conflict),
    ...(persistentVolume === undefined ? [] : [fromSpec(refOf(persistentVolume), 'spec.accessModes', modes)]),
    ...(attachment === undefined ? [] : [attachmentEvidence(attachment)]),
    ...holders
      .slice(0, 1)
      .map(({ ref, pod, stage }) => computed(ref, `uses the claim on ${pod.spec.nodeName ?? ''}, stage ${stage}`)),
  ];
}

function strategyEvidence({ deployment, lostNode }: AttachConflict): readonly Evidence[] {
  if (deployment === undefined || lostNode !== undefined) return [];
  const { strategy, replicas = 1 } = deployment.spec;
  return [
    fromSpec(refOf(deployment), 'spec.strategy.type', `${strategy?.type ?? 'RollingUpdate'}, replicas ${replicas}`),
  ];
}

function attachmentEvidence(attachment: VolumeAttachment): Evidence {
  const attached = attachment.status?.attached === true;
  return fromSpec(refOf(attachment), 'spec.nodeName', `${attachment.spec?.nodeName ?? ''}, attached: ${attached}`);
}

function fixes({ deployment, lostNode, attachment, heldOn, failing }: AttachConflict): readonly Fix[] {
  if (lostNode !== undefined)
    return [
      lookAtNode(lostNode.name, `Bring ${lostNode.name} back`, [
        'Once it reports again, its pod ends and the volume moves by itself.',
      ]),
      lostFix(lostNode.name),
    ];
  if (deployment !== undefined) {
    const { namespace, name } = refOf(deployment);
    const { replicas = 1 } = deployment.spec;
    const patch = JSON.stringify({ spec: { strategy: { type: 'Recreate', rollingUpdate: null } } });
    if (replicas > 1) {
      return [
        {
          summary: `Run ${inWords(refOf(deployment))} with one replica and strategy Recreate, or give it a volume that many nodes can mount`,
          steps: [
            'Several replicas with their own volumes are a StatefulSet with volumeClaimTemplates; a shared one needs ReadWriteMany.',
          ],
          commands: [kubectl(namespace, 'get', `deployment/${name}`, '-o', 'yaml')],
          effect: 'none',
          where: 'git',
        },
      ];
    }
    return [
      {
        summary: `Set strategy Recreate on ${inWords(refOf(deployment))}`,
        steps: [
          'The old pod is then stopped first, and the volume moves with the new one; the service pauses for that long.',
        ],
        commands: [kubectl(namespace, 'patch', `deployment/${name}`, '-p', patch)],
        effect: 'change',
        where: 'cluster',
      },
    ];
  }
  const look: Fix = {
    summary: `See what keeps the volume on ${heldOn ?? 'the other node'}`,
    steps: [
      'If a pod there still uses it, stop that pod. If none does, the CSI driver has to detach it: read the log of its attacher.',
    ],
    commands: [
      kubectl(undefined, 'get', 'volumeattachments'),
      kubectl(failing.pod.ref.namespace, 'get', 'pods', '-o', 'wide'),
    ],
    effect: 'none',
    where: 'cluster',
  };
  if (attachment === undefined) return [look];
  return [
    look,
    {
      summary: `Delete the stale VolumeAttachment ${attachment.metadata.name}`,
      steps: [
        `Only when nothing on ${heldOn ?? 'that node'} writes to the volume any more: two writers destroy its file system.`,
      ],
      commands: [kubectl(undefined, 'delete', 'volumeattachment', attachment.metadata.name)],
      effect: 'destructive',
      where: 'cluster',
    },
  ];
}

function lostFix(name: string): Fix {
  return {
    summary: `If ${name} is off for good, take it out of service`,
    steps: [
      `When the machine of ${name} is certainly off, this taint lets Kubernetes detach its volumes at once instead of after six minutes.`,
    ],
    commands: [kubectl(undefined, 'taint', 'node', name, 'node.kubernetes.io/out-of-service=nodeshutdown:NoExecute')],
    effect: 'destructive',
    where: 'cluster',
  };
}
