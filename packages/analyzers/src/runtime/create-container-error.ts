import { CONFIDENCE, type Analyzer, type Evidence, type Volume } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault, containerField, type FaultGroup, type Told } from '../support/container-fault.ts';
import { editByHand, rollBack } from '../support/container-fixes.ts';
import { fromSpec } from '../support/evidence.ts';
import { runtimeWords } from '../messages/start-error.ts';
import { inWords } from '../support/kubectl.ts';
import { inline } from '../support/words.ts';

/** Reports containers that the runtime cannot create or start, for reasons without a rule of their own. */
export const createContainerError: Analyzer = containerFault(
  {
    id: 'create-container-error',
    title: 'Runtime cannot create the container',
    breaks: ['container-start'],
    docs: {
      means:
        'Image and configuration are there, but the runtime cannot set the container up: a path it must create is read-only, a file is mounted where a directory is, or the image names no command.',
      decides:
        "CreateContainerError or RunContainerError whose words are none of the known classes (program not found, not executable, wrong architecture, too little memory). Words about a path are matched with the pod's hostPath volumes.",
      silent: 'For "failed to reserve container name", which passes.',
      references: ['https://kubernetes.io/docs/concepts/storage/volumes/#hostpath'],
    },
  },
  (group) => {
    const failure = group.first.startError?.failure;
    if (failure === 'read-only-path') return readOnly(group);
    const said = inline(withoutIds(runtimeWords(group.first.text ?? '')), 240);
    const reason = group.first.state.reason ?? 'CreateContainerError';
    return {
      message: `${capital(group.words)} cannot be created: ${said === '' ? reason : short(said)}`,
      cause:
        said === ''
          ? `The kubelet gives ${reason} for container "${group.container}" and no words.`
          : `The runtime cannot create container "${group.container}": ${said}.`,
      confidence: said === '' ? CONFIDENCE.strong : CONFIDENCE.stated,
      notes: notesOf(failure),
      fixes: [
        ...rollBack(group),
        editByHand(group, `Correct what the runtime refuses in container "${group.container}"`, stepsOf(failure)),
      ],
    };
  },
);

/** Each try has another container id; nothing else of it may tell two messages apart. */
function withoutIds(text: string): string {
  return text.replace(/^Error: /, '').replaceAll(/\s?"?\b[0-9a-f]{32,64}\b"?/g, '');
}

function short(text: string): string {
  const last = text.split(': ').slice(-2).join(': ');
  return last.length < 12 ? text.slice(0, 120) : last.slice(0, 120);
}

function notesOf(failure: string | undefined): readonly string[] {
  return failure === 'mount-type'
    ? ['A single file needs subPath, or the mounted path exists in the image as the other kind.']
    : [];
}

function stepsOf(failure: string | undefined): readonly string[] {
  if (failure === 'no-command') return ['The image has neither ENTRYPOINT nor CMD: set command on the container.'];
  if (failure === 'mount-type') return ['Mount a directory on a directory and a file (subPath) on a file.'];
  return ['The words of the runtime name the setting; compare it with the container and its volumes.'];
}

function readOnly(group: FaultGroup): Told {
  const { first, container, pods } = group;
  const path = first.startError?.path ?? '';
  const volume = hostPathOver(first.pod.pod.spec.volumes ?? [], path);
  const nodes = new Set(pods.map(({ pod }) => pod.spec.nodeName));
  const where = nodes.size === 1 ? `node ${first.pod.pod.spec.nodeName ?? ''}` : `${nodes.size} nodes`;
  const subject = volume === undefined ? `path ${path}` : `hostPath ${volume.path} of volume ${volume.name}`;
  const mounts = containerField(group, 'volumeMounts', first.state.container.volumeMounts ?? []);
  return {
    message: `${capital(group.words)} cannot be created: ${path} is on a read-only file system of the node`,
    cause: `The runtime must create ${subject} for container "${container}", and the file system there is read-only on ${where}.`,
    evidence: volume === undefined ? [mounts] : [volumeEvidence(group, volume)],
    notes: [
      'A hostPath without a type is created by the runtime when it is missing; no FailedMount event tells of it.',
    ],
    fixes: [
      editByHand(group, `Use a path that is writable on the nodes instead of ${path} for ${inWords(group.owner)}`, [
        `Change ${subject} in the pod template, or in the value of the chart that sets it.`,
        'Operating systems with an immutable root keep writable state below /var.',
      ]),
      ...rollBack(group),
    ],
  };
}

interface HostPath {
  readonly name: string;
  readonly path: string;
  readonly quote: string;
}

function hostPathOver(volumes: readonly Volume[], path: string): HostPath | undefined {
  for (const { name, hostPath } of volumes) {
    if (hostPath !== undefined && covers(hostPath.path, path)) {
      return { name, path: hostPath.path, quote: JSON.stringify(hostPath) };
    }
  }
  return undefined;
}

function volumeEvidence({ owner, place, first }: FaultGroup, { name, quote }: HostPath): Evidence {
  const [target, prefix] = place === undefined ? [first.pod.ref, 'spec'] : [owner, place.path.replace(/\.[^.]+$/, '')];
  return fromSpec(target, `${prefix}.volumes[${name}].hostPath`, quote);
}

function covers(hostPath: string, path: string): boolean {
  const plain = hostPath.replace(/\/+$/, '');
  return plain === path || plain.startsWith(`${path}/`) || path.startsWith(`${plain}/`);
}
