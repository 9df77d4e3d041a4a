import { createHash } from 'node:crypto';
import { builtinKind, compareStrings, kindKey, type KubernetesObject, type ObjectMeta } from '@kroot/types';
import { isObject, member, text, type JsonObject } from '../guards.ts';
import { modernise } from './legacy.ts';
import { readMeta } from './meta.ts';
import { compileFields } from './reader.ts';
import { type Custom, type OnDrop } from './schema.ts';
import { SCHEMAS } from './table.ts';
import { readUntyped } from './untyped.ts';

/** An object as the snapshot keeps it. */
export interface Projected {
  readonly state: 'kept';
  /** As `Snapshot.list` names the kind. */
  readonly kind: string;
  readonly object: KubernetesObject;
  /** Whether the namespace was not stated and `default` was assumed, as kubectl does. */
  readonly assumedNamespace: boolean;
}

/** An object that cannot be used, and why. */
export interface Rejected {
  readonly state: 'skipped';
  /** The kind that is now incomplete, if it is known. */
  readonly kind: string | undefined;
  readonly reason: string;
}

/** apiVersion and kind for objects that do not say themselves: items of a typed list. */
export interface TypeHint {
  readonly apiVersion: string;
  readonly kind: string;
}

const READERS: ReadonlyMap<string, Custom<Record<string, unknown>>> = new Map(
  Object.entries(SCHEMAS).map(([kind, fields]) => [kind, compileFields(fields)]),
);

/** Groups that built-in kinds used to be served in. */
const FORMER_GROUPS: ReadonlySet<string> = new Set(['extensions', 'events.k8s.io']);

/** Annotations of Secrets that are kept. Some controllers put the secret itself into an annotation. */
const SECRET_ANNOTATIONS =
  /^(?:kubernetes\.io\/service-account\.(?:name|uid)$|cert-manager\.io\/|meta\.helm\.sh\/|kroot\.|ignore\.kroot\.dev\/|kubed\.appscode\.com\/sync$|replicator\.v1\.mittwald\.de\/replicate-(?:from|to|to-matching)$|reflector\.v1\.k8s\.emberstack\.com\/reflect)/;

/** Copies the fields that kroot reads out of any object, in today's shape. Never throws, whatever the value. */
export function project(value: unknown, hint: TypeHint | undefined, onDrop: OnDrop): Projected | Rejected {
  if (!isObject(value)) return { state: 'skipped', kind: undefined, reason: 'is no object' };
  const type = identify(value, hint);
  if ('state' in type) return type;
  const { kind, kindName, apiVersion, isBuiltin } = type;
  const modern = isBuiltin ? modernise(kindName, apiVersion, value) : value;
  const body = readBody(kind, modern, onDrop);
  const meta = metaOf(kind, modern, body, onDrop);
  if (meta === undefined) return { state: 'skipped', kind, reason: `(${kindName}) has no usable metadata.name` };
  const { metadata, assumedNamespace } = inScope(kind, meta);
  const version = (isBuiltin ? builtinApiVersion(kindName) : undefined) ?? apiVersion;
  return { state: 'kept', kind, object: { apiVersion: version, kind: kindName, metadata, ...body }, assumedNamespace };
}

/** The same for parts of a built-in kind of today's version that have been read already; `data` is what has key names. */
export function assembleObject(kind: string, meta: ObjectMeta, body: JsonObject, data: JsonObject): Projected {
  const dataKeys = keysOf(kind, data);
  const { metadata, assumedNamespace } = inScope(kind, withoutSecrets(kind, meta));
  const object = {
    apiVersion: builtinApiVersion(kind) ?? '',
    kind,
    metadata,
    ...body,
    ...(dataKeys !== undefined && { dataKeys }),
  };
  return { state: 'kept', kind, object, assumedNamespace };
}

/** As `Snapshot.list` names the kind of items that a typed list holds. */
export function hintedKind({ apiVersion, kind }: TypeHint): string {
  return kindKey(todaysGroup(kind, apiVersion), kind);
}

interface Identity {
  /** As `Snapshot.list` names it. */
  readonly kind: string;
  readonly kindName: string;
  readonly apiVersion: string;
  readonly isBuiltin: boolean;
}

function identify(value: JsonObject, hint: TypeHint | undefined): Identity | Rejected {
  const kindName = text(value['kind']) ?? hint?.kind ?? kindByShape(value);
  if (kindName === undefined || /[/.]/.test(kindName)) {
    return { state: 'skipped', kind: undefined, reason: 'has no usable kind' };
  }
  const apiVersion = text(value['apiVersion']) ?? hint?.apiVersion ?? builtinApiVersion(kindName);
  const group = todaysGroup(kindName, apiVersion ?? '');
  const kind = kindKey(group, kindName);
  if (apiVersion === undefined || group.includes('/')) {
    return { state: 'skipped', kind, reason: `(${kindName}) has no usable apiVersion` };
  }
  return { kind, kindName, apiVersion, isBuiltin: kind === kindName };
}

