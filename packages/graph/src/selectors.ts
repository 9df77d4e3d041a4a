import { type LabelSelector, type LabelSelectorRequirement, type StringMap } from '@kroot/types';

/** A label's value, or undefined; never a property that the object merely inherits. */
export function labelValue(labels: StringMap | undefined, key: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** Whether labels hold every pair that is wanted, as a Service's or a node's selector asks. */
export function matchesLabels(wanted: StringMap, labels: StringMap | undefined): boolean {
  return Object.keys(wanted).every((key) => labelValue(labels, key) === wanted[key]);
}

/**
 * Whether one expression holds. NotIn and DoesNotExist hold for a missing key.
 * https://github.com/kubernetes/apimachinery/blob/master/pkg/labels/selector.go (Requirement.Matches)
 */
export function matchesRequirement(requirement: LabelSelectorRequirement, labels: StringMap | undefined): boolean {
  const value = labelValue(labels, requirement.key);
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** Whether a label selector selects these labels. An empty selector selects everything, an absent one nothing. */
export function matchesLabelSelector(selector: LabelSelector | undefined, labels: StringMap | undefined): boolean {
  if (selector === undefined) return false;
  return (
    matchesLabels(selector.matchLabels ?? {}, labels) &&
    (selector.matchExpressions ?? []).every((requirement) => matchesRequirement(requirement, labels))
  );
}

/** Prints a map selector as kubectl does: `app=web,tier=front`, keys sorted. */
export function formatLabels(labels: StringMap): string {
  return Object.keys(labels)
    .toSorted()
    .map((key) => `${key}=${labels[key] ?? ''}`)
    .join(',');
}

/** Prints a label selector as kubectl does: `app=web,tier in (a,b),!legacy`. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  if (selector === undefined) return '<none>';
  const pairs = Object.keys(selector.matchLabels ?? {}).length === 0 ? [] : [formatLabels(selector.matchLabels ?? {})];
  const parts = [...pairs, ...(selector.matchExpressions ?? []).map((requirement) => formatRequirement(requirement))];
  return parts.length === 0 ? '<everything>' : parts.join(',');
}

/** Prints one expression as kubectl does. */
export function formatRequirement(requirement: LabelSelectorRequirement): string {
  const values = (requirement.values ?? []).join(',');
  switch (requirement.operator) {
    case 'In':
      return `${requirement.key} in (${values})`;
    case 'NotIn':
      return `${requirement.key} notin (${values})`;
    case 'Exists':
      return requirement.key;
    case 'DoesNotExist':
      return `!${requirement.key}`;
    case 'Gt':
      return `${requirement.key}>${values}`;
    case 'Lt':
      return `${requirement.key}<${values}`;
    default:
      return `${requirement.key} ${requirement.operator} (${values})`;
  }
}
