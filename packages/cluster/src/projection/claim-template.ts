import { type PersistentVolumeClaim } from '@kroot/types';
import { readMeta } from './meta.ts';
import { compileObject } from './reader.ts';
import { type BodyOf, type Custom, type OnDrop } from './schema.ts';
import { persistentVolumeClaim } from './storage.ts';
import { isObject } from '../guards.ts';

type ClaimBody = Pick<PersistentVolumeClaim, 'spec' | 'status'>;

const readBody: Custom<ClaimBody> = compileObject<ClaimBody>(
  persistentVolumeClaim satisfies BodyOf<PersistentVolumeClaim>,
);

/** An entry of volumeClaimTemplates: a claim whose apiVersion and kind manifests may leave out. */
export function claimTemplate(value: unknown, onDrop: OnDrop): PersistentVolumeClaim | undefined {
  const metadata = isObject(value) ? readMeta(value['metadata'], onDrop) : undefined;
  const body = readBody(value, onDrop);
  if (metadata === undefined || body === undefined) return undefined;
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, ...body };
}
