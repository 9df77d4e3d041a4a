import { type Analyzer, type Evidence, type Snapshot, type Volume, type VolumeMount } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { refusalRule, type Refused } from '../support/refusal-rule.ts';
import { containerField } from '../support/template.ts';
import { listed } from '../support/words.ts';
import { present } from '../support/present.ts';

/** Reports subPaths that the kubelet cannot prepare. */
export const subpathMissing: Analyzer = refusalRule(
  {
    id: 'subpath-missing',
    title: 'A subPath of a volume cannot be prepared',
    docs: {
      means:
        'A container mounts a part of a volume by subPath, and the kubelet cannot make or open it: it leads out of the volume, crosses a file, or the volume does not allow writing.',
      decides:
        'The kubelet says `failed to prepare subPath for volumeMount` about a container that it holds up now. It hides the details on purpose.',
      silent: 'For volumes that cannot be mounted at all.',
      references: ['https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath'],
    },
  },
  'sub-path',
  (refused, snapshot) => {
    const { owner, container, refusal } = refused;
    const name = refusal.what === 'sub-path' ? refusal.volume : '';
    const mount = mountOf(refused, name);
    const subPath = mount?.subPath ?? mount?.subPathExpr ?? '';
    const volume = refused.first.pod.pod.spec.volumes?.find((candidate) => candidate.name === name);
    return {
      message: `Container "${container}" of ${inWords(owner)} cannot get subPath "${subPath}" of volume "${name}"`,
      cause: `Container "${container}" of ${inWords(owner)} mounts ${subPath === '' ? 'a part' : `"${subPath}"`} of volume "${name}" (${sourceOf(volume)}) at ${mount?.mountPath ?? 'its path'}, and the kubelet cannot prepare it.`,
      evidence: mountEvidence(snapshot, refused, name, subPath),
      fixes: [
        describeFix(owner, `Correct subPath "${subPath}" or what volume "${name}" holds`, [
          `The subPath has to be a path inside the volume without ".." and without a file where a folder is needed, and the volume has to be writable if it does not exist yet.`,
          `The log of the kubelet on ${refused.first.pod.pod.spec.nodeName ?? 'the node'} has the details that the message hides.`,
        ]),
      ],
      notes: keysNote(snapshot, refused, volume),
    };
  },
);

function mountOf({ first }: Refused, volume: string): VolumeMount | undefined {
  const mounts = (first.state.container.volumeMounts ?? []).filter(({ name }) => name === volume);
  return mounts.find(({ subPath, subPathExpr }) => (subPath ?? subPathExpr ?? '') !== '') ?? mounts[0];
}

function sourceOf(volume: Volume | undefined): string {
  if (volume?.configMap !== undefined) return `ConfigMap ${volume.configMap.name ?? ''}`;
  if (volume?.secret !== undefined) return `Secret ${volume.secret.secretName ?? ''}`;
  if (volume?.persistentVolumeClaim !== undefined) return `claim ${volume.persistentVolumeClaim.claimName}`;
  if (volume?.hostPath !== undefined) return `path ${volume.hostPath.path} of the node`;
  return volume?.emptyDir === undefined ? 'its source' : 'an empty directory';
}

function mountEvidence(
  snapshot: Snapshot,
  { owner, container, first }: Refused,
  volume: string,
  subPath: string,
): readonly Evidence[] {
  const field = containerField(snapshot, owner, container);
  const index = (first.state.container.volumeMounts ?? []).findIndex(({ name }) => name === volume);
  if (index === -1) return [];
  const path = `${field?.path ?? first.state.path}.volumeMounts[${index}].subPath`;
  return [fromSpec(field === undefined ? first.pod.ref : owner, path, subPath)];
}

function keysNote(snapshot: Snapshot, { first }: Refused, volume: Volume | undefined): readonly string[] {
  const name = volume?.configMap?.name;
  const keys = name === undefined ? undefined : present(snapshot, 'ConfigMap', first.pod.ref.namespace, name)?.dataKeys;
  return keys === undefined ? [] : [`ConfigMap ${name ?? ''} has ${keys.length === 0 ? 'no keys' : listed(keys, 6)}.`];
}
