import { CONFIDENCE, ref, type Analyzer, type Finding, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { readProvisioning } from '../messages/provisioning.ts';
import { CLAIM_BREAKS, claimFinding, claimSpec } from '../support/claim-finding.ts';
import { claimsWith } from '../support/claim-causes.ts';
import { fromEvent } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { type PendingClaim } from '../support/pending-claims.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Reports claims whose volume the storage system refuses to make. */
export const provisioningFailedBackend: Analyzer = {
  meta: {
    id: 'provisioning-failed-backend',
    title: 'Storage system refuses to make the volume',
    role: 'fault',
    severity: 'critical',
    reads: ['PersistentVolumeClaim', 'StorageClass', 'Pod', 'Event'],
    breaks: CLAIM_BREAKS,
    docs: {
      means:
        'The provisioner runs and asked the storage system for a volume, which refused: quota, wrong parameters of the StorageClass, missing permission, no room, or no answer.',
      decides:
        'The newest ProvisioningFailed event of a pending claim carries the driver’s own words. Two claims of a class that get the same code make it a matter of the class.',
      silent:
        'For bound claims, whatever events are left; and for refusals by the Kubernetes API, which are provisioner-forbidden.',
      references: ['https://kubernetes-csi.github.io/docs/external-provisioner.html'],
    },
  },
  *analyze({ snapshot }) {
    const groups = new Map<string, PendingClaim[]>();
    for (const pending of claimsWith(snapshot, 'backend')) {
      const key = `${classOf(pending)}\n${codeOf(pending) ?? ''}`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, [pending]);
      else known.push(pending);
    }
    for (const claims of groups.values()) yield* findings(snapshot, claims);
  },
};

function classOf({ state }: PendingClaim): string {
  return 'storageClass' in state ? state.storageClass : '';
}

function codeOf({ failure }: PendingClaim): string | undefined {
  const said = readProvisioning(failure?.message ?? '');
  return said?.kind === 'backend' ? said.code : undefined;
}

function* findings(snapshot: Snapshot, claims: readonly PendingClaim[]): Iterable<Finding> {
  const [first] = claims;
  if (first?.failure === undefined) return;
  const code = codeOf(first);
  const storageClass = classOf(first);
  const subject: ResourceRef = claims.length === 1 ? first.ref : ref('StorageClass', undefined, storageClass);
  const said = readProvisioning(first.failure.message ?? '');
  const detail = said?.kind === 'backend' ? said.detail : '';
  const made = claimFinding(snapshot, provisioningFailedBackend.meta, claims, {
    subject,
    confidence: CONFIDENCE.stated,
    message: `StorageClass ${storageClass} makes no volume for ${claims.length === 1 ? inWords(first.ref) : counted(claims.length, 'claim')}${code === undefined ? '' : `: ${code}`}`,
    cause: `The provisioner of StorageClass ${storageClass} was refused ${claims.length === 1 ? `a volume for ${inWords(first.ref)}` : `volumes for ${listed(claims.map((claim) => `${claim.ref.namespace ?? ''}/${claim.ref.name}`))}`}: "${inline(detail)}".`,
    evidence: [
      ...claims
        .slice(0, 2)
        .flatMap(({ failure, ref: target }) => (failure === undefined ? [] : [fromEvent(failure, target)])),
      claimSpec(first),
    ],
    fixes: fixes(first, storageClass, code),
  });
  yield code === undefined ? made : { ...made, discriminator: code };
}

/** What each gRPC code of a CSI driver means for the reader. https://github.com/container-storage-interface/spec/blob/master/spec.md#createvolume */
const STEPS: ReadonlyMap<string, string> = new Map([
  ['ResourceExhausted', 'The quota or the pool is used up: raise the quota, delete unused volumes, or add storage.'],
  [
    'InvalidArgument',
    'A parameter of the StorageClass or the size of the claim is not allowed: correct it after the words above.',
  ],
  ['OutOfRange', 'The size of the claim is outside of what the storage system allows.'],
  ['PermissionDenied', 'The identity of the provisioner lacks a permission in the storage system: grant it.'],
  ['Unauthenticated', 'The credentials of the provisioner are wrong or have expired: renew them.'],
  [
    'DeadlineExceeded',
    'The storage system did not answer in time: see whether it can be reached from the provisioner’s pod; it tries again by itself.',
  ],
  ['Unavailable', 'The storage system or driver cannot be reached: look at the driver’s pods.'],
]);

function fixes({ ref: target }: PendingClaim, storageClass: string, code: string | undefined): readonly Fix[] {
  return [
    {
      summary: `Clear what the storage system of StorageClass ${storageClass} objects to`,
      steps: [
        STEPS.get(code ?? '') ?? 'The words of the driver, in the evidence, tell what it lacks.',
        'The provisioner tries again by itself.',
      ],
      commands: [
        kubectl(target.namespace, 'describe', 'pvc', target.name),
        kubectl(undefined, 'get', 'storageclass', storageClass, '-o', 'yaml'),
      ],
      effect: 'none',
      where: 'cluster',
    },
  ];
}
