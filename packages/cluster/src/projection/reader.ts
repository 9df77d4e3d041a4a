import { isObject, setOwn } from '../guards.ts';
import { MAX_CONFIG_VALUE, MAX_STRING } from '../limits.ts';
import { type Custom, type Field, type Fields, type FieldsOf, type OnDrop, type Scalar } from './schema.ts';

interface Plan {
  readonly name: string;
  readonly read: Custom<unknown>;
  /** Value of an absent field; undefined if there is none. */
  readonly absent: ((onDrop: OnDrop) => unknown) | undefined;
  /** Whether the object around the field is of no use without it. */
  readonly needed: boolean;
}

/** Makes a reader of objects that copies what the schema names and checks types on the way. */
export function compileObject<T>(fields: FieldsOf<T>): Custom<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- FieldsOf<T> is what makes the reader's result a T
  return compileFields(fields) as Custom<T>;
}

/** The same for a schema of which only the shape is known. */
export function compileFields(fields: Fields): Custom<Record<string, unknown>> {
  const plans = Object.entries(fields).map(([name, field]) => plan(name, field));
  return (value, onDrop) => (isObject(value) ? readObject(value, plans, onDrop) : undefined);
}

function readObject(
  value: Readonly<Record<string, unknown>>,
  plans: readonly Plan[],
  onDrop: OnDrop,
): Record<string, unknown> | undefined {
  const result: Record<string, unknown> = {};
  for (const field of plans) {
    const raw = value[field.name];
    let kept: unknown;
    if (raw !== undefined && raw !== null) {
      kept = field.read(raw, onDrop);
      if (kept === undefined) onDrop(field.name);
    }
    kept ??= field.absent?.(onDrop);
    if (kept !== undefined) result[field.name] = kept;
    else if (field.needed) return undefined;
  }
  return result;
}

function plan(name: string, field: Field): Plan {
  if (typeof field === 'function') return { name, read: field, absent: undefined, needed: false };
  if (typeof field === 'string') return scalarPlan(name, field);
  if (isMust(field)) return mustPlan(name, field[1]);
  return { name, read: compile(field, name), absent: undefined, needed: false };
}

function scalarPlan(name: string, field: string): Plan {
  const mark = field.at(-1);
  const bare = mark === '!' || mark === '=' ? field.slice(0, -1) : field;
  return { name, read: scalarReader(bare), absent: mark === '=' ? () => '' : undefined, needed: mark === '!' };
}

function mustPlan(name: string, field: Field): Plan {
  const read = compile(field, name);
  const empty: unknown = Array.isArray(field) ? [] : {};
  return { name, read, absent: (onDrop) => read(empty, onDrop), needed: true };
}

function isMust(field: Field): field is readonly ['must', Field] {
  return Array.isArray(field) && field.length === 2;
}

/** `name` is the field that holds the value, for notes on what was dropped. */
function compile(field: Field, name: string): Custom<unknown> {
  if (typeof field === 'function') return field;
  if (typeof field === 'string') return scalarReader(field);
  if (isMust(field)) return compile(field[1], name);
  if (isList(field)) return listReader(compile(field[0], name), `${name}[]`);
  return compileFields(field);
}

function isList(field: Field): field is readonly [Field] {
  return Array.isArray(field);
}

function listReader(read: Custom<unknown>, name: string): Custom<unknown[]> {
  return (value, onDrop) => {
    if (!Array.isArray(value)) return undefined;
    const result: unknown[] = [];
    for (const element of value as readonly unknown[]) {
      const kept = read(element, onDrop);
      if (kept === undefined) onDrop(name);
      else result.push(kept);
    }
    return result;
  };
}

type SimpleField = Scalar | 'strings' | 'config-values' | 'presence';

const SIMPLE: Readonly<Record<SimpleField, Custom<unknown>>> = {
  string: readString,
  number: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  'int-or-string': (value) => (typeof value === 'number' ? value : readString(value)),
  strings: (value, onDrop) => readStrings(value, onDrop, Infinity),
  'config-values': (value, onDrop) => readStrings(value, onDrop, MAX_CONFIG_VALUE),
  presence: (value) => (isObject(value) ? {} : undefined),
};

function scalarReader(field: string): Custom<unknown> {
  return isSimple(field) ? SIMPLE[field] : () => undefined;
}

function isSimple(field: string): field is SimpleField {
  return Object.hasOwn(SIMPLE, field);
}

/** A string, cut at 64 Ki code units. */
export function readString(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.length > MAX_STRING ? value.slice(0, MAX_STRING) : value;
}

/** A map of strings. Numbers are turned into strings: manifests write quantities as `cpu: 1`. */
function readStrings(value: unknown, onDrop: OnDrop, longest: number): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  const result: Record<string, string> = {};
  for (const key of Object.keys(value)) {
    const raw = value[key];
    const kept = typeof raw === 'number' ? String(raw) : readString(raw);
    if (kept === undefined) onDrop(key);
    else if (kept.length <= longest) setOwn(result, key, kept);
  }
  return result;
}
