import { type StringMap } from '@kroot/types';
import { type PolicyModel } from './policy-model.ts';

/** The policies of a namespace that may select pods with these labels, in order. */
export type PolicyCandidates = (labels: StringMap | undefined) => readonly PolicyModel[];

/** Below this number, asking each of them is cheaper. */
const FEW = 16;

/** Leaves out policies that ask for a pair of label and value which the pods do not have. */
export function policyCandidates(policies: readonly PolicyModel[]): PolicyCandidates {
  if (policies.length <= FEW) return () => policies;
  const always: number[] = [];
  const byPair = new Map<string, number[]>();
  for (const [at, { subject }] of policies.entries()) {
    const [pair] = Object.entries(subject.pods?.matchLabels ?? {});
    const key = pair === undefined ? undefined : keyOf(...pair);
    const list = key === undefined ? always : (byPair.get(key) ?? []);
    list.push(at);
    if (key !== undefined) byPair.set(key, list);
  }
  return (labels) => {
    const found = [...always, ...Object.entries(labels ?? {}).flatMap((pair) => byPair.get(keyOf(...pair)) ?? [])];
    return found.toSorted((a, b) => a - b).flatMap((at) => policies[at] ?? []);
  };
}

function keyOf(label: string, value: string): string {
  return `${label}=${value}`;
}
