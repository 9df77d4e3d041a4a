import { resolve } from 'node:path';
import { refKey, ref as refTo, kindKey, type ResourceRef, type Snapshot, type SourceLocation } from '@kroot/types';
import { assemble } from '../assemble.ts';
import { InputError } from '../errors.ts';
import { elements, isObject, member, text, type JsonObject } from '../guards.ts';
import { readBytes, readStream } from '../input/files.ts';
import { openBytes } from '../input/open-bytes.ts';
import { DEFAULT_LIMITS, type ReadLimits } from '../limits.ts';
import { intendedCoverage } from './intended-coverage.ts';
import { generatedBy, isKustomization, partsOf } from './kustomize.ts';
import {
  manifestDocuments,
  TEMPLATE_PROBLEM,
  type ManifestDocument,
  type ManifestProblem,
} from './manifest-documents.ts';
import { manifestFiles } from './manifest-files.ts';
import { inNamespace, scopesOf } from './scope.ts';
import { unquotedIn, type Unquoted } from './unquoted.ts';
import { locateField, stepsOf, type LocatedDocument } from './source-location.ts';

/** How to read manifests. */
export interface ManifestOptions {
  /** What `-` stands for; the process's standard input when absent. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** The namespace of objects that state none; `default` when absent. */
  readonly namespace?: string;
  readonly limits?: Partial<ReadLimits>;
}

/** One object of the manifests, as it is written. */
export interface Manifest {
  readonly ref: ResourceRef;
  readonly apiVersion: string;
  readonly kind: string;
  readonly location: SourceLocation;
  /** Numbers and truth values in fields that are text. */
  readonly unquoted: readonly Unquoted[];
}

/** Manifests: what they intend, where it is written, and what is wrong with their text. */
export interface ManifestSet {
  /** What they intend: complete for the namespaces that they speak of, silent on everything else. */
  readonly snapshot: Snapshot;
  /** Every object in order, also those that another one replaces. */
  readonly manifests: readonly Manifest[];
  readonly problems: readonly ManifestProblem[];
  /** Names of ConfigMaps and Secrets that kustomize generates, as `refKey` with no namespace. */
  readonly generated: ReadonlySet<string>;
  /** Whether there are kustomizations, which change objects before they are applied. */
  readonly kustomized: boolean;
  readonly notices: readonly string[];
  /** Where a field of an object is written; the nearest field above it where it is not. */
  locate(target: ResourceRef, path?: string): SourceLocation | undefined;
}

/** The name under which standard input stands in positions. */
export const STDIN_NAME = '<stdin>';

interface Written {
  readonly value: JsonObject;
  readonly place: LocatedDocument | undefined;
  readonly path: readonly (string | number)[];
  readonly file: string;
}

/**
 * Reads manifests that are to be applied: files, folders with YAML and JSON files, or `-`. Text that is no YAML is a problem
 * with a position, not an error. Rejects with `InputError` where there is nothing to read.
 */
export async function readManifests(inputs: readonly string[], options: ManifestOptions = {}): Promise<ManifestSet> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const documents: ManifestDocument[] = [];
  const problems: ManifestProblem[] = [];
  const notices: string[] = [];
  const read = new Set<string>();
  const take = (bytes: Uint8Array, file: string, found = false): void => {
    for (const document of manifestDocuments(bytes, { file, limits })) {
      if (!('problem' in document)) documents.push(document);
      // A repository holds much that is YAML of some kind: what was not asked for by name has to look like a manifest.
      else if (!found || document.isLikely) problems.push(document);
    }
  };
  for (const input of inputs) {
    if (input === '-') {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: the later of two equal objects wins
      const raw = await readStream(options.stdin ?? process.stdin, STDIN_NAME, limits);
      // oxlint-disable-next-line no-await-in-loop -- the same
      take(await opened(raw, STDIN_NAME, limits), STDIN_NAME);
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- the same
    const { files, found, notices: told } = await manifestFiles(input, limits);
    notices.push(...told);
    for (const file of files) {
      // A folder and a file of it may both be named.
      if (read.has(resolve(file))) continue;
      read.add(resolve(file));
      try {
        // oxlint-disable-next-line no-await-in-loop -- bounds memory to one file, keeps the order
        take(await opened(await readBytes(file, limits), file, limits), file, found);
      } catch (error) {
        if (!found || !(error instanceof InputError)) throw error;
        if (error.code !== 'KROOT_INPUT_EMPTY') notices.push(`${error.message} (file skipped)`);
      }
    }
  }
  return build(documents, problems, notices, inputs, options.namespace ?? 'default');
}

