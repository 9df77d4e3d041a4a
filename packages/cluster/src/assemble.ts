import { refKey, type KubernetesObject, type Snapshot, type SourceInfo } from '@kroot/types';
import { type Batch } from './batch.ts';
import { type ReadItem } from './bytes/list-reader.ts';
import { notices } from './notices.ts';
import { project, type Projected } from './projection/project.ts';
import { newestTime, parseTime } from './snapshot/capture-time.ts';
import { coverageBuilder } from './snapshot/coverage.ts';
import { buildSnapshot } from './snapshot/snapshot.ts';
import { type CoverageStatement } from './snapshot/statement.ts';

/** Gathers the objects of any number of inputs into one snapshot. */
export interface Assembly {
  /** Takes in a batch; `file` is for notices. */
  add(batch: Batch, file: string): void;
  addNotice(text: string): void;
  finish(options: FinishOptions): Snapshot;
}

/** What the caller knows better than the input. */
interface FinishOptions {
  readonly now: Date | undefined;
  readonly source: SourceInfo;
  readonly coverage: readonly CoverageStatement[];
  /** What whoever gathered the objects has to tell; comes first. */
  readonly notices?: readonly string[];
}

/** Starts an empty snapshot. */
export function assemble(): Assembly {
  const kinds = new Map<string, Map<string, KubernetesObject>>();
  const coverage = coverageBuilder();
  const absent = new Set<string>();
  const general = notices('notices');
  const skipped = notices('objects were skipped');
  const twice = notices('objects are in the input twice with different content: the later ones are used');
  const dropped = { count: 0, first: '' };
  let assumed = 0;
  let capturedAt: number | undefined;

  function take(batch: Batch, file: string): void {
    const seen = new Map<string, Set<string>>();
    let index = 0;
    for (const item of itemsOf(batch)) {
      index += 1;
      const drop = { count: 0, first: '' };
      const result =
        item.state === 'kept'
          ? item
          : project(item.value, batch.hint, (field) => {
              drop.count += 1;
              drop.first ||= field;
            });
      if (result.state === 'skipped') {
        skipped.add(`${file}: object ${index} ${result.reason}: skipped`);
        if (result.kind !== undefined) coverage.addLoss(result.kind);
        continue;
      }
      if (dropped.count === 0 && drop.count > 0) dropped.first = `${describe(result)}, ${drop.first} in ${file}`;
      dropped.count += drop.count;
      if (result.assumedNamespace) assumed += 1;
      keep(result, file);
      const namespaces = seen.get(result.kind) ?? new Set();
      seen.set(result.kind, namespaces.add(result.object.metadata.namespace ?? ''));
    }
    if (batch.emptyKind !== undefined) coverage.addEmpty(batch.emptyKind);
    if (batch.complete) coverage.addList(seen);
    else for (const kind of seen.keys()) coverage.addPart(kind, batch.reason ?? '');
  }

  function keep(item: Projected, file: string): void {
    const { name, namespace } = item.object.metadata;
    const objects = kinds.get(item.kind) ?? new Map<string, KubernetesObject>();
    kinds.set(item.kind, objects);
    const key = `${namespace ?? ''}/${name}`;
    const before = objects.get(key);
    // resourceVersions are opaque and cannot be ordered: the later object in the input wins.
    if (before !== undefined && !isSame(before, item.object)) {
      twice.add(`${file}: ${describe(item)} is in the input twice with different content: the later one is used`);
    }
    objects.set(key, item.object);
  }

  function state(statement: CoverageStatement): void {
    if ('ref' in statement) absent.add(refKey(statement.ref));
    else coverage.add(statement);
  }

  return {
    add(batch, file) {
      take(batch, file);
      for (const statement of batch.statements ?? []) state(statement);
      for (const notice of batch.notices ?? []) general.add(`${file}: ${notice}`);
      const time = parseTime(batch.capturedAt);
      if (time !== undefined) capturedAt = Math.max(time, capturedAt ?? time);
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

function* itemsOf({ items, values }: Batch): Generator<ReadItem> {
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
