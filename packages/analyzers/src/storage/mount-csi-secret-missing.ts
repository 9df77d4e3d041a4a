import { nearNames, podClaims, podState, refOf, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type Finding,
  type PersistentVolume,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { listed } from '../support/words.ts';

/** Reports Secrets that a CSI volume needs to be attached or mounted, and that do not exist. */
export const mountCsiSecretMissing: Analyzer = {
  meta: {
    id: 'mount-csi-secret-missing',
    title: 'Secret of a CSI volume does not exist',
    role: 'fault',
    severity: 'critical',
    reads: ['PersistentVolume', 'PersistentVolumeClaim', 'Secret', 'Pod', 'Event'],
    breaks: ['volume'],
    docs: {
      means:
        'A PersistentVolume names the Secret with which its CSI driver attaches or mounts it, and that Secret is not there.',
      decides:
        'The Secret that the volume names is provably absent, and a pod that uses the volume is held up at its volumes.',
      silent: 'When Secrets could not be listed, and while no pod waits for the volume.',
      references: ['https://kubernetes-csi.github.io/docs/secrets-and-credentials-storage-class.html'],
    },
  },
  *analyze({ snapshot }) {
    const groups = new Map<string, Missing>();
    for (const pod of snapshot.list('Pod')) {
      const state = podState(snapshot, pod);
      if (!state.blocked || state.stage !== 'volumes') continue;
      for (const volume of volumesOf(snapshot, state)) {
        for (const { field, secret } of missingSecrets(snapshot, volume)) {
          const known = groups.get(refKey(secret));
          if (known === undefined) groups.set(refKey(secret), { secret, field, volume, pods: [state] });
          else known.pods.push(state);
        }
      }
    }
    for (const missing of groups.values()) yield finding(snapshot, missing);
  },
};

interface Missing {
  readonly secret: ResourceRef;
  readonly field: string;
  readonly volume: PersistentVolume;
  readonly pods: PodState[];
}

function volumesOf(snapshot: Snapshot, { pod }: PodState): readonly PersistentVolume[] {
  return podClaims(pod).flatMap(({ claim }) => {
    const found = snapshot.lookup(claim);
    const name = found.state === 'present' ? found.object.spec?.volumeName : undefined;
    const volume =
      name === undefined
        ? undefined
        : snapshot.lookup({ ...ref('PersistentVolume', undefined, name), kind: 'PersistentVolume' as const });
    return volume?.state === 'present' ? [volume.object] : [];
  });
}

function missingSecrets(
  snapshot: Snapshot,
  volume: PersistentVolume,
): readonly { readonly field: string; readonly secret: ResourceRef }[] {
  return (['controllerPublishSecretRef', 'nodeStageSecretRef', 'nodePublishSecretRef'] as const).flatMap((field) => {
    const { namespace, name } = volume.spec?.csi?.[field] ?? {};
    if (namespace === undefined || name === undefined) return [];
    const secret = ref('Secret', namespace, name);
    return snapshot.lookup(secret).state === 'absent' ? [{ field, secret }] : [];
  });
}

function finding(snapshot: Snapshot, { secret, field, volume, pods }: Missing): Finding {
  const target = refOf(volume);
  const driver = volume.spec?.csi?.driver ?? '';
  const [first] = pods;
  const near = nearNames(
    secret.name,
    snapshot.list('Secret', secret.namespace).map(({ metadata }) => metadata.name),
  );
  return {
    rule: mountCsiSecretMissing.meta.id,
    subject: secret,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    ...optional('since', sinceOf(pods)),
    message: `${inWords(secret)}, which PersistentVolume ${target.name} is mounted with, does not exist`,
    cause: `spec.csi.${field} of PersistentVolume ${target.name} names ${inWords(secret)}, which does not exist, so driver ${driver} cannot make it available to ${listed(pods.map((pod) => inWords(pod.ref)))}.`,
    detail: { volume: target.name, field },
    evidence: [
      fromSpec(target, `spec.csi.${field}`, `${secret.namespace ?? ''}/${secret.name}`),
      computed(secret, 'not in the cluster'),
      ...(first?.event === undefined ? [] : [fromEvent(first.event, first.ref)]),
    ],
    affects: refsOfPods(pods),
    fixes: [
      {
        summary: `Create ${inWords(secret)} with the credentials of driver ${driver}`,
        steps: [
          `The documentation of ${driver} tells its keys. If the Secret was renamed, create it again under this name: the field of a PersistentVolume cannot be changed.`,
        ],
        commands: [
          kubectl(undefined, 'get', 'pv', target.name, '-o', 'yaml'),
          kubectl(secret.namespace, 'get', 'secrets'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
    ...(near.length === 0
      ? {}
      : { notes: [`Secrets with similar names in ${secret.namespace ?? ''}: ${near.join(', ')}.`] }),
  };
}
