import { isObject, member, type JsonObject } from '../guards.ts';

/** Files without objects that layouts want to know of; the paths are below any folder. */
const FACTS: readonly RegExp[] = [
  // Replicated support bundles
  /(?:^|\/)cluster-resources\/(?:[^/]+-errors|resources)\.json$/,
  /(?:^|\/)cluster-resources\/(?:auth-cani-list|image-pull-secrets)\/.+\.json$/,
  /(?:^|\/)(?:secrets|configmaps)(?:-errors)?\/[^/]+\/.+\.json$/,
  /(?:^|\/)cluster-info\/cluster_version\.json$/,
  // Sonobuoy
  /(?:^|\/)meta\/(?:config|query-time)\.json$/,
  /(?:^|\/)serverversion\.json$/,
  // must-gather, Velero
  /(?:^|\/)version$/,
];
const MAX_FACT = 4 * 1024 * 1024;
/** Members of what a support bundle says about a Secret or ConfigMap; the value may stand beside them. */
const PROBE = ['namespace', 'name', 'key', 'secretExists', 'configMapExists', 'keyExists'];

/** What a layout may want to know of a file that holds no objects: the JSON value, or a text. Secret values are left out. */
export function factOf(path: string, bytes: Uint8Array): unknown {
  if (bytes.length > MAX_FACT || !FACTS.some((pattern) => pattern.test(path))) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  if (!/^\s*[[{]/.test(text)) return text.slice(0, 1024);
  try {
    const value: unknown = JSON.parse(text);
    if (/(?:^|\/)image-pull-secrets\//.test(path)) return true;
    return isObject(value) && PROBE.some((name) => name.endsWith('Exists') && Object.hasOwn(value, name))
      ? picked(value)
      : value;
  } catch {
    return undefined;
  }
}

function picked(value: JsonObject): JsonObject {
  return Object.fromEntries(PROBE.map((name) => [name, member(value, name)]));
}
