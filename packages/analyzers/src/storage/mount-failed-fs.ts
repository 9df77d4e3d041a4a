import { groupBy, refOf, topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type Evidence,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { type FilesystemProblem, type MountFailure } from '../messages/mount.ts';
import { computed, fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { affectedBy, failuresOfKind, type VolumeFailure } from '../support/volume-failures.ts';
import { counted, inline } from '../support/words.ts';

type Failing = VolumeFailure & { readonly failure: Extract<MountFailure, { readonly kind: 'filesystem' }> };

/** Reports volumes whose file system cannot be mounted. */
export const mountFailedFs: Analyzer = {
  meta: {
    id: 'mount-failed-fs',
    title: 'File system of a volume cannot be mounted',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'PersistentVolumeClaim', 'PersistentVolume', 'Event'],
    breaks: ['volume'],
    docs: {
      means:
        'The mount command fails on the node: the helper program for the file system is not installed, the server does not answer or refuses, the file handle is stale, or the file system is damaged.',
      decides:
        'The newest telling FailedMount event of a pod that is held up at its volumes. A missing helper is the node’s fault; all else is the volume’s, or the workload’s when it names the server itself.',
      silent:
        'During the first two minutes of a pod, for words that a later time-out no longer counts, and for volumes of Secrets and ConfigMaps.',
      references: ['https://kubernetes.io/docs/concepts/storage/volumes/#nfs'],
    },
  },
  *analyze({ snapshot }) {
    const groups = groupBy(failuresOfKind(snapshot, 'filesystem'), (one) =>
      [refKey(subjectOf(snapshot, one)), one.failure.problem].join('\n'),
    );
    for (const failing of groups.values()) yield* findings(snapshot, failing);
  },
};

function subjectOf(snapshot: Snapshot, { failure, node, pod, persistentVolume }: Failing): ResourceRef {
  if (failure.problem === 'helper' && node !== '') return ref('Node', undefined, node);
  return persistentVolume === undefined ? topOwner(snapshot, pod.pod) : refOf(persistentVolume);
}

const PROBLEM_WORDS: Readonly<Record<FilesystemProblem, string>> = {
  helper: 'the helper program that mounts it is not installed there',
  refused: 'the server refuses the mount',
  unreachable: 'the server does not answer',
  stale: 'the file handle is stale',
  corrupt: 'the file system is damaged, or is none that the node knows',
  'no-path': 'its folder is not there',
  other: 'the mount command fails',
};

function* findings(snapshot: Snapshot, failing: readonly Failing[]): Iterable<Finding> {
  const [first] = failing;
  if (first === undefined) return;
  const subject = subjectOf(snapshot, first);
  const { failure, node } = first;
  const place = sourceOf(first);
  const what = `volume "${first.volume?.name ?? failure.volume}"${place === undefined ? '' : ` (${place})`}`;
  const type = failure.type === undefined ? 'file systems' : `${failure.type} file systems`;
  const helper = failure.problem === 'helper';
  const pods = failing.map(({ pod }) => pod);
  yield {
    rule: mountFailedFs.meta.id,
    subject,
    discriminator: failure.problem === 'helper' ? (failure.type ?? 'helper') : (first.volume?.name ?? failure.volume),
    severity: 'critical',
    confidence: failure.problem === 'other' ? CONFIDENCE.strong : CONFIDENCE.stated,
    ...optional('since', sinceOf(pods)),
    message: helper
      ? `Node ${node} cannot mount ${type}: the helper program is missing`
      : `Volume${what.slice('volume'.length)} of ${inWords(first.claim ?? first.pod.ref)} cannot be mounted on ${node}`,
    cause: `Mounting ${what} of ${inWords(first.pod.ref)} on ${node} fails because ${PROBLEM_WORDS[failure.problem]}: "${inline(telling(failure.detail))}".`,
    detail: { node, pods: pods.length, problem: failure.problem },
    evidence: [
      fromEvent(first.event, first.pod.ref),
      ...sourceEvidence(first),
      computed(
        subject,
        `${counted(pods.length, 'pod')} held up by it on ${counted(new Set(failing.map((one) => one.node)).size, 'node')}`,
      ),
    ],
    affects: affectedBy(failing, subject),
    fixes: [fixFor(first, place)],
  };
}

/** The part of the words that says why: mount prints its arguments first. */
function telling(detail: string): string {
  const output = /(?:Output|output): ([^]+)$/.exec(detail)?.[1] ?? detail;
  return output.replaceAll(/\/\S*\/volumes\/kubernetes\.io~\w+\/\S+/g, 'the mount point');
}

/** Where the data lies, as the pod or PersistentVolume says: `nfs 10.0.0.1:/data`. */
function sourceOf({ volume, persistentVolume }: Failing): string | undefined {
  const nfs = volume?.nfs ?? persistentVolume?.spec?.nfs;
  if (nfs !== undefined) return `nfs ${nfs.server}:${nfs.path}`;
  const csi = persistentVolume?.spec?.csi;
  return csi === undefined ? undefined : `${csi.driver} ${csi.volumeHandle ?? ''}`.trim();
}

function sourceEvidence(failing: Failing): readonly Evidence[] {
  const { persistentVolume, volume, pod } = failing;
  const source = sourceOf(failing);
  if (source === undefined) return [];
  if (persistentVolume !== undefined)
    return [
      fromSpec(refOf(persistentVolume), persistentVolume.spec?.nfs === undefined ? 'spec.csi' : 'spec.nfs', source),
    ];
  const index = (pod.pod.spec.volumes ?? []).findIndex(({ name }) => name === volume?.name);
  return [fromSpec(pod.ref, `spec.volumes[${index}]`, source)];
}

function fixFor({ node, failure, pod }: Failing, place: string | undefined): Fix {
  const steps: Readonly<Record<FilesystemProblem, readonly string[]>> = {
    helper: [
      `On ${node}: install the package with /sbin/mount.${failure.type ?? 'nfs'} (for nfs: nfs-common on Debian and Ubuntu, nfs-utils on Red Hat and SUSE).`,
      'Do the same on every node that may get such pods; the kubelet mounts the volume by itself at its next try.',
    ],
    refused: [
      `See on the server of ${place ?? 'the volume'} whether the path is exported to ${node}, and whether it exists.`,
    ],
    unreachable: [
      `See whether the server of ${place ?? 'the volume'} runs, and whether ${node} reaches it through firewalls and routes.`,
    ],
    stale: [
      `On ${node}: unmount the stale mount point; see on the server of ${place ?? 'the volume'} whether the export was replaced.`,
    ],
    corrupt: [
      `Take a snapshot of ${place ?? 'the volume'} first, then check the file system: fsck on a machine that has it attached.`,
    ],
    'no-path': [`Make the folder on ${node}, or correct the path in the volume; what was in it is not there.`],
    other: ['Run the mount command from the event by hand on the node: it prints the reason.'],
  };
  return {
    summary:
      failure.problem === 'helper'
        ? `Install the mount helper on ${node}`
        : `Repair ${place ?? 'the source of the volume'}`,
    steps: steps[failure.problem],
    commands: [kubectl(pod.ref.namespace, 'describe', kubectlName(pod.ref))],
    effect: 'none',
    where: failure.problem === 'helper' ? 'node' : 'cluster',
  };
}
