import { type KubernetesObject } from '@kroot/types';
import { member, valueAt, withValue } from './json.ts';
import { type KubectlCall } from './kubectl-call.ts';

const TAINTS = ['spec', 'taints'];

/** `kubectl taint`: `key=value:effect` adds or replaces, `key:effect-` and `key-` remove. */
export function tainted(object: KubernetesObject, _: KubectlCall, words: readonly string[]): unknown {
  return words.reduce((current: unknown, word) => {
    const isRemoval = word.endsWith('-');
    const [name = '', effect] = (isRemoval ? word.slice(0, -1) : word).split(':');
    const [key = '', value] = name.split('=');
    const rest = taintsOf(current).filter(
      (taint) => member(taint, 'key') !== key || (effect !== undefined && member(taint, 'effect') !== effect),
    );
    const fresh = { key, ...(value === undefined ? {} : { value }), effect };
    return withValue(current, TAINTS, isRemoval ? rest : [...rest, fresh]);
  }, object);
}

/** A cordon is a field and the taint that the node controller makes of it. */
const CORDON = 'node.kubernetes.io/unschedulable';

/** `kubectl cordon` and `uncordon`. */
export function cordoned(object: KubernetesObject, { name }: KubectlCall): unknown {
  const isCordon = name === 'cordon';
  const rest = taintsOf(object).filter((taint) => member(taint, 'key') !== CORDON);
  const taints = isCordon ? [...rest, { key: CORDON, effect: 'NoSchedule' }] : rest;
  return withValue(withValue(object, TAINTS, taints), ['spec', 'unschedulable'], isCordon ? true : undefined);
}

function taintsOf(node: unknown): readonly unknown[] {
  const taints = valueAt(node, TAINTS);
  return Array.isArray(taints) ? taints : [];
}