/** What other commands read and this one does not has another way out here. */
const NEXT: ReadonlyMap<string, string> = new Map([
  ['KROOT_INPUT_ARCHIVE', 'unpack it and name the folder'],
  ['KROOT_INPUT_EMPTY', 'check what was to write it, or name files with kind and apiVersion'],
]);

async function opened(raw: Uint8Array, file: string, limits: ReadLimits): Promise<Uint8Array> {
  try {
    return await openBytes(raw, file, limits);
  } catch (error) {
    const next = error instanceof InputError ? NEXT.get(error.code) : undefined;
    if (!(error instanceof InputError) || next === undefined) throw error;
    throw new InputError({ code: error.code, file, problem: error.problem, next, cause: error });
  }
}

function build(
  documents: readonly ManifestDocument[],
  problems: ManifestProblem[],
  notices: string[],
  inputs: readonly string[],
  namespace: string,
): ManifestSet {
  const written = documents.flatMap((document) => [...objectsIn(document.value, [], document)]);
  const kustomizations = written.filter(({ value }) => isKustomization(value));
  const [first, ...others] = kustomizations;
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    notices.push(
      `${first.file}${more}: kustomize is not run, so patches and prefixes do not count: pipe \`kubectl kustomize\` into kroot check -f -`,
    );
  }
  const parts = new Set(kustomizations.flatMap(({ file, value }) => partsOf(value, file)));
  const objects = withoutOwned(
    written.filter((one) => isManifest(one.value) && !isKustomization(one.value) && !parts.has(one.file)),
  );
  if (objects.length === 0 && problems.length === 0) throw nothingIn(inputs);
  const scopes = scopesOf(objects.map(({ value }) => value));
  const assembly = assemble({ tellTwice: false });
  const manifests: Manifest[] = [];
  const places = new Map<string, Written>();
  const completed = completer();
  for (const one of objects) {
    const value = completed(inNamespace(asApplied(one.value), namespace, scopes));
    const target = refOfValue(value);
    const problem = target === undefined ? unrendered(one) : undefined;
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    if (target === undefined) {
      notices.push(`${where(one)}: a ${String(value['kind'])} without metadata.name: skipped`);
      continue;
    }
    assembly.add({ values: [value], complete: false, reason: 'manifests hold what is to be, not what is' }, one.file);
    manifests.push({
      ref: target,
      apiVersion: text(value['apiVersion']) ?? '',
      kind: text(value['kind']) ?? '',
      location: locationOf(one, ['kind']),
      unquoted: isBuiltin(target) ? [...unquotedIn(value)] : [],
    });
    places.set(refKey(target), one);
  }
  const name = inputs.map((input) => (input === '-' ? STDIN_NAME : input)).join(', ');
  const snapshot = assembly.finish({
    now: new Date(0),
    source: { type: 'file', name },
    coverage: intendedCoverage(manifests.map(({ ref }) => ref)),
  });
  return {
    snapshot,
    manifests,
    problems,
    kustomized: kustomizations.length > 0,
    generated: new Set(kustomizations.flatMap(({ value }) => generatedBy(value))),
    notices: [...notices, ...snapshot.notices],
    locate(target, path) {
      const found = places.get(refKey(target));
      return found === undefined ? undefined : locationOf(found, stepsOf(path ?? 'metadata.name'));
    },
  };
}

/** The objects of a document: itself, or what its list holds. */
function* objectsIn(
  value: unknown,
  path: readonly (string | number)[],
  { file, place }: ManifestDocument,
): Generator<Written> {
  if (!isObject(value)) return;
  const kind = text(value['kind']);
  if (Array.isArray(value['items']) && (kind === undefined || kind.endsWith('List'))) {
    let index = 0;
    for (const item of value['items']) {
      yield* objectsIn(item, [...path, 'items', index], { file, place, value: item });
      index += 1;
    }
    return;
  }
  yield { value, place, path, file };
}

