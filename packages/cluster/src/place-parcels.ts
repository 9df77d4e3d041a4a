import { CONTAINER_LOG_KIND, compareStrings, type ContainerLog } from '@kroot/types';
import { prepareBatch, type Assembly, type PreparedBatch, type Scope } from './assemble.ts';
import { type CaptureManifest } from './capture/manifest.ts';
import { InputError, type InputErrorCode } from './errors.ts';
import { clusterInfoDump } from './layouts/cluster-info-dump.ts';
import { DUMP_LISTS } from './layouts/dump-stream.ts';
import { findDumps, type Dump } from './layouts/dumps.ts';
import { type Layout } from './layouts/layout.ts';
import { type Parcel } from './parcel.ts';
import { hintedKind } from './projection/project.ts';

/** What has been gathered from all inputs so far. */
export interface Gathered {
  readonly assembly: Assembly;
  readonly captures: CaptureManifest[];
  /** Layouts that were recognised. */
  readonly layouts: Set<Layout>;
  /** Versions that dumps state. */
  readonly serverVersions: Set<string>;
  /** Files with objects. */
  files: number;
  /** Files with objects that belong to no dump. */
  plain: number;
}

/** What other files of a folder are bound to be. */
const FOREIGN: ReadonlySet<InputErrorCode> = new Set([
  'KROOT_INPUT_NOT_KUBERNETES',
  'KROOT_INPUT_BINARY',
  'KROOT_INPUT_EMPTY',
]);

/** Puts the files of a folder or an archive into the snapshot, in the order of their paths wherever they come from. */
export function placeParcels(name: string, parcels: readonly Parcel[], gathered: Gathered): void {
  const sorted = parcels.toSorted((a, b) => compareStrings(a.path, b.path));
  if (!sorted.some(({ content }) => content.type !== 'bad')) throw nothingIn(name, sorted);
  const { dumps, others } = findDumps(sorted);
  for (const dump of dumps) placeDump(dump, gathered);
  for (const parcel of others) placeParcel(parcel, gathered);
  noteSkipped(name, others, dumps.length > 0, gathered.assembly);
}

function placeDump({ layout, parcels, reading }: Dump, gathered: Gathered): void {
  const { assembly, layouts, serverVersions } = gathered;
  layouts.add(layout);
  const reason = `the ${layout.name} holds objects of this kind, but not all`;
  for (const parcel of parcels) {
    const { content, file } = parcel;
    if (content.type === 'logs') addLogs(content.logs, file, assembly);
    if (reading.ignored.has(parcel)) continue;
    if (content.type === 'objects') {
      gathered.files += 1;
      const scope = reading.scopes.get(parcel);
      const place = { reason, ...(scope !== undefined && { scope }) };
      for (const batch of content.batches) assembly.accept(batch, file, place);
    } else if (content.type === 'bad' && !FOREIGN.has(content.error.code)) {
      assembly.addNotice(`${content.error.message} (file skipped)`);
    } else if (content.type === 'capture' || content.type === 'dump') placeParcel(parcel, gathered);
  }
  if (reading.objects.length > 0) {
    const probed = 'the bundle tells of single objects of this kind, and holds none';
    assembly.accept(prepareBatch({ values: reading.objects, complete: false }), layout.name, { reason: probed });
  }
  for (const scope of reading.whole) assembly.addScope(scope);
  for (const statement of reading.statements) assembly.state(statement);
  if (reading.serverVersion !== undefined) serverVersions.add(reading.serverVersion);
}

/** Puts in a file that stands for itself; `bad` ones are told of elsewhere. */
export function placeParcel({ content, file }: Parcel, gathered: Gathered): void {
  const { assembly, captures, layouts } = gathered;
  if (content.type === 'bad') return;
  if (content.type === 'logs') return addLogs(content.logs, file, assembly);
  gathered.files += 1;
  if (content.type === 'capture') {
    assembly.accept(content.batch, file);
    captures.push(content.manifest);
  } else if (content.type === 'dump') {
    layouts.add(clusterInfoDump);
    placeStream(content.batches, file, assembly);
    addLogs(content.logs, file, assembly);
  } else {
    gathered.plain += 1;
    for (const notice of content.notices) assembly.addNotice(`${file}: ${notice}`);
    for (const batch of content.batches) assembly.accept(batch, file);
  }
}

