import { type ObjectMeta } from '@kroot/types';
import { isObject, type JsonObject } from '../guards.ts';
import { readChanges } from './changes.ts';
import { compileObject } from './reader.ts';
import { type Custom, type FieldsOf, type OnDrop } from './schema.ts';

/** The annotation in which `kubectl apply` keeps the whole object. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The fields of metadata that are kept as they are. */
export const metaFields: FieldsOf<Omit<ObjectMeta, 'changes'>> = {
  name: 'string!',
  namespace: 'string',
  uid: 'string',
  generateName: 'string',
  labels: 'strings',
  annotations: 'strings',
  ownerReferences: [{ apiVersion: 'string=', kind: 'string=', name: 'string!', uid: 'string', controller: 'boolean' }],
  finalizers: ['string'],
  creationTimestamp: 'string',
  deletionTimestamp: 'string',
  deletionGracePeriodSeconds: 'number',
  generation: 'number',
  resourceVersion: 'string',
};

const readFields: Custom<Omit<ObjectMeta, 'changes'>> = compileObject<Omit<ObjectMeta, 'changes'>>(metaFields);

/** Reads metadata; undefined if there is no usable name. */
export function readMeta(value: unknown, onDrop: OnDrop): ObjectMeta | undefined {
  const meta = isObject(value) ? readFields(withoutLastApplied(value), onDrop) : undefined;
  if (meta === undefined || !isUsable(meta)) return undefined;
  const changes = isObject(value) ? readChanges(value['managedFields']) : undefined;
  return changes === undefined ? meta : { ...meta, changes };
}

/** The annotation repeats the whole object, values of Secrets included. */
function withoutLastApplied(meta: JsonObject): JsonObject {
  const annotations = meta['annotations'];
  if (!isObject(annotations) || !Object.hasOwn(annotations, LAST_APPLIED)) return meta;
  return {
    ...meta,
    annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED)),
  };
}

/** Names are path segments in Kubernetes: '' and '/' cannot occur, and would make two references look alike. */
export function isUsable(meta: ObjectMeta): boolean {
  return meta.name !== '' && !meta.name.includes('/') && !(meta.namespace ?? '').includes('/');
}
