import { presentObject } from '@kroot/graph';
import { kindKey, type ObjectMatch, type ResourceRef, type Snapshot } from '@kroot/types';
import picomatch from 'picomatch';

/** Whether an object is meant. */
export type Matcher = (target: ResourceRef) => boolean;

/**
 * A glob as a test. Names of Kubernetes have no slashes and those of rules may: `*` fits both. Patterns that could take long
 * (extglobs) are plain text.
 */
export function globTest(pattern: string): (text: string) => boolean {
  if (!/[*?[{]/.test(pattern)) return (text) => text === pattern;
  return picomatch(pattern, { bash: true, dot: true, nonegate: true, noextglob: true, strictSlashes: true });
}

/** Whether objects fit; labels fit only what is in the snapshot. */
export function matcherOf(snapshot: Snapshot, { kind, labels, name, namespace }: ObjectMatch): Matcher {
  const fitsName = name === undefined ? undefined : globTest(name);
  const fitsNamespace = namespace === undefined ? undefined : globTest(namespace);
  const wanted = Object.entries(labels ?? {});
  return (target) =>
    (kind === undefined || kind === kindKey(target.group, target.kind)) &&
    (fitsName?.(target.name) ?? true) &&
    (fitsNamespace === undefined || (target.namespace !== undefined && fitsNamespace(target.namespace))) &&
    (wanted.length === 0 || hasLabels(snapshot, target, wanted));
}

function hasLabels(snapshot: Snapshot, target: ResourceRef, wanted: readonly (readonly [string, string])[]): boolean {
  const labels = presentObject(snapshot, target)?.metadata.labels ?? {};
  return wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}
