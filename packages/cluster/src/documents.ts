import { type Batch } from './batch.ts';
import { type ReadList } from './bytes/list-reader.ts';
import { elements, isObject, member, text, type JsonObject } from './guards.ts';
import { isKrootContext, readKrootContext } from './kroot-context.ts';
import { hintedKind, type TypeHint } from './projection/project.ts';

const SINGLE = 'the input holds single objects of this kind, not a list of all';
const PAGE = 'the input holds one page of a longer list';

/**
 * Recognises a document by its content; a string says why it is nothing that kroot reads. `hint`: what the place of the
 * file says its items are, for lists that do not.
 */
export function recognise(value: unknown, hint?: TypeHint): readonly Batch[] | string {
  if (Array.isArray(value)) return recogniseArray(value, hint);
  if (!isObject(value)) return 'holds no Kubernetes object';
  const kind = text(value['kind']);
  if (kind === 'Status') return `is an error answer of the API server (reason ${text(value['reason']) ?? 'unknown'})`;
  if (kind === 'Table') return 'is a table for display, not the objects themselves';
  if (isDiscovery(kind)) return 'is a list of API resources, not of objects';
  if (text(value['apiVersion'])?.startsWith('audit.k8s.io/') === true) return 'is an audit log, not objects';
  if (Object.hasOwn(value, 'items') && (kind === undefined || kind.endsWith('List')))
    return listBatches(value, kind, hint);
  if (kind !== undefined) return kind === 'List' ? [] : [{ values: [value], complete: false, reason: SINGLE }];
  return isKrootContext(value) ? readKrootContext(value) : otherThanObjects(value);
}

function otherThanObjects(value: JsonObject): string {
  const isReport = member(value['tool'], 'name') === 'kroot';
  return isReport
    ? 'is a report of kroot, not the objects that it is about (kroot render prints it)'
    : 'holds no Kubernetes object';
}

/** The same for a list that was read from bytes. */
export function recogniseList({ head, items }: ReadList): readonly Batch[] | string {
  const found = recognise(head);
  if (typeof found === 'string') return found;
  const inner: Batch[] = [];
  const own = items.filter((item) => item.state === 'kept' || !takeList(item.value, inner));
  // The head has no items, so it looked like an empty list.
  return [...found.map(({ emptyKind: _emptyKind, ...batch }) => ({ ...batch, items: own })), ...inner];
}

function recogniseArray(values: readonly unknown[], hint: TypeHint | undefined): readonly Batch[] | string {
  if (hint !== undefined) return flatten({ values, hint, complete: true });
  if (values.length === 0) return 'holds no Kubernetes object';
  const kinds = values.map((value) => text(member(value, 'kind')));
  if (kinds.every((kind) => kind === undefined || isDiscovery(kind)))
    return 'is a list of things that are no Kubernetes objects';
  return flatten({ values, complete: true });
}

function listBatches(list: JsonObject, kind: string | undefined, placed?: TypeHint): readonly Batch[] | string {
  const { items } = list;
  if (items !== null && !Array.isArray(items)) return 'is a list whose items are no list';
  const values = elements(items);
  const metadata = list['metadata'];
  const capturedAt = text(member(member(metadata, 'annotations'), 'captured-at'));
  const hint = typeOfItems(list, kind) ?? placed;
  const isPage =
    text(member(metadata, 'continue')) !== undefined || Number(member(metadata, 'remainingItemCount') ?? 0) > 0;
  const batch: Batch = {
    values,
    complete: !isPage,
    ...(isPage && { reason: PAGE }),
    ...(kind === 'List' && capturedAt === undefined && { mayBeWritten: true }),
    ...(hint !== undefined && { hint }),
    ...(capturedAt !== undefined && { capturedAt }),
    ...(hint !== undefined && values.length === 0 && !isPage && { emptyKind: hintedKind(hint) }),
  };
  return flatten(batch);
}

function isDiscovery(kind: string | undefined): boolean {
  return kind === 'APIResourceList' || kind === 'APIGroupList' || kind === 'APIVersions';
}

/** PodList tells the type of its items; List and PartialObjectMetadataList do not. */
function typeOfItems(list: JsonObject, kind: string | undefined): TypeHint | undefined {
  const apiVersion = text(list['apiVersion']);
  if (kind === undefined || kind === 'List' || apiVersion === undefined) return undefined;
  return { apiVersion, kind: kind.slice(0, -'List'.length) };
}

/** Lists within a list (`jq -s`, one List of several) are taken as lists of their own. */
function flatten(batch: Batch): readonly Batch[] {
  const inner: Batch[] = [];
  const values = batch.values.filter((value) => !takeList(value, inner));
  return inner.length === 0 ? [batch] : [{ ...batch, values }, ...inner];
}

/** Whether the value is a list, whose batches then are put to the others. */
function takeList(value: unknown, batches: Batch[]): boolean {
  const kind = text(member(value, 'kind'));
  if (!isObject(value) || !Array.isArray(value['items']) || kind?.endsWith('List') !== true) return false;
  const found = listBatches(value, kind);
  if (typeof found !== 'string') batches.push(...found);
  return true;
}