/** Go programs that write typed lists leave the types out; these two kinds can be told by members that no other has. */
function kindByShape(value: JsonObject): string | undefined {
  if (isObject(value['involvedObject']) && text(value['reason']) !== undefined) return 'Event';
  const { spec } = value;
  return text(member(spec, 'group')) !== undefined && text(member(member(spec, 'names'), 'kind')) !== undefined
    ? 'CustomResourceDefinition'
    : undefined;
}

/** The version in which the snapshot keeps a built-in kind. */
export function builtinApiVersion(kind: string): string | undefined {
  const known = builtinKind(kind);
  if (known === undefined) return undefined;
  return known.group === '' ? known.version : `${known.group}/${known.version}`;
}

function todaysGroup(kind: string, apiVersion: string): string {
  const slash = apiVersion.lastIndexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  const known = builtinKind(kind);
  return known !== undefined && FORMER_GROUPS.has(group) ? known.group : group;
}

function readBody(kind: string, object: JsonObject, onDrop: OnDrop): Record<string, unknown> {
  const reader = READERS.get(kind);
  if (reader === undefined) return { ...readUntyped(object) };
  const body = reader(object, onDrop) ?? {};
  const dataKeys = keysOf(kind, object);
  return dataKeys === undefined ? body : { ...body, dataKeys };
}

/** What a capture says in `dataKeys` where the cluster did not tell the keys: an object without data would seem to have none. */
export const UNKNOWN_KEYS = 'unknown';

/** Key names of a Secret or ConfigMap. A metadata-only object (no `type`, no data) cannot tell. */
function keysOf(kind: string, object: JsonObject): readonly string[] | undefined {
  if (object['dataKeys'] === UNKNOWN_KEYS) return undefined;
  if (kind === 'Secret') {
    if (text(object['type']) === undefined && object['data'] === undefined && object['stringData'] === undefined)
      return undefined;
    return sortedKeys(object['data'], object['stringData']);
  }
  return kind === 'ConfigMap' ? sortedKeys(object['data'], object['binaryData']) : undefined;
}

function sortedKeys(...maps: readonly unknown[]): readonly string[] {
  const keys = new Set(maps.flatMap((map) => (isObject(map) ? Object.keys(map) : [])));
  return [...keys].toSorted(compareStrings);
}

function metaOf(kind: string, object: JsonObject, body: JsonObject, onDrop: OnDrop): ObjectMeta | undefined {
  const meta = readMeta(object['metadata'], onDrop);
  if (meta === undefined) return kind === 'Event' ? eventMeta(object['metadata'], body, onDrop) : undefined;
  return withoutSecrets(kind, meta);
}

function withoutSecrets(kind: string, meta: ObjectMeta): ObjectMeta {
  if (kind !== 'Secret' || meta.annotations === undefined) return meta;
  const kept = Object.entries(meta.annotations).filter(([key]) => isKeptOfSecret(key));
  return { ...meta, annotations: Object.fromEntries(kept) };
}

/** Whether an annotation of a Secret is kept. */
export function isKeptOfSecret(annotation: string): boolean {
  return SECRET_ANNOTATIONS.test(annotation);
}

/** Events lose their names in some captures; they get one made from what they say, so that equal ones stay one. */
function eventMeta(metadata: unknown, body: JsonObject, onDrop: OnDrop): ObjectMeta | undefined {
  const involved = body['involvedObject'];
  if (!isObject(involved) || text(involved['name']) === undefined) return undefined;
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16);
  const namespace = text(involved['namespace']);
  const base = isObject(metadata) ? metadata : {};
  const name = `${String(involved['name'])}.${hash}`;
  return readMeta({ ...(namespace !== undefined && { namespace }), ...base, name }, onDrop);
}

function inScope(
  kind: string,
  meta: ObjectMeta,
): { readonly metadata: ObjectMeta; readonly assumedNamespace: boolean } {
  const known = builtinKind(kind);
  const isStated = meta.namespace !== undefined && meta.namespace !== '';
  if (isStated ? known?.namespaced !== false : meta.namespace === undefined && known?.namespaced !== true)
    return { metadata: meta, assumedNamespace: false };
  const { namespace: _namespace, ...rest } = meta;
  if (known?.namespaced !== true) return { metadata: rest, assumedNamespace: false };
  return { metadata: { ...rest, namespace: 'default' }, assumedNamespace: true };
}
