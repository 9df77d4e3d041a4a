import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { compareStrings, refKey, type ResourceRef, type Snapshot } from '@kroot/types';
import { InputError } from '../errors.ts';
import { manifestPlaces, type ManifestPlace } from './manifest-places.ts';

/** Where an object is written; the path is relative to the root of the repository. */
export interface ManifestLocation {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What is looked for, and what helps. */
export interface LocateOptions {
  readonly targets: Iterable<ResourceRef>;
  /** Its objects may say themselves which file they come from. */
  readonly snapshot?: Snapshot;
}

interface Manifest extends ManifestPlace {
  /** With `/`, relative to the root that was named. */
  readonly file: string;
}

const MAX_FILES = 20_000;
const MAX_BYTES = 4 * 1024 * 1024;
const SKIPPED = new Set(['.git', 'node_modules', '.terraform']);

/** Written by kustomize (`buildMetadata: [originAnnotations]`) and Flux. https://kubectl.docs.kubernetes.io/references/kustomize/builtins/ */
const ORIGIN = 'config.kubernetes.io/origin';

/**
 * Finds the manifests of objects in a folder of a repository, by kind, namespace and name, and by what kustomize wrote into
 * the objects themselves. Only files that hold one of the names are parsed; links are not followed. Rejects with `InputError`.
 */
export async function locateManifests(
  root: string,
  { targets, snapshot }: LocateOptions,
): Promise<(target: ResourceRef) => ManifestLocation | undefined> {
  const base = await repositoryOf(root);
  const wanted = [...targets].map((target) => ({ target, origin: originOf(target, snapshot) }));
  const names = new Set(wanted.map(({ target }) => target.name));
  const origins = new Set(wanted.flatMap(({ origin }) => origin ?? []));
  const manifests = await readManifests(root, names, origins);
  const found = new Map<string, ManifestLocation>();
  for (const { target, origin } of wanted) {
    const manifest = byOrigin(target, origin, manifests) ?? byName(target, manifests);
    if (manifest !== undefined) found.set(refKey(target), locationOf(manifest, root, base));
  }
  return (target) => found.get(refKey(target));
}

function locationOf(
  { file, line, column, endLine, endColumn }: Manifest,
  root: string,
  base: string,
): ManifestLocation {
  const path = relative(base, join(resolve(root), file))
    .split(sep)
    .join('/');
  return { path, line, column, endLine, endColumn };
}

/** The folder above that Git keeps, else the one that the program runs in, else the root itself. */
async function repositoryOf(root: string): Promise<string> {
  const start = resolve(root);
  for (let folder = start; ; folder = dirname(folder)) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, upwards
    const isRepository = await stat(join(folder, '.git')).then(
      () => true,
      () => false,
    );
    if (isRepository) return folder;
    if (folder === dirname(folder)) break;
  }
  const here = resolve('.');
  return start === here || start.startsWith(here + sep) ? here : start;
}

async function readManifests(
  root: string,
  names: ReadonlySet<string>,
  origins: ReadonlySet<string>,
): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const file of await filesOf(root)) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: a repository has more files than a process may open
    const text = await readText(join(root, file));
    const isNamed = [...origins].some((origin) => isTail(file, origin));
    if (!isNamed && ![...names].some((name) => text.includes(name))) continue;
    for (const place of manifestPlaces(text)) manifests.push({ ...place, file });
  }
  return manifests;
}

function isTail(file: string, tail: string): boolean {
  return file === tail || file.endsWith(`/${tail}`);
}

async function readText(path: string): Promise<string> {
  try {
    return (await stat(path)).size > MAX_BYTES ? '' : await readFile(path, 'utf8');
  } catch {
    return '';
  }
}

async function filesOf(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  const todo = [''];
  for (let folder = todo.pop(); folder !== undefined && files.length < MAX_FILES; folder = todo.pop()) {
    // oxlint-disable-next-line no-await-in-loop -- folders are found in folders
    const entries = await entriesOf(root, folder);
    for (const entry of entries) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) todo.push(path);
      else if (entry.isFile() && /\.(?:ya?ml|json)$/i.test(entry.name)) files.push(path);
    }
  }
  return files.toSorted(compareStrings);
}

async function entriesOf(root: string, folder: string): Promise<Awaited<ReturnType<typeof readEntries>>> {
  try {
    return await readEntries(join(root, folder));
  } catch (cause) {
    if (folder !== '') return [];
    throw new InputError({
      code: 'KROOT_INPUT_NOT_FOUND',
      file: root,
      problem: 'there is no such folder, or it cannot be read',
      next: 'name the folder of the repository that holds the manifests',
      cause,
    });
  }
}

function readEntries(
  path: string,
): Promise<readonly { readonly name: string; isFile(): boolean; isDirectory(): boolean }[]> {
  return readdir(path, { withFileTypes: true });
}

/** The namespace decides among equal names; a manifest without one could be for any, so that then it must be the only one. */
function byName(target: ResourceRef, manifests: readonly Manifest[]): Manifest | undefined {
  const alike = manifests.filter(({ kind, name }) => kind === target.kind && name === target.name);
  const exact = alike.find(({ namespace }) => namespace === target.namespace);
  if (exact !== undefined) return exact;
  const open = alike.filter(({ namespace }) => namespace === undefined);
  return open.length === 1 ? open[0] : undefined;
}

/**
 * The file that the object itself names. The path counts from the folder of a kustomization, which need not be the root: it is
 * given without what leads upwards, and the end of it must fit one file.
 */
function originOf(target: ResourceRef, snapshot: Snapshot | undefined): string | undefined {
  const found = snapshot?.lookup(target);
  const origin = found?.state === 'present' ? found.object.metadata.annotations?.[ORIGIN] : undefined;
  // What comes from another repository is in no file of this one.
  if (origin === undefined || /^repo:/m.test(origin)) return undefined;
  const path = /^path:\s*["']?(?<path>[^"'\n]+?)["']?\s*$/m.exec(origin)?.groups?.['path'];
  return path === undefined ? undefined : posix.normalize(path).replace(/^(?:\.\.\/)+/, '');
}

/** Kustomize may have put something before and behind the name. */
function byOrigin(
  target: ResourceRef,
  origin: string | undefined,
  manifests: readonly Manifest[],
): Manifest | undefined {
  if (origin === undefined) return undefined;
  const fitting = manifests.filter(
    ({ file, kind, name }) => kind === target.kind && target.name.includes(name) && isTail(file, origin),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}
