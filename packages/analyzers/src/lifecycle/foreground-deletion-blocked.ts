import { memoize, refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Finding,
  type KubernetesObject,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, doing, listed, span } from '../support/words.ts';

const GRACE = 600_000;

/** Reports objects whose deletion waits for what they own. */
export const foregroundDeletionBlocked: Analyzer = {
  meta: {
    id: 'foreground-deletion-blocked',
    title: 'Deletion waits for the objects that are owned',
    role: 'fault',
    severity: 'warning',
    reads: ['Deployment', 'ReplicaSet', 'StatefulSet', 'Job', 'Pod'],
    breaks: ['deletion'],
    waitsFor: ['deletion'],
    docs: {
      means:
        'The object was deleted in the foreground: it stays until everything that it owns is gone, and something of that does not go.',
      decides:
        'deletionTimestamp is more than ten minutes old, the finalizer foregroundDeletion is the only one left, and objects that it owns are still there. What keeps those is the cause, where it is known.',
      silent: 'In the first ten minutes, and when other finalizers are left (finalizer-stuck-object).',
      references: ['https://kubernetes.io/docs/concepts/architecture/garbage-collection/#foreground-deletion'],
    },
  },
  *analyze({ snapshot }) {
    for (const [object, age] of waiting(snapshot)) {
      const owned = ownedBy(snapshot).get(object.metadata.uid ?? '') ?? [];
      if (owned.length > 0) yield finding(object, age, owned);
    }
  },
};

function* waiting(snapshot: Snapshot): Iterable<readonly [KubernetesObject, number]> {
  const now = snapshot.now.getTime();
  for (const kind of snapshot.kinds()) {
    for (const object of snapshot.list(kind)) {
      const { deletionTimestamp, finalizers = [] } = object.metadata;
      const deletedAt = timeOf(deletionTimestamp);
      if (deletedAt === undefined || now - deletedAt < GRACE) continue;
      if (finalizers.length === 1 && finalizers[0] === 'foregroundDeletion') yield [object, now - deletedAt];
    }
  }
}

/** Objects by the uid of each owner, controller or not: all of them can hold a deletion up. */
const ownedBy = memoize((snapshot: Snapshot): ReadonlyMap<string, readonly KubernetesObject[]> => {
  const found = new Map<string, KubernetesObject[]>();
  for (const kind of snapshot.kinds()) {
    if (kind === 'Event') continue;
    for (const object of snapshot.list(kind)) {
      for (const { uid = '' } of object.metadata.ownerReferences ?? []) {
        if (uid !== '') found.set(uid, [...(found.get(uid) ?? []), object]);
      }
    }
  }
  return found;
});

function finding(object: KubernetesObject, age: number, owned: readonly KubernetesObject[]): Finding {
  const subject = refOf(object);
  const refs = owned.map((each) => refOf(each));
  const since = object.metadata.deletionTimestamp;
  const names = refs.map((each) => inWords(each));
  return {
    rule: foregroundDeletionBlocked.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    ...optional('since', since),
    message: `${inWords(subject)} cannot be deleted before ${listed(names)} ${names.length === 1 ? 'is' : 'are'} gone`,
    cause: `It was deleted in the foreground ${span(age)} ago, and ${doing(names, 'is', 'are')} still there.`,
    detail: { owned: owned.length },
    evidence: [
      fromSpec(subject, 'metadata.deletionTimestamp', since ?? ''),
      fromSpec(subject, 'metadata.finalizers', 'foregroundDeletion'),
      ...owned.slice(0, 2).map((each) => computed(refOf(each), stateOf(each))),
    ],
    because: refs.map((target) => ({ ref: target, mechanism: 'deletion' as const })),
    fixes: [look(refs)],
    notes: [
      `${counted(owned.length, 'owned object')} left; removing the finalizer by hand leaves ${owned.length === 1 ? 'it' : 'them'} behind.`,
    ],
  };
}

function stateOf({ metadata }: KubernetesObject): string {
  const { deletionTimestamp, finalizers = [] } = metadata;
  if (deletionTimestamp === undefined) return 'owned, and not being deleted';
  return `owned, being deleted since ${deletionTimestamp}${finalizers.length === 0 ? '' : `, finalizers ${finalizers.join(', ')}`}`;
}

function look(refs: readonly ResourceRef[]): Finding['fixes'][number] {
  return {
    summary: `See why ${listed(refs.map((each) => inWords(each)))} ${refs.length === 1 ? 'stays' : 'stay'}`,
    steps: ['Look for finalizers, for a node that does not answer, and for a webhook that refuses the deletion.'],
    commands: refs.slice(0, 3).map((each) => kubectl(each.namespace, 'get', kubectlName(each), '-o', 'yaml')),
    effect: 'none',
    where: 'cluster',
  };
}
