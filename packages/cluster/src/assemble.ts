import { refKey, type KubernetesObject, type Snapshot, type SourceInfo } from '@kroot/types';
import { type Batch } from './batch.ts';
import { InputError } from './errors.ts';
import { type ReadItem } from './bytes/list-reader.ts';
import { notices } from './notices.ts';
import { project, type Projected, type Rejected } from './projection/project.ts';
import { newestTime, parseTime } from './snapshot/capture-time.ts';
import { coverageBuilder, type CoverageReasons } from './snapshot/coverage.ts';
import { buildSnapshot } from './snapshot/snapshot.ts';
import { type CoverageStatement } from './snapshot/statement.ts';

/** Gathers the objects of any number of inputs into one snapshot. */
export interface Assembly {
  /** Takes in a batch; `file` is for notices. */
  add(batch: Batch, file: string): void;
  /** The same for one that is prepared; `place` is what the layout of the input says about it. */
  accept(batch: PreparedBatch, file: string, place?: BatchPlace): void;
  state(statement: CoverageStatement): void;
  /** A kind that an input holds whole, in a namespace or (`*`) everywhere. */
  addScope(scope: Scope): void;
  /** Why kinds and namespaces that the input does not hold are not there. */
  explain(reasons: CoverageReasons): void;
  addNotice(text: string): void;
  finish(options: FinishOptions): Snapshot;
}

/** A batch whose objects have been slimmed; nothing of the others is kept. */
export interface PreparedBatch {
  readonly batch: Omit<Batch, 'values' | 'items'>;
  readonly items: readonly PreparedItem[];
}

interface PreparedItem {
  readonly result: Projected | Rejected;
  /** Fields that were left out, and the name of the first. */
  readonly drops: number;
  readonly firstDrop: string;
}

/** What the place of a file within a dump says about a list. */
interface BatchPlace {
  /** The list is all there is of a kind in a namespace (`*`: everywhere); absent: objects, not necessarily all. */
  readonly scope?: Scope;
  /** Completes a statement on a kind of which there are single objects. */
  readonly reason: string;
}

/** A kind in a namespace, or (`*`) everywhere. */
export interface Scope {
  readonly kind: string;
  readonly namespace: string;
}

/** Slims the objects of a batch, so that it can wait for its place. */
export function prepareBatch({ values, items, ...batch }: Batch): PreparedBatch {
  const prepared = [...itemsOf(values, items)].map((item) => prepareItem(item, batch.hint));
  const isWritten =
    batch.complete && batch.mayBeWritten === true && prepared.length > 0 && !prepared.some((item) => isServed(item));
  return { batch: isWritten ? { ...batch, complete: false, reason: WRITTEN } : batch, items: prepared };
}

const WRITTEN = 'the input holds manifests of this kind, not what a cluster lists';

/** Whether an object comes from an API server: nobody writes what that fills in. */
function isServed({ result }: PreparedItem): boolean {
  if (result.state !== 'kept') return false;
  const { metadata, ...object } = result.object;
  return metadata.uid !== undefined || metadata.creationTimestamp !== undefined || Object.hasOwn(object, 'status');
}

function prepareItem(item: ReadItem, hint: Batch['hint']): PreparedItem {
  if (item.state === 'kept') return { result: item, drops: 0, firstDrop: '' };
  let drops = 0;
  let firstDrop = '';
  const result = project(item.value, hint, (field) => {
    drops += 1;
    firstDrop ||= field;
  });
  return { result, drops, firstDrop };
}

/** What the caller knows better than the input. */
interface FinishOptions {
  readonly now: Date | undefined;
  readonly source: SourceInfo;
  readonly coverage: readonly CoverageStatement[];
  /** What whoever gathered the objects has to tell; comes first. */
  readonly notices?: readonly string[];
}

/** How to put it together. */
interface AssembleOptions {
  /** Whether to tell of objects that the input holds twice; not where that is a finding. */
  readonly tellTwice?: boolean;
}

/**
 * The namespace of the system lives as long as its cluster: two that are not the same are of two clusters, which make no
 * sense together.
 */
function requireOneCluster(before: KubernetesObject | undefined, now: KubernetesObject, file: string): void {
  const [first, second] = [before?.metadata.uid, now.metadata.uid];
  if (first === undefined || second === undefined || first === second) return;
  throw new InputError({
    code: 'KROOT_INPUT_MIXED',
    file,
    problem: 'it is of another cluster than what was read before (namespace kube-system has another uid)',
    next: 'diagnose them one by one; kroot diff compares two',
  });
}

