import { builtinApiVersion } from '../projection/project.ts';

/** A resource in one version, as requests name it. */
export interface ServedApi {
  /** As `Snapshot.list` names it. */
  readonly key: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** `v1`, `apps/v1`. */
export function apiVersionOf({ group, version }: ServedApi): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Whether objects come in the version that snapshots keep, so that they need no conversion. */
export function isToday(api: ServedApi): boolean {
  return builtinApiVersion(api.kind) === apiVersionOf(api);
}

/** The path of a list, or of one object of it. */
export function pathOf(api: ServedApi, namespace: string | undefined, name?: string): string {
  const root = api.group === '' ? `/api/${api.version}` : `/apis/${api.group}/${api.version}`;
  const scope = api.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${api.resource}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

/** Values of Secrets are never asked for: rows have name, type and the number of keys. */
export function acceptFor({ key }: ServedApi): string {
  return key === 'Secret' ? 'application/json;as=Table;v=v1;g=meta.k8s.io' : 'application/json';
}
