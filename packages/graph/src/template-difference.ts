import { compareStrings, type PodTemplateSpec } from '@kroot/types';

/** One field in which two pod templates differ. */
export interface FieldDifference {
  /** As in a workload: `spec.template.spec.containers[main].image`; entries of lists by name where they have one. */
  readonly path: string;
  /** JSON of the old value; absent when the field is new. */
  readonly from?: string;
  /** JSON of the new value; absent when the field is gone. */
  readonly to?: string;
}

interface Pair {
  readonly before: unknown;
  readonly after: unknown;
  readonly path: string;
}

/** The fields in which two pod templates differ, in order of path. What is there on one side only is one difference. */
export function templateDifferences(
  before: PodTemplateSpec | undefined,
  after: PodTemplateSpec | undefined,
): readonly FieldDifference[] {
  if (before === undefined || after === undefined) return [];
  return fieldDifferences(before.spec, after.spec, 'spec.template.spec');
}

/** The same for any two values; `path` is that of the values themselves, empty for whole objects. */
export function fieldDifferences(before: unknown, after: unknown, path: string): readonly FieldDifference[] {
  const found: FieldDifference[] = [];
  const queue: Pair[] = [{ before, after, path }];
  for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
    const parts = partsOf(pair);
    if (parts !== undefined) queue.push(...parts);
    else if (JSON.stringify(pair.before) !== JSON.stringify(pair.after)) found.push(difference(pair));
  }
  return found.toSorted((a, b) => compareStrings(a.path, b.path));
}

/** The pairs below two objects or two lists; undefined for what is compared as a whole. */
function partsOf({ before, after, path }: Pair): readonly Pair[] | undefined {
  if (isObject(before) && isObject(after))
    return pairs(new Map(Object.entries(before)), after, (key) => below(path, key));
  if (!Array.isArray(before) || !Array.isArray(after)) return undefined;
  const [old, fresh] = [entries(before), entries(after)];
  if (old !== undefined && fresh !== undefined)
    return pairs(old, Object.fromEntries(fresh), (key) => `${path}[${key}]`);
  const changed = before.flatMap((value: unknown, i) => (value === after[i] ? [] : [i]));
  const [only, ...more] = changed;
  if (before.length !== after.length || only === undefined || more.length > 0) return undefined;
  return [{ before: before[only] as unknown, after: after[only] as unknown, path: `${path}[${only}]` }];
}

function pairs(
  before: ReadonlyMap<string, unknown>,
  after: Readonly<Record<string, unknown>>,
  pathOf: (key: string) => string,
): readonly Pair[] {
  const fresh = new Map(Object.entries(after));
  return [...new Set([...before.keys(), ...fresh.keys()])].map((key) => ({
    before: before.get(key),
    after: fresh.get(key),
    path: pathOf(key),
  }));
}

/** Keys of maps such as labels have dots of their own. */
function below(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}["${key}"]`;
  return path === '' ? key : `${path}.${key}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What identifies an entry: a mount its path, a port its number, everything else its name. */
const KEYS = ['mountPath', 'name', 'containerPort', 'topologyKey', 'conditionType'] as const;

/** The entries of a list of objects by what identifies them, wherever they stand; undefined for lists without that. */
function entries(list: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const byKey = new Map<string, unknown>();
  for (const entry of list) {
    if (!isObject(entry)) return undefined;
    const key = KEYS.map((name) => entry[name]).find((value) => typeof value === 'string' || typeof value === 'number');
    if (key === undefined || byKey.has(String(key))) return undefined;
    byKey.set(String(key), entry);
  }
  return byKey;
}

function difference({ before, after, path }: Pair): FieldDifference {
  return {
    path,
    ...(before === undefined ? {} : { from: JSON.stringify(before) }),
    ...(after === undefined ? {} : { to: JSON.stringify(after) }),
  };
}

const LONG = 60;

/** A difference in words: `PATH from A to B`. Values that may be credentials are left out. */
export function formatDifference(found: FieldDifference): string {
  const { path, from, to } = found;
  if (from === undefined) return `${path} from nothing to ${show(path, to)}`;
  return `${path} from ${show(path, from)} to ${to === undefined ? 'nothing' : show(path, to)}`;
}

/** Variables by the name of what they may hold, values that carry a password, and URLs with one. */
const SECRET_NAME = /env\[[^\]]*(pass|pwd|secret|token|key|cred|auth|dsn)[^\]]*\]/i;
const SECRET_VALUE = /(pass\w*|pwd|token|secret|key|credentials?)["\s]*[=:,]|:\/\/[^/\s"]*:[^/\s"]*@/i;

function show(path: string, value = 'nothing'): string {
  if (/\bvalueFrom\b/.test(path) || !(SECRET_NAME.test(path) || SECRET_VALUE.test(value))) {
    return value.length > LONG ? `${value.slice(0, LONG)}…` : value;
  }
  return /secretKeyRef|configMapKeyRef|fieldRef/.test(value) && value.length <= 2 * LONG ? value : '(not shown)';
}
