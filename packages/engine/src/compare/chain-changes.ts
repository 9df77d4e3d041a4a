import {
  fieldDifferences,
  formatDifference,
  podReferences,
  refOf,
  templateOf,
  topOwner,
  type FieldDifference,
} from '@kroot/graph';
import {
  refKey,
  type ChainChange,
  type ChangedField,
  type Diagnosis,
  type KubernetesObject,
  type Lookup,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';

/**
 * What changed between two captures on the causal chain of a root cause of the later one: the cause first, then outwards, then
 * the ConfigMaps and Secrets that its workloads name. Statuses are left out: they are the effects. An object that one side
 * cannot tell is left out too.
 */
export function chainChanges(before: Snapshot, after: Snapshot, diagnosis: Diagnosis): readonly ChainChange[] {
  const found: ChainChange[] = [];
  for (const target of chainOf(before, after, diagnosis).values()) {
    const change = changeOf(before.lookup(target), after.lookup(target), { target, diagnosis });
    if (change !== undefined) found.push(change);
  }
  // What the evidence rests on tells more than what is merely near.
  return [...found.filter((change) => isDecisive(change)), ...found.filter((change) => !isDecisive(change))];
}

function isDecisive({ change, fields }: ChainChange): boolean {
  return change === 'changed' ? fields.some(({ decisive }) => decisive) : true;
}

/** Pods come and go with other names: their workloads stand for them. */
function chainOf(before: Snapshot, after: Snapshot, diagnosis: Diagnosis): ReadonlyMap<string, ResourceRef> {
  const { evidence, rootCause, traces } = diagnosis;
  const near = [rootCause, ...evidence.map(({ ref }) => ref)];
  const chain = traces.flatMap(({ chain: refs }) => refs.toReversed());
  const found = new Map<string, ResourceRef>();
  for (const target of [...near, ...chain]) {
    const stable = stableRef(before, after, target);
    if (stable !== undefined) found.set(refKey(stable), stable);
  }
  for (const target of named(before, after, diagnosis)) found.set(refKey(target), target);
  for (const target of Array.from(found.values())) {
    const object = present(after.lookup(target)) ?? present(before.lookup(target));
    const spec = object === undefined ? undefined : templateOf(object)?.spec;
    if (spec === undefined) continue;
    for (const { target: config } of podReferences(spec, target.namespace)) found.set(refKey(config), config);
  }
  return found;
}

/** What a diagnosis says is missing is on no chain: objects that it names and that only one side has. */
function named(before: Snapshot, after: Snapshot, { cause, message }: Diagnosis): readonly ResourceRef[] {
  const text = `${message}\n${cause}`;
  const words = text.matchAll(/\b(?<kind>[A-Z][A-Za-z]+) (?:(?<namespace>[\w.-]+)\/)?(?<name>[\w.-]*\w)/g);
  const found: ResourceRef[] = [];
  for (const { groups } of words) {
    const { kind = '', name = '', namespace } = groups ?? {};
    const object = [after, before]
      .flatMap((snapshot) => (FLEETING.has(kind) ? [] : snapshot.list(kind)))
      .find(({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace));
    if (object !== undefined) found.push(refOf(object));
  }
  return found;
}

/** Kinds whose objects change all the time, or stand for nothing that anybody edits. */
const FLEETING: ReadonlySet<string> = new Set(['Pod', 'ReplicaSet', 'Event', 'Endpoints', 'EndpointSlice', 'Lease']);

function stableRef(before: Snapshot, after: Snapshot, target: ResourceRef): ResourceRef | undefined {
  const object = present(after.lookup(target)) ?? present(before.lookup(target));
  if (!FLEETING.has(target.kind)) return target;
  if (object === undefined) return undefined;
  const snapshot = after.lookup(target).state === 'present' ? after : before;
  const owner = topOwner(snapshot, object);
  return FLEETING.has(owner.kind) ? undefined : owner;
}

function present<T>(lookup: Lookup<T>): T | undefined {
  return lookup.state === 'present' ? lookup.object : undefined;
}

function changeOf(
  older: Lookup<KubernetesObject>,
  newer: Lookup<KubernetesObject>,
  { target, diagnosis }: { readonly target: ResourceRef; readonly diagnosis: Diagnosis },
): ChainChange | undefined {
  if (older.state === 'absent' && newer.state === 'present') return { resource: target, change: 'added', fields: [] };
  if (older.state === 'present' && newer.state === 'absent') return { resource: target, change: 'removed', fields: [] };
  if (older.state !== 'present' || newer.state !== 'present') return undefined;
  const recreated = uidOf(older.object) !== uidOf(newer.object);
  const paths = diagnosis.evidence.flatMap(({ path, ref }) =>
    path !== undefined && (refKey(ref) === refKey(target) || ref.kind === 'Pod') ? [fieldWords(path)] : [],
  );
  const fields = [
    ...(recreated ? [{ path: 'metadata.uid', words: 'deleted and made again', decisive: false }] : []),
    ...fieldDifferences(intent(older.object), intent(newer.object), '').map((found) => fieldOf(found, paths)),
  ];
  return fields.length === 0 ? undefined : { resource: target, change: 'changed', fields };
}

function uidOf({ metadata }: KubernetesObject): string {
  return metadata.uid ?? '';
}

/** What somebody wants of an object: without status and without what the API server and controllers keep on it. */
function intent(object: KubernetesObject): unknown {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  const { annotations, deletionTimestamp, finalizers, labels } = metadata;
  const own = Object.entries(annotations ?? {}).filter(([key]) => !KEPT_BY_CONTROLLERS.test(key));
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'status')),
    metadata: {
      ...(labels !== undefined && { labels }),
      ...(own.length > 0 && { annotations: Object.fromEntries(own) }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
      ...(finalizers !== undefined && { finalizers }),
    },
  };
}

const KEPT_BY_CONTROLLERS =
  /^(?:deployment|pv|volume(?:\.beta)?|control-plane\.alpha|endpoints|autoscaling\.alpha|node\.alpha|batch)\.kubernetes\.io\/|^kubectl\.kubernetes\.io\/last-applied|^deprecated\.daemonset\./;

function fieldOf(found: FieldDifference, paths: readonly (readonly string[])[]): ChangedField {
  const words = fieldWords(found.path);
  const decisive = paths.some((path) => isWithin(path, words) || isWithin(words, path));
  return { path: found.path, words: valueWords(found), decisive };
}

/** `from A to B`; of texts with several lines only where they part. */
function valueWords(found: FieldDifference): string {
  const { from, path, to } = found;
  if (from !== undefined && to !== undefined && (from.includes('\\n') || to.includes('\\n'))) {
    const [older, newer] = [from.split('\\n'), to.split('\\n')];
    const at = newer.findIndex((line, i) => line !== older[i]);
    return `from line ${(at === -1 ? newer.length : at) + 1} on`;
  }
  return formatDifference(found).slice(path.length + 1);
}

/** The names in a path, without the indices of lists and without the words that only templates have in front. */
function fieldWords(path: string): readonly string[] {
  return path
    .replace(/^spec\.template\.spec\./, 'spec.')
    .replaceAll(/\[[^\]]*\]/g, '')
    .split('.');
}

function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return outer.length > 1 && outer.length <= inner.length && outer.every((word, i) => word === inner[i]);
}