/** Starts an empty snapshot. */
export function assemble({ tellTwice = true }: AssembleOptions = {}): Assembly {
  const kinds = new Map<string, Map<string, KubernetesObject>>();
  const coverage = coverageBuilder();
  const absent = new Set<string>();
  const general = notices('notices');
  const skipped = notices('objects were skipped');
  const twice = notices('objects are in the input twice with different content: the later ones are used');
  const dropped = { count: 0, first: '' };
  const changed = { count: 0, first: '' };
  let assumed = 0;
  let capturedAt: number | undefined;

  function take({ batch, items }: PreparedBatch, file: string, place: BatchPlace | undefined): void {
    const seen = new Map<string, Set<string>>();
    let index = 0;
    for (const { result, drops, firstDrop } of items) {
      index += 1;
      if (result.state === 'skipped') {
        skipped.add(`${file}: object ${index} ${result.reason}: skipped`);
        lose(result.kind ?? place?.scope?.kind);
        continue;
      }
      if (drops > 0) drop(drops, () => `${describe(result)}, ${firstDrop} in ${file}`);
      if (result.assumedNamespace) assumed += 1;
      keep(result, file, place);
      const namespaces = seen.get(result.kind) ?? new Set();
      seen.set(result.kind, namespaces.add(result.object.metadata.namespace ?? ''));
    }
    if (place !== undefined) return takePlaced(batch, seen, place);
    if (batch.emptyKind !== undefined) coverage.addEmpty(batch.emptyKind);
    if (batch.complete) coverage.addList(seen);
    else for (const kind of seen.keys()) coverage.addPart(kind, batch.reason ?? '');
  }

  function lose(kind: string | undefined): void {
    if (kind !== undefined) coverage.addLoss(kind);
  }

  function drop(fields: number, where: () => string): void {
    if (dropped.count === 0) dropped.first = where();
    dropped.count += fields;
  }

  function takePlaced(
    { complete, reason }: PreparedBatch['batch'],
    seen: ReadonlyMap<string, unknown>,
    place: BatchPlace,
  ): void {
    const { scope } = place;
    if (scope !== undefined && complete) coverage.addScope(scope.kind, scope.namespace);
    for (const kind of seen.keys()) {
      if (kind !== scope?.kind || !complete) coverage.addPart(kind, complete ? place.reason : (reason ?? place.reason));
    }
  }

  function keep(item: Projected, file: string, place: BatchPlace | undefined): void {
    const { name, namespace } = item.object.metadata;
    const objects = kinds.get(item.kind) ?? new Map<string, KubernetesObject>();
    kinds.set(item.kind, objects);
    const key = `${namespace ?? ''}/${name}`;
    const before = objects.get(key);
    if (item.kind === 'Namespace' && name === 'kube-system') requireOneCluster(before, item.object, file);
    // resourceVersions are opaque and cannot be ordered: the later object in the input wins.
    if (before !== undefined && !isSame(before, item.object)) {
      // A dump is gathered over minutes, and some hold objects in lists and by themselves.
      if (place !== undefined) {
        changed.count += 1;
        changed.first ||= `${describe(item)} in ${file}`;
      } else if (tellTwice)
        twice.add(`${file}: ${describe(item)} is in the input twice with different content: the later one is used`);
    }
    objects.set(key, item.object);
  }

  function state(statement: CoverageStatement): void {
    if ('ref' in statement) absent.add(refKey(statement.ref));
    else coverage.add(statement);
  }

  function accept(prepared: PreparedBatch, file: string, place?: BatchPlace): void {
    const { batch } = prepared;
    take(prepared, file, place);
    for (const statement of batch.statements ?? []) state(statement);
    for (const notice of batch.notices ?? []) general.add(`${file}: ${notice}`);
    const time = parseTime(batch.capturedAt);
    if (time !== undefined) capturedAt = Math.max(time, capturedAt ?? time);
  }

  return {
    add: (batch, file) => {
      accept(prepareBatch(batch), file);
    },
    accept,
    state,
    addScope: ({ kind, namespace }) => {
      coverage.addScope(kind, namespace);
    },
    explain: (reasons) => {
      coverage.explain(reasons);
    },
    addNotice: (text) => {
      general.add(text);
    },
    finish({ now, source, coverage: statements, notices: told = [] }) {
      for (const statement of statements) state(statement);
      if (assumed > 0)
        general.add(
          `${assumed} ${assumed === 1 ? 'object states' : 'objects state'} no namespace: read as in namespace default`,
        );
      if (changed.count > 0) {
        const objects = changed.count === 1 ? '1 object is' : `${changed.count} objects are`;
        general.add(`${objects} in the dump in more than one state: the last is used (first: ${changed.first})`);
      }
      if (dropped.count > 0) {
        const fields = dropped.count === 1 ? '1 field' : `${dropped.count} fields`;
        general.add(`${fields} with an unusable value left out (first: ${dropped.first})`);
      }
      const objects = new Map([...kinds].map(([kind, byKey]) => [kind, [...byKey.values()]]));
      const stated = now?.getTime() ?? capturedAt;
      const time = stated ?? newestTime([...objects.values()].flat()) ?? 0;
      return buildSnapshot({
        now: time,
        source: { ...source, ...(stated !== undefined && { capturedAt: new Date(stated).toISOString() }) },
        coverage: coverage.build(kinds),
        notices: [...told, ...general.list(), ...skipped.list(), ...twice.list()],
        objects,
        absent,
      });
    },
  };
}

function* itemsOf(values: Batch['values'], items: Batch['items']): Generator<ReadItem> {
  if (items !== undefined) yield* items;
  for (const value of values) yield { state: 'plain', value };
}

function describe({ kind, object }: Projected): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** The same state of the same object: by uid and resourceVersion where there are any, else by content. */
function isSame(a: KubernetesObject, b: KubernetesObject): boolean {
  const { uid, resourceVersion } = a.metadata;
  if (uid !== undefined && resourceVersion !== undefined && b.metadata.uid !== undefined) {
    return uid === b.metadata.uid && resourceVersion === b.metadata.resourceVersion;
  }
  return JSON.stringify(a) === JSON.stringify(b);
}
