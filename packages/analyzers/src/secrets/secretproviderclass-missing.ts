import { groupBy } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type Finding, type ResourceRef, type Snapshot } from '@kroot/types';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { elsewhere, similarObjects } from '../support/near-objects.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { failuresOfKind } from '../support/volume-failures.ts';
import { inline, listed } from '../support/words.ts';

const GROUP = 'secrets-store.csi.x-k8s.io';
type Failure = ReturnType<typeof failuresOfKind<'secret-provider'>>[number];

/** Reports SecretProviderClasses that are missing, or whose provider gives no secrets. */
export const secretproviderclassMissing: Analyzer = {
  meta: {
    id: 'secretproviderclass-missing',
    title: 'Secrets of an external store cannot be mounted',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Event', `SecretProviderClass.${GROUP}`],
    breaks: ['volume'],
    docs: {
      means:
        'A volume is filled from an external store by the CSI driver for secrets, and its SecretProviderClass is not in the namespace, or its provider refuses.',
      decides:
        'The kubelet says about a volume that a pod waits for now: `failed to get secretproviderclass … not found` or `failed to mount secrets store objects`.',
      silent: 'Once the volume is mounted.',
      references: ['https://secrets-store-csi-driver.sigs.k8s.io/troubleshooting'],
    },
  },
  *analyze({ snapshot }) {
    const failures = failuresOfKind(snapshot, 'secret-provider').flatMap((failure) => {
      const target = classOf(failure);
      return target === undefined ? [] : [{ failure, target }];
    });
    for (const group of groupBy(failures, ({ target }) => refKey(target)).values()) {
      const [first] = group;
      if (first !== undefined)
        yield finding(
          snapshot,
          first.target,
          first.failure,
          group.map(({ failure }) => failure),
        );
    }
  },
};

function classOf({ pod, volume }: Failure): ResourceRef | undefined {
  const name = volume?.csi?.volumeAttributes?.secretProviderClass;
  return name === undefined
    ? undefined
    : { group: GROUP, kind: 'SecretProviderClass', namespace: pod.ref.namespace ?? '', name };
}

function finding(snapshot: Snapshot, subject: ResourceRef, first: Failure, all: readonly Failure[]): Finding {
  const pods = all.map(({ pod }) => pod);
  const { missing, detail } = first.failure;
  const volume = first.volume?.name ?? '';
  const listKind = { ...subject, kind: `${subject.kind}.${GROUP}` };
  const near = missing ? [...similarObjects(snapshot, subject), ...elsewhere(snapshot, listKind)] : [];
  return {
    rule: secretproviderclassMissing.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(pods)),
    message: missing
      ? `${inWords(subject)} does not exist`
      : `${inWords(subject)} gives no secrets: its provider fails`,
    cause: `Volume "${volume}" of ${listed(pods.map((pod) => inWords(pod.ref)))} is filled by ${inWords(subject)}, and the driver says: ${inline(detail)}.`,
    evidence: [
      fromEvent(first.event, first.pod.ref),
      fromSpec(first.pod.ref, `spec.volumes[${volume}].csi.volumeAttributes.secretProviderClass`, subject.name),
    ],
    affects: refsOfPods(pods),
    fixes: [
      missing
        ? {
            summary: `Create ${inWords(subject)}, or name the right one in volume "${volume}"`,
            steps: ['It has to be in the namespace of the pod. The kubelet tries again by itself.'],
            commands: [kubectl(subject.namespace, 'get', 'secretproviderclasses.secrets-store.csi.x-k8s.io')],
            effect: 'none',
            where: 'cluster',
          }
        : describeFix(subject, `Correct the objects, address or identity of ${inWords(subject)}`, [
            'The words of the provider name what fails: an object that is not in the store, a login that is refused, or a provider that is not installed on the node.',
          ]),
    ],
    ...(near.length === 0 ? {} : { notes: near }),
  };
}
