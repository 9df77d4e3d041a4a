import { CONFIDENCE, type Analyzer, type Evidence, type Finding, type Fix, type Snapshot } from '@kroot/types';
import { claimEvent, CLAIM_BREAKS, claimFinding, claimSpec } from '../support/claim-finding.ts';
import { candidatesOf, claimsWith } from '../support/claim-causes.ts';
import { computed } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { candidateWords } from '../support/mismatch-words.ts';
import { type PendingClaim } from '../support/pending-claims.ts';
import { counted, listed } from '../support/words.ts';

/** Reports claims that no StorageClass serves and no ready-made volume fits. */
export const pvcNoClassNoPv: Analyzer = {
  meta: {
    id: 'pvc-no-class-no-pv',
    title: 'Claim has no StorageClass and no volume',
    role: 'fault',
    severity: 'critical',
    reads: ['PersistentVolumeClaim', 'StorageClass', 'PersistentVolume', 'Pod', 'Event'],
    breaks: CLAIM_BREAKS,
    docs: {
      means:
        'A claim names no StorageClass while the cluster has no default one, or says "" and so asks for a ready-made volume without class, and there is none for it.',
      decides:
        'The claim is pending, has no class to be served by, and no PersistentVolume without class is free and fits: complete lists of classes and volumes prove that, or the newest event on the claim says so.',
      silent:
        'When volumes or StorageClasses could not be listed and the controller does not say it either, and when a volume comes near: that is pv-static-mismatch.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1'],
    },
  },
  *analyze({ snapshot }) {
    for (const pending of claimsWith(snapshot, 'no-class')) yield finding(snapshot, pending);
  },
};

function finding(snapshot: Snapshot, pending: PendingClaim): Finding {
  const { ref: subject, state, claim } = pending;
  const seen = state.state === 'no-class';
  const wantsDefault = seen ? state.asked === 'default' : claim.spec?.storageClassName === undefined;
  const classes =
    snapshot.coverage.state('StorageClass') === 'complete'
      ? snapshot.list('StorageClass').map(({ metadata }) => metadata.name)
      : undefined;
  return claimFinding(snapshot, pvcNoClassNoPv.meta, [pending], {
    subject,
    confidence: seen ? CONFIDENCE.proved : CONFIDENCE.stated,
    message: wantsDefault
      ? `${inWords(subject)} names no StorageClass, and none is the default`
      : `${inWords(subject)} asks for a volume without StorageClass, and none is free for it`,
    cause: wantsDefault
      ? `${inWords(subject)} leaves spec.storageClassName out, ${noDefault(classes)}, and no free PersistentVolume fits.`
      : `${inWords(subject)} has spec.storageClassName "", so it only binds to a PersistentVolume without class, and ${seen ? heldWords(snapshot) : 'the volume controller finds none'}.`,
    evidence: [claimSpec(pending), ...(seen ? volumesSeen(snapshot, pending) : []), ...claimEvent(pending)],
    fixes: fixes(pending, classes, wantsDefault),
  });
}

/** `classes` is undefined where they could not be listed and only the controller's words tell. */
function noDefault(classes: readonly string[] | undefined): string {
  if (classes === undefined) return 'the volume controller says that no class is set for it';
  return classes.length === 0
    ? 'the cluster has no StorageClass'
    : `none of its StorageClasses (${listed(classes)}) is marked as default`;
}

/** Volumes without class that others have. */
function held(snapshot: Snapshot): readonly string[] {
  return snapshot
    .list('PersistentVolume')
    .filter(({ spec }) => (spec?.storageClassName ?? '') === '' && spec?.claimRef !== undefined)
    .map(
      ({ metadata, spec }) =>
        `${metadata.name} is bound to claim ${spec?.claimRef?.namespace ?? ''}/${spec?.claimRef?.name ?? ''}`,
    );
}

function heldWords(snapshot: Snapshot): string {
  const taken = held(snapshot);
  return taken.length === 0 ? 'there is none' : listed(taken);
}

function volumesSeen(snapshot: Snapshot, pending: PendingClaim): readonly Evidence[] {
  const candidates = candidatesOf(pending);
  if (candidates.length > 0)
    return candidates.slice(0, 2).map((candidate) => computed(candidate.volume, candidateWords(candidate)));
  const all = snapshot.list('PersistentVolume').length;
  const words =
    all === 0
      ? 'the cluster has no PersistentVolume'
      : `the cluster has ${counted(all, 'PersistentVolume')}, none of them free and without class`;
  return [computed(pending.ref, words)];
}

function fixes(
  { ref: { namespace, name } }: PendingClaim,
  classes: readonly string[] | undefined,
  wantsDefault: boolean,
): readonly Fix[] {
  const [only] = classes ?? [];
  const where = classes === undefined ? [] : [`${classWords(classes)}.`];
  const recreate: Fix = {
    summary:
      classes?.length === 0
        ? `Install a StorageClass and name it in claim ${namespace ?? ''}/${name}`
        : `Name a StorageClass in claim ${namespace ?? ''}/${name}`,
    steps: [
      ...where,
      'Set spec.storageClassName in the manifest. A claim that says "" must be deleted and created again; it holds no data yet.',
    ],
    commands: [kubectl(undefined, 'get', 'storageclass,pv')],
    effect: 'none',
    where: 'git',
  };
  if (!wantsDefault || classes?.length !== 1 || only === undefined) return [recreate];
  const patch = JSON.stringify({
    metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  });
  return [
    {
      summary: `Make StorageClass ${only} the default`,
      steps: ['Since Kubernetes 1.28 claims without class that are still pending get it too.'],
      commands: [kubectl(undefined, 'patch', `storageclass/${only}`, '-p', patch)],
      effect: 'change',
      where: 'cluster',
    },
    recreate,
  ];
}

function classWords(classes: readonly string[]): string {
  return classes.length === 0
    ? 'The cluster has none: install a provisioner first'
    : `The cluster has ${listed(classes, 6)}`;
}
