import { type LabelSelector, type LabelSelectorRequirement, type StringMap } from '@kroot/types';

/** A member of what may be an object. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const found: unknown = Reflect.get(value, name);
  return found ?? undefined;
}

/** A member that is a list; undefined if it is absent or none. */
export function listField(value: unknown, name: string): readonly unknown[] | undefined {
  const found = field(value, name);
  return Array.isArray(found) ? (found as readonly unknown[]) : undefined;
}

/** A member that is a text. */
export function textField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' ? found : undefined;
}

/** A member that is a number. */
export function numberField(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === 'number' ? found : undefined;
}

/** The texts of a list. */
export function texts(values: readonly unknown[] = []): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}

/** A member that is a label selector; undefined if it is absent. */
export function selectorField(value: unknown, name: string): LabelSelector | undefined {
  const found = field(value, name);
  return found === undefined ? undefined : selectorOf(found);
}

/** Reads a label selector. */
export function selectorOf(value: unknown): LabelSelector {
  const labels = field(value, 'matchLabels');
  const expressions = listField(value, 'matchExpressions');
  return {
    ...(labels !== undefined && { matchLabels: stringsOf(labels) }),
    ...(expressions !== undefined && { matchExpressions: expressions.map((each) => requirementOf(each)) }),
  };
}

function requirementOf(value: unknown): LabelSelectorRequirement {
  return {
    key: textField(value, 'key') ?? '',
    operator: textField(value, 'operator') ?? '',
    values: texts(listField(value, 'values')),
  };
}

function stringsOf(value: unknown): StringMap {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === null || each === undefined ? [] : [[key, String(each)]])),
  );
}
