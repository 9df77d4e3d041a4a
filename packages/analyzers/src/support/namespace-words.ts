import { eventsOf, groupBy, memoize, refOf } from '@kroot/graph';
import { builtinKind, type Evidence, type ResourceRef, type Snapshot, type UntypedObject } from '@kroot/types';
import { clip } from '../messages/clip.ts';
import { fromCondition, fromEvent } from './evidence.ts';

/** Why a namespace takes no objects: it is not there, or it is being deleted. */
type NamespaceTrouble = 'missing' | 'terminating';

/** Custom objects that say that a namespace takes nothing from them. */
export interface NamespaceRefusal {
  readonly trouble: NamespaceTrouble;
  readonly namespace: string;
  readonly objects: readonly ResourceRef[];
  readonly evidence: readonly Evidence[];
}

interface Said {
  readonly trouble: NamespaceTrouble;
  readonly namespace: string;
  readonly object: ResourceRef;
  readonly evidence: Evidence;
}

const WORDS: readonly (readonly [NamespaceTrouble, RegExp])[] = [
  ['missing', /namespaces "([a-z0-9-]{1,63})" not found/],
  ['terminating', /unable to create new content in namespace ([a-z0-9-]{1,63}) because it is being terminated/],
];

/** What releases, applications and other custom objects say of namespaces, by namespace. */
const refusals: (snapshot: Snapshot) => readonly NamespaceRefusal[] = memoize((snapshot) => {
  const said = snapshot
    .kinds()
    .filter((kind) => builtinKind(kind) === undefined)
    .flatMap((kind): readonly UntypedObject[] => snapshot.list(kind))
    .flatMap((object) => wordsOf(snapshot, object) ?? []);
  return [...groupBy(said, ({ trouble, namespace }) => `${trouble} ${namespace}`).values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [
          {
            trouble: first.trouble,
            namespace: first.namespace,
            objects: group.map(({ object }) => object),
            evidence: group.slice(0, 2).map(({ evidence }) => evidence),
          },
        ];
  });
});

/** The refusals of one sort. */
export function namespaceRefusals(snapshot: Snapshot, wanted: NamespaceTrouble): readonly NamespaceRefusal[] {
  return refusals(snapshot).filter(({ trouble }) => trouble === wanted);
}

/** Conditions state what is so now; the newest event counts only where an object has none. */
function wordsOf(snapshot: Snapshot, object: UntypedObject): Said | undefined {
  const target = refOf(object);
  const conditions = object.status?.conditions ?? [];
  for (const condition of conditions) {
    const read = readWords(condition.message);
    if (read !== undefined) return { ...read, object: target, evidence: fromCondition(target, condition) };
  }
  const { phase, message } = object.status?.operationState ?? {};
  const synced = phase === 'Succeeded' ? undefined : readWords(message);
  if (synced !== undefined) {
    const path = 'status.operationState.message';
    return { ...synced, object: target, evidence: { source: 'status', ref: target, path, quote: message ?? '' } };
  }
  const [event] = conditions.length === 0 ? eventsOf(snapshot, object) : [];
  const read = readWords(event?.message);
  return event === undefined || read === undefined
    ? undefined
    : { ...read, object: target, evidence: fromEvent(event, target) };
}

function readWords(text: string | undefined): Pick<Said, 'trouble' | 'namespace'> | undefined {
  const words = clip(text);
  for (const [trouble, pattern] of WORDS) {
    const [, namespace] = pattern.exec(words) ?? [];
    if (namespace !== undefined) return { trouble, namespace };
  }
  return undefined;
}
