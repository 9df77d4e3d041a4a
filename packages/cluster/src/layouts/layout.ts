import { type PreparedBatch, type Scope } from '../assemble.ts';
import { type Parcel } from '../parcel.ts';
import { hintedKind } from '../projection/project.ts';
import { type CoverageReasons } from '../snapshot/coverage.ts';
import { type CoverageStatement } from '../snapshot/statement.ts';

/** A file of a dump, with its path below the root of the dump. */
export interface DumpFile {
  readonly path: string;
  readonly parcel: Parcel;
}

/** What a layout makes of the files of one dump. */
export interface DumpReading {
  /** Lists that are all there is; what is not named here holds objects, not necessarily all. */
  readonly scopes: ReadonlyMap<Parcel, Scope>;
  /** Files that hold nothing about the cluster as it is. */
  readonly ignored: ReadonlySet<Parcel>;
  /** What is known besides from lists: kinds that are whole although there is no file … */
  readonly whole: readonly Scope[];
  /** … failures, and single objects that are known not to exist. */
  readonly statements: readonly CoverageStatement[];
  /** Objects of which the dump tells without holding them. */
  readonly objects: readonly unknown[];
  readonly serverVersion?: string | undefined;
}

/** A way in which tools lay out what they collect. */
export interface Layout {
  /** As people call it. */
  readonly name: string;
  /** The folders in which there is such a dump, '' for the top: told by what is in the files, not by names alone. */
  readonly roots: (parcels: readonly Parcel[]) => ReadonlySet<string>;
  readonly read: (files: readonly DumpFile[]) => DumpReading;
  readonly reasons: CoverageReasons;
}

/** The part of a path in front of where a pattern fits, without the slash at its end; undefined if it does not. */
export function rootOf(path: string, pattern: RegExp): string | undefined {
  const at = path.search(pattern);
  return at === -1 ? undefined : path.slice(0, at).replace(/\/$/, '');
}

/** The kind of the list that a file holds, if it holds one list and nothing else. */
export function listKind({ content }: Parcel): string | undefined {
  if (content.type !== 'objects' || content.batches.length !== 1) return undefined;
  const [prepared] = content.batches;
  if (prepared?.batch.complete !== true) return undefined;
  return prepared.batch.emptyKind ?? hintOrItems(prepared);
}

function hintOrItems({ batch, items }: PreparedBatch): string | undefined {
  if (batch.hint !== undefined) return hintedKind(batch.hint);
  const kinds = new Set(items.map(({ result }) => result.kind));
  const [kind] = kinds;
  return kinds.size === 1 ? kind : undefined;
}

/** Names of the single objects in a file. */
export function singleNames({ content }: Parcel): readonly string[] {
  if (content.type !== 'objects') return [];
  return content.batches.flatMap(({ batch, items }) =>
    batch.complete ? [] : items.flatMap(({ result }) => (result.state === 'kept' ? [result.object.metadata.name] : [])),
  );
}

/** The last part of a path, without its extension. */
export function baseName(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/\.(?:json|yaml|yml)$/, '');
}
