import {
  type LabelSelectorRequirement,
  type Node,
  type NodeSelector,
  type NodeSelectorTerm,
  type PodSpec,
} from '@kroot/types';
import { labelValue, matchesRequirement } from '../selectors.ts';
import { type FailedRequirement, type FailedTerm, type NodeAffinityRejection } from './rejection.ts';

/**
 * The alternatives of a node selector with what fails in each; empty when one of them holds.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
 */
export function failedTerms(selector: NodeSelector, node: Node): readonly FailedTerm[] | 'matches' {
  const terms: FailedTerm[] = [];
  for (const term of selector.nodeSelectorTerms) {
    const failed = failedRequirements(term, node);
    if (failed.length === 0 && !isEmptyTerm(term)) return 'matches';
    terms.push({ failed, requirements: [...(term.matchExpressions ?? []), ...(term.matchFields ?? [])] });
  }
  return terms;
}

/** Whether a node fulfils the pod's nodeSelector and required node affinity. */
export function matchesNodeAffinity(spec: PodSpec, node: Node): boolean {
  return nodeAffinityRejections(spec, node).length === 0;
}

/** What of the pod's nodeSelector and required node affinity the node does not fulfil. */
export function nodeAffinityRejections(spec: PodSpec, node: Node): readonly NodeAffinityRejection[] {
  const labels = node.metadata.labels;
  const rejections: NodeAffinityRejection[] = [];
  for (const [key, wanted] of Object.entries(spec.nodeSelector ?? {})) {
    const actual = labelValue(labels, key);
    if (actual === wanted) continue;
    rejections.push({
      plugin: 'NodeAffinity',
      kind: 'nodeSelector',
      key,
      wanted,
      ...(actual === undefined ? {} : { actual }),
    });
  }
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required === undefined ? 'matches' : failedTerms(required, node);
  if (terms !== 'matches') rejections.push({ plugin: 'NodeAffinity', kind: 'affinity', terms });
  return rejections;
}

/** A term without expressions and fields matches no node. */
function isEmptyTerm(term: NodeSelectorTerm): boolean {
  return (term.matchExpressions ?? []).length === 0 && (term.matchFields ?? []).length === 0;
}

function failedRequirements(term: NodeSelectorTerm, node: Node): readonly FailedRequirement[] {
  const failed: FailedRequirement[] = [];
  for (const requirement of term.matchExpressions ?? []) {
    if (!labelHolds(requirement, node)) {
      failed.push(describe(requirement, labelValue(node.metadata.labels, requirement.key), false));
    }
  }
  for (const requirement of term.matchFields ?? []) {
    if (!fieldHolds(requirement, node)) {
      failed.push(describe(requirement, requirement.key === 'metadata.name' ? node.metadata.name : undefined, true));
    }
  }
  return failed;
}

function labelHolds(requirement: LabelSelectorRequirement, node: Node): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
    case 'NotIn':
      // Without values the selector does not parse, and a term that does not parse matches nothing.
      return values.length > 0 && matchesRequirement(requirement, node.metadata.labels);
    case 'Gt':
    case 'Lt': {
      const actual = parseInteger(labelValue(node.metadata.labels, requirement.key));
      const bound = values.length === 1 ? parseInteger(values[0]) : undefined;
      if (actual === undefined || bound === undefined) return false;
      return requirement.operator === 'Gt' ? actual > bound : actual < bound;
    }
    default:
      return matchesRequirement(requirement, node.metadata.labels);
  }
}

/** metadata.name is the only field, In and NotIn with one value the only operators. */
function fieldHolds(requirement: LabelSelectorRequirement, node: Node): boolean {
  const [value, ...more] = requirement.values ?? [];
  if (requirement.key !== 'metadata.name' || value === undefined || more.length > 0) return false;
  if (requirement.operator === 'In') return node.metadata.name === value;
  return requirement.operator === 'NotIn' && node.metadata.name !== value;
}

function describe(
  requirement: LabelSelectorRequirement,
  actual: string | undefined,
  field: boolean,
): FailedRequirement {
  const { key, operator, values = [] } = requirement;
  return { key, operator, values, field, ...(actual === undefined ? {} : { actual }) };
}

/** A signed 64-bit integer as Go's ParseInt reads it. */
export function parseInteger(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : undefined;
}
