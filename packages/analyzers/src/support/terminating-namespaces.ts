import { conditionOf, memoize, refOf, timeOf, topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  type Because,
  type Condition,
  type Finding,
  type Fix,
  type Namespace,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { fromCondition, fromSpec } from './evidence.ts';
import { inWords } from './kubectl.ts';
import { optional } from './optional.ts';
import { stuckObjects } from './stuck-objects.ts';

/** The conditions of a namespace that say what its deletion waits for, the one that blocks the others first. */
const CONDITIONS = [
  'NamespaceDeletionDiscoveryFailure',
  'NamespaceDeletionContentFailure',
  'NamespaceFinalizersRemaining',
  'NamespaceContentRemaining',
] as const;

type DeletionCondition = (typeof CONDITIONS)[number];

/** A namespace whose deletion does not end. */
export interface TerminatingNamespace {
  readonly ref: ResourceRef;
  readonly namespace: Namespace;
  readonly condition: Condition;
  /** Milliseconds since its deletion. */
  readonly age: number;
}

/** Discovery fails at once or not at all; content takes the grace of its pods. */
const GRACE: Readonly<Record<DeletionCondition, number>> = {
  NamespaceDeletionDiscoveryFailure: 120_000,
  NamespaceDeletionContentFailure: 300_000,
  NamespaceFinalizersRemaining: 300_000,
  NamespaceContentRemaining: 300_000,
};

const terminating = memoize((snapshot: Snapshot): ReadonlyMap<DeletionCondition, readonly TerminatingNamespace[]> => {
  const found = new Map<DeletionCondition, TerminatingNamespace[]>();
  for (const namespace of snapshot.list('Namespace')) {
    const deletedAt = timeOf(namespace.metadata.deletionTimestamp);
    if (deletedAt === undefined) continue;
    const age = snapshot.now.getTime() - deletedAt;
    for (const type of CONDITIONS) {
      const condition = conditionOf(namespace.status?.conditions, type);
      if (condition?.status !== 'True') continue;
      if (age >= GRACE[type])
        found.set(type, [...(found.get(type) ?? []), { ref: refOf(namespace), namespace, condition, age }]);
      break;
    }
  }
  return found;
});

/** Namespaces for whose deletion this condition is the one that blocks. */
export function terminatingNamespaces(snapshot: Snapshot, type: DeletionCondition): readonly TerminatingNamespace[] {
  return terminating(snapshot).get(type) ?? [];
}

/** What is being deleted in a namespace and does not go. */
export function stuckIn(snapshot: Snapshot, namespace: string): readonly ResourceRef[] {
  const objects = stuckObjects(snapshot)
    .map(({ ref }) => ref)
    .filter((target) => target.namespace === namespace);
  const pods = snapshot
    .list('Pod', namespace)
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
    .flatMap((pod) => [refOf(pod), topOwner(snapshot, pod)]);
  const claims = snapshot
    .list('PersistentVolumeClaim', namespace)
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
    .map((claim) => refOf(claim));
  return [...objects, ...pods, ...claims].slice(0, 100);
}

/** What the rules on namespaces that do not go away say themselves. */
export interface NamespaceWords {
  readonly rule: string;
  readonly message: string;
  readonly cause: string;
  readonly because: readonly Because[];
  readonly fixes: readonly Fix[];
}

/** The finding on such a namespace. */
export function namespaceFinding(
  { ref: subject, namespace, condition }: TerminatingNamespace,
  words: NamespaceWords,
): Finding {
  const since = namespace.metadata.deletionTimestamp;
  return {
    rule: words.rule,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', since),
    message: `${inWords(subject)} cannot be deleted: ${words.message}`,
    cause: words.cause,
    evidence: [
      fromCondition(subject, condition),
      ...(since === undefined ? [] : [fromSpec(subject, 'metadata.deletionTimestamp', since)]),
    ],
    because: words.because,
    fixes: words.fixes,
  };
}
