import { nearNames, type PreBoundClaim } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Fix, type Snapshot } from '@kroot/types';
import { CLAIM_BREAKS, claimEvent, claimFinding } from '../support/claim-finding.ts';
import { claimsWith } from '../support/claim-causes.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { mismatchWords } from '../support/mismatch-words.ts';
import { type PendingClaim } from '../support/pending-claims.ts';

/** Reports claims that name a volume which they cannot have. */
export const pvcPreboundConflict: Analyzer = {
  meta: {
    id: 'pvc-prebound-conflict',
    title: 'Claim names a volume that it cannot have',
    role: 'fault',
    severity: 'critical',
    reads: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass', 'Pod', 'Event'],
    breaks: CLAIM_BREAKS,
    docs: {
      means:
        'spec.volumeName of a claim asks for one certain PersistentVolume, and that one does not exist, belongs to another claim, or does not fit.',
      decides: 'The volume is looked up, its claimRef is compared with the claim, and then its size, modes and class.',
      silent: 'For bound claims, and when volumes could not be listed.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume'],
    },
  },
  *analyze({ snapshot }) {
    for (const pending of claimsWith(snapshot, 'pre-bound')) {
      if (pending.state.state === 'pre-bound') yield finding(snapshot, pending, pending.state);
    }
  },
};

function finding(snapshot: Snapshot, pending: PendingClaim, state: PreBoundClaim): Finding {
  const { ref: subject } = pending;
  const { name } = state.volume;
  const why = problemWords(snapshot, state);
  const near =
    state.problem === 'volume-missing'
      ? nearNames(
          name,
          snapshot.list('PersistentVolume').map(({ metadata }) => metadata.name),
        )
      : [];
  return claimFinding(snapshot, pvcPreboundConflict.meta, [pending], {
    subject,
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} asks for PersistentVolume ${name}, which ${why}`,
    cause: `spec.volumeName of ${inWords(subject)} is ${name}, and that volume ${why}.`,
    evidence: [fromSpec(subject, 'spec.volumeName', name), computed(state.volume, why), ...claimEvent(pending)],
    fixes: fixes(pending, name),
    notes: near.length === 0 ? [] : [`PersistentVolumes with similar names: ${near.join(', ')}.`],
  });
}

function problemWords(snapshot: Snapshot, { problem, mismatches, volume }: PreBoundClaim): string {
  if (problem === 'volume-missing') return 'does not exist';
  if (problem === 'mismatch')
    return `does not fit: ${mismatches.map((mismatch) => mismatchWords(mismatch)).join('; ')}`;
  const found = snapshot.list('PersistentVolume').find(({ metadata }) => metadata.name === volume.name);
  const holder = found?.spec?.claimRef;
  if (mismatches.some(({ field }) => field === 'claimRef.uid'))
    return 'still belongs to a deleted claim of the same name';
  return `belongs to claim ${holder?.namespace ?? ''}/${holder?.name ?? ''}`;
}

function fixes({ ref: { namespace, name } }: PendingClaim, volume: string): readonly Fix[] {
  return [
    {
      summary: `See who has PersistentVolume ${volume}`,
      steps: ['If the claim should have it, free the volume; if not, let the claim ask for another one.'],
      commands: [kubectl(undefined, 'get', 'pv', volume, '-o', 'yaml')],
      effect: 'none',
      where: 'cluster',
    },
    {
      summary: `Create claim ${namespace ?? ''}/${name} again with another spec.volumeName, or without`,
      steps: [
        'spec.volumeName cannot be changed: correct the manifest, delete the claim and apply it again. It holds no data yet.',
      ],
      commands: [kubectl(namespace, 'delete', 'pvc', name)],
      effect: 'destructive',
      where: 'git',
    },
  ];
}
