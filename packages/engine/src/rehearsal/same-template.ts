import { type PodTemplateSpec } from '@kroot/types';
import { isObject, member } from '../repair/json.ts';

/** Parts of a pod that the API server fills in nowhere: when they are gone from a template, somebody took them out. */
const NEVER_DEFAULTED = [
  'nodeSelector',
  'affinity',
  'volumes',
  'initContainers',
  'imagePullSecrets',
  'priorityClassName',
];
const NEVER_DEFAULTED_IN_CONTAINER = [
  'env',
  'envFrom',
  'command',
  'args',
  'volumeMounts',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'ports',
];

/**
 * Whether applying a pod template changes nothing in the one that the cluster has. The cluster's has defaults filled in, so
 * that only what is wanted is compared, and what only people write must not be gone.
 */
export function isSameTemplate(live: PodTemplateSpec, wanted: PodTemplateSpec): boolean {
  return (
    holds(live.metadata?.labels ?? {}, wanted.metadata?.labels ?? {}) &&
    holds(live.metadata?.annotations ?? {}, wanted.metadata?.annotations ?? {}) &&
    holds(live.spec, wanted.spec) &&
    lacksNothing(live.spec, wanted.spec, NEVER_DEFAULTED) &&
    live.spec.containers.every((container, i) =>
      lacksNothing(container, wanted.spec.containers[i], NEVER_DEFAULTED_IN_CONTAINER),
    )
  );
}

/** Whether everything that is wanted is there; lists have to be of the same length. */
function holds(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    const list: readonly unknown[] = Array.isArray(live) ? live : [];
    return list.length === wanted.length && wanted.every((entry, i) => holds(list[i], entry));
  }
  if (isObject(wanted)) return Object.keys(wanted).every((key) => holds(member(live, key), wanted[key]));
  return live === wanted || (isScalar(live) && isScalar(wanted) && String(live) === String(wanted));
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function lacksNothing(live: unknown, wanted: unknown, fields: readonly string[]): boolean {
  return fields.every((field) => isEmpty(member(live, field)) || !isEmpty(member(wanted, field)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}