/** Lists in one stream do not say of which namespace they are; the seven that belong together do, if one holds an object. */
function placeStream(batches: readonly PreparedBatch[], file: string, assembly: Assembly): void {
  let group: PreparedBatch[] = [];
  for (const batch of batches) {
    if (kindOf(batch) === 'Node') {
      assembly.accept(batch, file, { reason: '', scope: { kind: 'Node', namespace: '*' } });
      continue;
    }
    group.push(batch);
    if (kindOf(batch) !== DUMP_LISTS.at(-1)) continue;
    placeGroup(group, file, assembly);
    group = [];
  }
  placeGroup(group, file, assembly);
}

function placeGroup(group: readonly PreparedBatch[], file: string, assembly: Assembly): void {
  const namespaces = new Set(
    group.flatMap(({ items }) =>
      items.flatMap(({ result }) => (result.state === 'kept' ? [result.object.metadata.namespace ?? ''] : [])),
    ),
  );
  const [namespace = ''] = namespaces;
  for (const batch of group) {
    const kind = kindOf(batch);
    const scope: Scope | undefined =
      namespaces.size === 1 && namespace !== '' && kind !== undefined ? { kind, namespace } : undefined;
    assembly.accept(batch, file, { reason: 'the dump is not in order', ...(scope !== undefined && { scope }) });
  }
}

function kindOf({ batch: { hint } }: PreparedBatch): string | undefined {
  return hint === undefined ? undefined : hintedKind(hint);
}

function addLogs(logs: readonly ContainerLog[], file: string, assembly: Assembly): void {
  const items = logs.map((object) => ({
    state: 'kept' as const,
    kind: CONTAINER_LOG_KIND,
    object,
    assumedNamespace: false,
  }));
  assembly.add({ values: [], items, complete: false, reason: 'logs are read only of what is in the input' }, file);
}

/** One line for all files that hold something else, one for archives, one for each that should have been good. */
function noteSkipped(name: string, parcels: readonly Parcel[], isDump: boolean, assembly: Assembly): void {
  const errors = parcels.flatMap(({ content }) => (content.type === 'bad' ? [content.error] : []));
  const foreign = errors.filter(({ code }) => FOREIGN.has(code));
  const archives = errors.filter(({ code }) => code === 'KROOT_INPUT_ARCHIVE');
  const [first] = foreign;
  if (first !== undefined && !isDump) {
    const files = foreign.length === 1 ? '1 file holds' : `${foreign.length} files hold`;
    assembly.addNotice(`${name}: ${files} no Kubernetes objects: skipped (first: ${first.file})`);
  }
  const [archive] = archives;
  if (archive !== undefined) {
    const [files, it] = archives.length === 1 ? ['1 archive', 'it'] : [`${archives.length} archives`, 'them'];
    assembly.addNotice(`${name}: ${files} in it not opened: name ${it} too (first: ${archive.file})`);
  }
  for (const error of errors) {
    if (!foreign.includes(error) && !archives.includes(error)) assembly.addNotice(`${error.message} (file skipped)`);
  }
}

function nothingIn(name: string, parcels: readonly Parcel[]): InputError {
  const [first] = parcels.flatMap(({ content }) => (content.type === 'bad' ? [content.error] : []));
  const next = first === undefined ? 'name a folder with JSON or YAML files' : `the first file: ${first.message}`;
  const problem = 'it holds no file with Kubernetes objects';
  return new InputError({ code: 'KROOT_INPUT_NOT_KUBERNETES', file: name, problem, next, cause: first });
}
