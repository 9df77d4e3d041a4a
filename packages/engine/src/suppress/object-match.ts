import { presentObject } from '@kroot/graph';
import { kindKey, type ObjectMatch, type ResourceRef, type Snapshot } from '@kroot/types';
import picomatch from 'picomatch';
import { builtinKindNamed } from '../targets.ts';

/** Whether an object is meant. */
export type Matcher = (target: ResourceRef) => boolean;

/**
 * A glob as a test. Names of Kubernetes have no slashes and those of rules may: `*` fits both. Patterns that could take long
 * (extglobs) are plain text.
 */
export function globTest(pattern: string): (text: string) => boolean {
  if (!isGlob(pattern)) return (text) => text === pattern;
  return picomatch(pattern, { bash: true, dot: true, nonegate: true, noextglob: true, strictSlashes: true });
}

/** Whether a text has anything in it that stands for something else. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

/** Whether objects fit; labels fit only what is in the snapshot. A Namespace is in itself. */
export function matcherOf(snapshot: Snapshot, { kind, labels, name, namespace }: ObjectMatch): Matcher {
  const fitsKind = kind === undefined ? undefined : kindTest(kind);
  const fitsName = name === undefined ? undefined : globTest(name);
  const fitsNamespace = namespace === undefined ? undefined : globTest(namespace);
  const wanted = Object.entries(labels ?? {});
  return (target) =>
    (fitsKind?.(target) ?? true) &&
    (fitsName?.(target.name) ?? true) &&
    (fitsNamespace === undefined || isIn(target, fitsNamespace)) &&
    (wanted.length === 0 || hasLabels(snapshot, target, wanted));
}

/** As kubectl takes them: `Deployment`, `deploy`, `Certificate` and `Certificate.cert-manager.io`. */
function kindTest(word: string): Matcher {
  const wanted = (builtinKindNamed(word) ?? word).toLowerCase();
  return ({ group, kind }) => kindKey(group, kind).toLowerCase() === wanted || kind.toLowerCase() === wanted;
}

function isIn({ group, kind, name, namespace }: ResourceRef, fits: (text: string) => boolean): boolean {
  const inside = kindKey(group, kind) === 'Namespace' ? name : namespace;
  return inside !== undefined && fits(inside);
}

function hasLabels(snapshot: Snapshot, target: ResourceRef, wanted: readonly (readonly [string, string])[]): boolean {
  const labels = presentObject(snapshot, target)?.metadata.labels ?? {};
  return wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}
