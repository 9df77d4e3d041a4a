import { eventsOf } from '@kroot/graph';
import {
  type AnalyzerMeta,
  type Evidence,
  type Finding,
  type Fix,
  type Mechanism,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { fromCondition, fromEvent, fromSpec } from './evidence.ts';
import { optional } from './optional.ts';
import { claimSeverity, claimsSince, claimVictims, type PendingClaim } from './pending-claims.ts';

/** What a claim without volume, or what denies it one, stops in others. */
export const CLAIM_BREAKS: readonly Mechanism[] = ['provisioning', 'volume', 'scheduling'];

/** What a rule says itself about claims that get no volume. */
interface ClaimWords {
  readonly subject: ResourceRef;
  readonly confidence: number;
  readonly message: string;
  readonly cause: string;
  readonly evidence: readonly Evidence[];
  readonly fixes: readonly Fix[];
  readonly notes?: readonly string[];
}

/** The finding that all rules about claims without volume make. */
export function claimFinding(
  snapshot: Snapshot,
  meta: AnalyzerMeta,
  claims: readonly PendingClaim[],
  words: ClaimWords,
): Finding {
  const notes = words.notes ?? [];
  return {
    rule: meta.id,
    subject: words.subject,
    severity: claimSeverity(claims),
    confidence: words.confidence,
    ...optional('since', claimsSince(claims)),
    message: words.message,
    cause: words.cause,
    evidence: [...words.evidence, ...podWords(snapshot, claims)].slice(0, 6),
    affects: victims(words.subject, claims),
    fixes: words.fixes,
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** Pods reach the cause of another object's fault over their claim, so that the chain tells it. */
function victims(subject: ResourceRef, claims: readonly PendingClaim[]): readonly ResourceRef[] {
  return subject.kind === 'PersistentVolumeClaim' ? claimVictims(claims) : claims.map(({ ref }) => ref);
}

/** What the scheduler says about the first pod that waits. */
function podWords(snapshot: Snapshot, claims: readonly PendingClaim[]): readonly Evidence[] {
  const [pod] = claims.flatMap(({ pods }) => pods);
  if (pod === undefined) return [];
  const condition = pod.pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.message !== undefined && condition.message !== '') return [fromCondition(pod.ref, condition)];
  const event = eventsOf(snapshot, pod.pod).find(({ reason }) => reason === 'FailedScheduling');
  return event === undefined ? [] : [fromEvent(event, pod.ref)];
}

/** What a claim asks for, in its own fields. */
export function claimSpec({ claim, ref }: PendingClaim): Evidence {
  const { spec } = claim;
  const size = spec?.resources?.requests?.['storage'];
  const parts = [
    `storageClassName: ${spec?.storageClassName === undefined ? 'not set' : JSON.stringify(spec.storageClassName)}`,
    `accessModes: ${(spec?.accessModes ?? []).join(', ')}`,
    ...(size === undefined ? [] : [`storage: ${size}`]),
  ];
  return fromSpec(ref, 'spec', parts.join('; '));
}

/** The newest event about a claim, as evidence. */
export function claimEvent({ event, ref }: PendingClaim): readonly Evidence[] {
  return event === undefined ? [] : [fromEvent(event, ref)];
}
