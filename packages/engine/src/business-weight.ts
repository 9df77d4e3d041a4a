import { presentObject } from '@kroot/graph';
import { refKey, type ResourceRef, type Snapshot, type Weight, type WeightRule } from '@kroot/types';
import { matcherOf, type Matcher } from './suppress/object-match.ts';
import { topOwnerOf } from './top-owner-of.ts';

/** Marks an object, its workload or its namespace as worth more (or less) than others; a positive number. */
export const WEIGHT_ANNOTATION = 'kroot.dev/weight';

/** Gives the weight of what is hit by something, if anybody said so. */
export type WeightOf = (hit: readonly ResourceRef[], root: ResourceRef) => Weight | undefined;

/** The kinds whose weight is that of what runs in them: one without a weight of its own counts as 1. */
const RUNNING: ReadonlySet<string> = new Set(['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);

/**
 * Weights by annotation and configuration. For one object its own annotation is strongest, then the configuration (the largest
 * of what fits), then its workload's, then its namespace's annotation; of all objects that are hit the one worth most counts.
 */
export function weigher(snapshot: Snapshot, rules: readonly WeightRule[]): WeightOf {
  const compiled = rules.map(({ match, weight }) => ({ fits: matcherOf(snapshot, match), weight }));
  const known = new Map<string, Weight | undefined>();
  const weightOf = (target: ResourceRef): Weight | undefined => {
    const key = refKey(target);
    if (!known.has(key)) known.set(key, weightOfOne(snapshot, target, compiled));
    return known.get(key);
  };
  return (hit, root) => {
    const said = [root, ...hit].flatMap((target) => weightOf(target) ?? []);
    const [first, ...others] = said;
    if (first === undefined) return undefined;
    const most = others.reduce((a, b) => (b.value > a.value ? b : a), first);
    const isPlain = hit.some((target) => RUNNING.has(target.kind) && weightOf(target) === undefined);
    return isPlain && most.value < 1 ? undefined : most;
  };
}

function weightOfOne(
  snapshot: Snapshot,
  target: ResourceRef,
  rules: readonly { readonly fits: Matcher; readonly weight: number }[],
): Weight | undefined {
  const chain = [target, topOwnerOf(snapshot, target)];
  for (const resource of chain) {
    const own = annotated(snapshot, resource);
    if (own !== undefined) return own;
    const fitting = rules.filter(({ fits }) => fits(resource)).map(({ weight }) => weight);
    if (fitting.length > 0) return { value: Math.max(...fitting), source: 'config', resource };
  }
  return target.namespace === undefined
    ? undefined
    : annotated(snapshot, { group: '', kind: 'Namespace', name: target.namespace });
}

function annotated(snapshot: Snapshot, resource: ResourceRef): Weight | undefined {
  const annotations = presentObject(snapshot, resource)?.metadata.annotations ?? {};
  if (!Object.hasOwn(annotations, WEIGHT_ANNOTATION)) return undefined;
  const value = Number(annotations[WEIGHT_ANNOTATION]);
  return Number.isFinite(value) && value > 0 ? { value, source: 'annotation', resource } : undefined;
}
