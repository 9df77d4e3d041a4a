import { CONFIDENCE, type Analyzer, type Finding, type Fix, type Snapshot } from '@kroot/types';
import { claimEvent, CLAIM_BREAKS, claimFinding, claimSpec } from '../support/claim-finding.ts';
import { candidatesOf, claimsWith } from '../support/claim-causes.ts';
import { computed } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { candidateWords, mismatchPath } from '../support/mismatch-words.ts';
import { type PendingClaim } from '../support/pending-claims.ts';
import { counted, listed } from '../support/words.ts';

/** Reports claims for ready-made volumes that none of the volumes fits. */
export const pvStaticMismatch: Analyzer = {
  meta: {
    id: 'pv-static-mismatch',
    title: 'No ready-made volume fits the claim',
    role: 'fault',
    severity: 'critical',
    reads: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass', 'Node', 'Pod', 'Event'],
    breaks: CLAIM_BREAKS,
    docs: {
      means:
        'The class of a claim makes no volumes, so it must be bound to a PersistentVolume that is already there, and each of these differs from what the claim asks for.',
      decides:
        'Class, phase, reservation, capacity, access modes, volume mode, labels and node affinity of each volume are compared with the claim as the volume controller does it. The differences of the nearest ones are printed.',
      silent:
        'When volumes could not be listed, when a volume fits, and for classes that wait for a pod while no pod uses the claim.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding'],
    },
  },
  *analyze({ snapshot }) {
    for (const pending of claimsWith(snapshot, 'static')) yield finding(snapshot, pending);
  },
};

function finding(snapshot: Snapshot, pending: PendingClaim): Finding {
  const { ref: subject, state } = pending;
  const candidates = candidatesOf(pending);
  const nearest = candidates.slice(0, 3);
  const name = 'storageClass' in state ? state.storageClass : (pending.claim.spec?.storageClassName ?? '');
  const ofClass = name === '' ? 'without StorageClass' : `of class ${name}`;
  return claimFinding(snapshot, pvStaticMismatch.meta, [pending], {
    subject,
    confidence: CONFIDENCE.proved,
    message:
      nearest.length === 0
        ? `No PersistentVolume ${ofClass} is left for ${inWords(subject)}`
        : `No PersistentVolume fits ${inWords(subject)}`,
    cause:
      nearest.length === 0
        ? `Volumes ${ofClass} are made by hand, and none is free for ${inWords(subject)}.`
        : `${inWords(subject)} needs a ready-made volume ${ofClass}, and what there is differs: ${nearest.map((candidate) => `${candidate.volume.name} (${candidateWords(candidate)})`).join(', ')}.`,
    evidence: [
      claimSpec(pending),
      ...nearest.map((candidate) => ({
        ...computed(candidate.volume, candidateWords(candidate)),
        path: candidate.mismatches.map((one) => mismatchPath(one)).join(', '),
      })),
      ...(nearest.length === 0
        ? [
            computed(
              subject,
              `${counted(snapshot.list('PersistentVolume').length, 'PersistentVolume')} in the cluster, none of them free and ${ofClass}`,
            ),
          ]
        : []),
      ...claimEvent(pending),
    ],
    fixes: fixes(pending),
  });
}

function fixes(pending: PendingClaim): readonly Fix[] {
  const { ref: subject } = pending;
  const [first] = candidatesOf(pending);
  const look: Fix = {
    summary: `Create a PersistentVolume that fits ${inWords(subject)}`,
    steps: ['Give it the class, size, access modes and labels that the claim asks for; they are in the evidence.'],
    commands: [kubectl(subject.namespace, 'get', 'pvc', subject.name, '-o', 'yaml'), kubectl(undefined, 'get', 'pv')],
    effect: 'none',
    where: 'cluster',
  };
  if (first === undefined) return [look];
  const differences = first.mismatches.map((one) => mismatchPath(one));
  const fields = listed(differences);
  return [
    {
      summary: `Make PersistentVolume ${first.volume.name} and the claim agree on ${fields}`,
      steps: [
        `Where the storage behind it allows, correct ${fields} of ${first.volume.name}: kubectl edit pv ${first.volume.name}`,
        `Otherwise correct the claim in its manifest, delete it and create it again; it holds no data yet.`,
      ],
      commands: [
        kubectl(undefined, 'get', 'pv', first.volume.name, '-o', 'yaml'),
        kubectl(subject.namespace, 'get', 'pvc', subject.name, '-o', 'yaml'),
      ],
      effect: 'none',
      where: 'cluster',
    },
    look,
  ];
}
