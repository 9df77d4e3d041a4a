import { type KubernetesObject } from '@kroot/types';
import { member, valueAt, withValue } from './json.ts';
import { type KubectlCall } from './kubectl-call.ts';

/** `kubectl label` and `annotate`: `key=value` sets, `key-` removes. */
export function labelled(object: KubernetesObject, { name }: KubectlCall, words: readonly string[]): unknown {
  const path = ['metadata', name === 'label' ? 'labels' : 'annotations'];
  return words.reduce((current: unknown, word) => {
    const at = word.indexOf('=');
    const key = at === -1 ? word.replace(/-$/, '') : word.slice(0, at);
    return withValue(current, [...path, key], at === -1 ? undefined : word.slice(at + 1));
  }, object);
}

/** A label or annotation of an object. */
export function annotationOf(object: KubernetesObject, key: string): string | undefined {
  const value = member(valueAt(object, ['metadata', 'annotations']), key);
  return typeof value === 'string' ? value : undefined;
}
