import { claimConsumers, podState, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type AnalyzerDocs,
  type Finding,
  type Fix,
  type Severity,
  type Snapshot,
  type StorageClass,
} from '@kroot/types';
import { claimChanges, type ClaimChange } from './claim-resize.ts';
import { fromSpec } from './evidence.ts';
import { inWords, kubectl } from './kubectl.ts';
import { optional } from './optional.ts';
import { present } from './present.ts';

/** What a rule says about a bound claim that does not become what its spec asks for. */
interface ClaimChangeRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly kind: ClaimChange['kind'];
  readonly docs: AnalyzerDocs;
  readonly tell: (change: ClaimChange, snapshot: Snapshot) => Pick<Finding, 'message' | 'cause' | 'fixes' | 'notes'>;
}

/** Makes the analyzer of one kind of such claims. */
export function claimChangeRule({ id, title, severity, kind, docs, tell }: ClaimChangeRule): Analyzer {
  return {
    meta: {
      id,
      title,
      role: 'fault',
      severity,
      reads: ['PersistentVolumeClaim', 'StorageClass', 'Pod', 'Event'],
      breaks: ['provisioning'],
      docs,
    },
    *analyze({ snapshot }) {
      for (const change of claimChanges(snapshot)) {
        if (change.kind !== kind) continue;
        yield {
          rule: id,
          subject: change.ref,
          severity,
          confidence: CONFIDENCE.stated,
          ...optional('since', change.since),
          ...tell(change, snapshot),
          evidence: [...change.evidence, ...sizeEvidence(change)],
        };
      }
    },
  };
}

function sizeEvidence({ ref: target, kind, wanted, have }: ClaimChange): Finding['evidence'] {
  return kind === 'modify-failed'
    ? []
    : [fromSpec(target, 'spec.resources.requests.storage', `${wanted}, while status.capacity is ${have}`)];
}

/** The class of a claim, if it is there. */
export function classOfClaim(snapshot: Snapshot, { claim }: ClaimChange): StorageClass | undefined {
  const name = claim.spec?.storageClassName ?? '';
  return name === '' ? undefined : present(snapshot, 'StorageClass', undefined, name);
}

/** Names of the pods that use the claim, ready or not. */
export function usersOf(snapshot: Snapshot, { claim }: ClaimChange): readonly string[] {
  return claimConsumers(snapshot, claim)
    .map((pod) => podState(snapshot, pod))
    .map(({ pod }) => refOf(pod).name);
}

/** A look at claim and class. */
export function lookAtClaim({ ref: target, claim }: ClaimChange, summary: string, steps: readonly string[]): Fix {
  const name = claim.spec?.storageClassName ?? '';
  return {
    summary,
    steps,
    commands: [
      kubectl(target.namespace, 'describe', 'pvc', target.name),
      ...(name === ''
        ? []
        : [kubectl(undefined, 'get', `storageclass/${ref('StorageClass', undefined, name).name}`, '-o', 'yaml')]),
    ],
    effect: 'none',
    where: 'cluster',
  };
}

/** `PersistentVolumeClaim shop/data`, to begin a sentence. */
export function claimWords({ ref: target }: ClaimChange): string {
  return inWords(target);
}
