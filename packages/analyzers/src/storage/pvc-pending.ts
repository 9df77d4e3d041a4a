import { type ClaimState } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { CLAIM_BREAKS, claimEvent, claimSpec } from '../support/claim-finding.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { claimsSince, pendingClaims, PROVISIONING_GRACE, type PendingClaim } from '../support/pending-claims.ts';

/** Reports each claim that has no volume and should have one by now: a symptom of whatever denies it. */
export const pvcPending: Analyzer = {
  meta: {
    id: 'pvc-pending',
    title: 'Claim has no volume yet',
    role: 'symptom',
    severity: 'warning',
    reads: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass', 'Pod', 'Event'],
    waitsFor: ['provisioning', 'volume'],
    breaks: CLAIM_BREAKS,
    docs: {
      means: 'A claim is pending although nothing that it should wait for is outstanding.',
      decides:
        'The claim is walked through as the volume controller does: class, default class, free volumes, provisioner.',
      silent:
        'For claims whose class waits for a pod while no pod uses them, or whose pod is held up by something else; during the first two minutes of provisioning.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding'],
    },
  },
  *analyze({ snapshot }) {
    for (const pending of pendingClaims(snapshot)) {
      if (isDue(pending)) yield finding(pending);
    }
  },
};

function isDue({ state, age, pods, failure }: PendingClaim): boolean {
  // What cannot be seen is only worth a word when a pod waits for it.
  if (state.state === 'unknown') return pods.length > 0;
  if (state.state !== 'provisioning' && state.state !== 'matching-volume') return true;
  return failure !== undefined || age === undefined || age >= PROVISIONING_GRACE;
}

function finding(pending: PendingClaim): Finding {
  const { ref: subject } = pending;
  const words = stateWords(pending.state);
  return {
    rule: pvcPending.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', claimsSince([pending])),
    message: `${inWords(subject)} ${words}`,
    cause: `${inWords(subject)} ${words}.`,
    state: words,
    evidence: [...claimEvent(pending), claimSpec(pending)],
    fixes: [],
  };
}

function stateWords(state: ClaimState): string {
  switch (state.state) {
    case 'class-missing':
      return `waits for class ${state.storageClass}, which does not exist`;
    case 'no-class':
    case 'no-matching-volume':
    case 'waiting-for-consumer':
      return 'finds no volume that fits';
    case 'pre-bound':
      return `waits for volume ${state.volume.name}`;
    case 'provisioning':
      return `waits for ${state.provisioner.name} to make its volume`;
    case 'matching-volume':
      return `is not bound to ${state.volume.name}, which fits`;
    case 'bound':
    case 'lost':
    case 'unknown':
    default:
      return 'has no volume';
  }
}
