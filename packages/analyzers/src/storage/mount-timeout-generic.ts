import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Evidence, type Finding, type Fix } from '@kroot/types';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { slowVolumes, type SlowVolume } from '../support/slow-volumes.ts';

/** Reports volumes that are attached and are not mounted in time. */
export const mountTimeoutGeneric: Analyzer = {
  meta: {
    id: 'mount-timeout-generic',
    title: 'Volume is not mounted in time',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'VolumeAttachment', 'CSIDriver', 'Event'],
    breaks: ['volume'],
    docs: {
      means:
        'The kubelet gives up on a volume again and again and nothing says why. Most often it changes the owner of millions of files because of fsGroup, or a storage server answers slowly.',
      decides:
        'The only words about the volume are that it was not mounted in time, its claim is bound, and nothing about its attachment is wrong. A weak finding: whatever explains the pod better takes its place.',
      silent:
        'When any event names a cause, for volumes made of Secrets and ConfigMaps, and in the first minutes of a pod.',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#configure-volume-permission-and-ownership-change-policy-for-pods',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const slow of slowVolumes(snapshot)) if (slow.kind === 'slow') yield finding(slow);
  },
};

function finding({ claim, volume, timeouts }: SlowVolume): Finding {
  const [first] = timeouts;
  const subject = refOf(volume);
  const { fsGroup, fsGroupChangePolicy = 'Always' } = first.pod.pod.spec.securityContext ?? {};
  const chown = fsGroup !== undefined && fsGroupChangePolicy === 'Always';
  const evidence: readonly Evidence[] = chown
    ? [
        fromSpec(
          first.pod.ref,
          'spec.securityContext',
          `fsGroup: ${fsGroup}, fsGroupChangePolicy: ${fsGroupChangePolicy}`,
        ),
      ]
    : [];
  const why = chown
    ? `, most likely because the kubelet gives every file on it to group ${fsGroup} first`
    : ', and no event says why';
  return {
    rule: mountTimeoutGeneric.meta.id,
    subject,
    discriminator: first.node,
    severity: 'warning',
    confidence: CONFIDENCE.heuristic,
    ...optional('since', sinceOf(timeouts.map(({ pod }) => pod))),
    message: `Volume ${subject.name} of ${inWords(claim)} is not mounted in time on ${first.node}`,
    cause: `${inWords(first.pod.ref)} waits for ${inWords(claim)} longer than the kubelet does${why}.`,
    evidence: [fromEvent(first.event, first.pod.ref), ...evidence],
    affects: [claim],
    fixes: [fixFor(first.pod.ref, chown, subject.name)],
  };
}

function fixFor(pod: SlowVolume['claim'], chown: boolean, volume: string): Fix {
  return {
    summary: chown
      ? 'Set fsGroupChangePolicy: OnRootMismatch in the securityContext of the pod template'
      : `Find out on the node what holds up the mount of ${volume}`,
    steps: [
      chown
        ? 'The kubelet then looks at the root of the volume only and skips the files when it already belongs to the group.'
        : 'The log of the kubelet and of the node plugin of its storage driver name the step that hangs.',
    ],
    commands: [kubectl(pod.namespace, 'describe', `pod/${pod.name}`), kubectl(undefined, 'describe', `pv/${volume}`)],
    effect: 'none',
    where: 'cluster',
  };
}