function isManifest(value: JsonObject): boolean {
  return text(value['kind']) !== undefined && text(value['apiVersion']) !== undefined;
}

/** What was exported from a cluster has a status, which nobody can apply. */
function asApplied({ status: _status, ...value }: JsonObject): JsonObject {
  return value;
}

/** Controllers make these again from the owners, which are there as well. Nobody applies events. */
function withoutOwned(all: readonly Written[]): readonly Written[] {
  const names = new Set(all.map(({ value }) => ownerKey(value, member(value['metadata'], 'name'))));
  return all.filter(({ value }) => {
    const metadata = value['metadata'];
    const owner = elements(member(metadata, 'ownerReferences')).find((each) => member(each, 'controller') === true);
    const isOwned = isObject(owner) && names.has(ownerKey({ ...owner, metadata }, owner['name']));
    return !isOwned && value['kind'] !== 'Event';
  });
}

function ownerKey({ kind, metadata }: JsonObject, name: unknown): string {
  return [kind, member(metadata, 'namespace'), name].map((part) => text(part) ?? '').join('/');
}

/** Jobs and pods may have a name that the API server completes, with another end for each. */
function completer(): (value: JsonObject) => JsonObject {
  const given = new Map<string, number>();
  return (value) => {
    const metadata = value['metadata'];
    const prefix = text(member(metadata, 'generateName'));
    if (!isObject(metadata) || text(metadata['name']) !== undefined || prefix === undefined) return value;
    const nth = (given.get(prefix) ?? 0) + 1;
    given.set(prefix, nth);
    return { ...value, metadata: { ...metadata, name: `${prefix}generated${nth === 1 ? '' : `-${nth}`}` } };
  };
}

function refOfValue(value: JsonObject): ResourceRef | undefined {
  const metadata = value['metadata'];
  const [kind, name] = [text(value['kind']), text(member(metadata, 'name'))];
  if (kind === undefined || name === undefined || name.includes('/')) return undefined;
  const apiVersion = text(value['apiVersion']) ?? '';
  const slash = apiVersion.lastIndexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  // Kinds of Kubernetes that were served in other groups are known by today's.
  const isOld = group === 'extensions' || kindKey(group, kind) === kind;
  const namespace = text(member(metadata, 'namespace'));
  if (isOld) return refTo(kind, namespace, name);
  return { group, kind, ...(namespace !== undefined && { namespace }), name };
}

/** Only of kinds of Kubernetes is known which fields are text. */
function isBuiltin({ group, kind }: ResourceRef): boolean {
  return kindKey(group, kind) === kind;
}

function locationOf(one: Written, steps: readonly (string | number)[]): SourceLocation {
  const { place, path, file } = one;
  const found = place === undefined ? undefined : locateObjectField(place, path, steps);
  return found ?? { file, line: 1, column: 1 };
}

/** The name stands for fields that are not in the manifest at all, such as those of its status. */
function locateObjectField(
  place: LocatedDocument,
  object: readonly (string | number)[],
  steps: readonly (string | number)[],
): SourceLocation | undefined {
  const [first = 'metadata'] = steps;
  const isThere = locateField(place, [...object, first], true) !== undefined;
  return locateField(place, [...object, ...(isThere ? steps : ['metadata', 'name'])]) ?? locateField(place, object);
}

/** `name: {{ .Values.name }}` is YAML, though not what it is meant to be. */
function unrendered(one: Written): ManifestProblem | undefined {
  if (!isObject(member(one.value['metadata'], 'name'))) return undefined;
  return { ...TEMPLATE_PROBLEM, location: locationOf(one, ['metadata', 'name']), isLikely: true };
}

function where(one: Written): string {
  const { file, line, column } = locationOf(one, ['kind']);
  return `${file}:${line}:${column}`;
}

function nothingIn(inputs: readonly string[]): InputError {
  return new InputError({
    code: 'KROOT_INPUT_NOT_KUBERNETES',
    file: inputs.map((input) => (input === '-' ? STDIN_NAME : input)).join(', '),
    problem: 'no Kubernetes manifests in it',
    next: 'name files with kind and apiVersion, or pipe helm template or kubectl kustomize into it',
  });
}
