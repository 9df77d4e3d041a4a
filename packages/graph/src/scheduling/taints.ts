import { type Node, type Taint, type Toleration } from '@kroot/types';
import { parseInteger } from './node-affinity.ts';

const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/**
 * Whether a toleration covers a taint. Gt and Lt (1.35) compare the taint's value with the toleration's as integers.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go
 */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  const { effect = '', key = '', operator = 'Equal', value = '' } = toleration;
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  switch (operator) {
    case '':
    case 'Equal':
      return value === (taint.value ?? '');
    case 'Exists':
      return true;
    default:
      return compares(operator, taint.value, value);
  }
}

/** Stricter than labels: no sign but minus, no leading zero. */
function decimal(text: string | undefined): bigint | undefined {
  return text !== undefined && /^(0|-?[1-9]\d*)$/.test(text) ? parseInteger(text) : undefined;
}

function compares(operator: string, taintValue: string | undefined, wanted: string): boolean {
  const actual = decimal(taintValue);
  const bound = decimal(wanted);
  if (actual === undefined || bound === undefined) return false;
  if (operator === 'Gt') return actual > bound;
  return operator === 'Lt' && actual < bound;
}

/** The taints that keep a pod with these tolerations off the node: NoSchedule and NoExecute, not PreferNoSchedule. */
export function untoleratedTaints(taints: readonly Taint[], tolerations: readonly Toleration[]): readonly Taint[] {
  return taints.filter(
    (taint) =>
      (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') &&
      !tolerations.some((toleration) => toleratesTaint(toleration, taint)),
  );
}

/** Whether the node is cordoned for a pod with these tolerations. */
export function isCordonedFor(node: Node, tolerations: readonly Toleration[]): boolean {
  const cordon: Taint = { key: UNSCHEDULABLE, effect: 'NoSchedule' };
  return node.spec?.unschedulable === true && !tolerations.some((toleration) => toleratesTaint(toleration, cordon));
}

/** Whether a taint only mirrors spec.unschedulable. */
export function mirrorsCordon(taint: Taint, node: Node): boolean {
  return taint.key === UNSCHEDULABLE && node.spec?.unschedulable === true;
}
