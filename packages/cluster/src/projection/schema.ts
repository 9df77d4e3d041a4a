import { type KubernetesObject } from '@kroot/types';

/**
 * A declarative description of the fields that kroot reads. A table of these is checked against the interfaces of
 * `@kroot/types` (`satisfies FieldsOf<…>`), so that the two cannot drift apart, and is the only place that says what is kept.
 *
 * - `'string'`, `'number'`, `'boolean'`, `'int-or-string'`: optional scalars; a trailing `!` means that the object around
 *   it is dropped without it, a trailing `=` that it is '' when absent;
 * - `'strings'`: a map of strings; `'config-values'`: the same without long values; `'presence'`: an object of which only
 *   its presence counts;
 * - `[field]`: a list; `{ name: field }`: an object; `must(field)`: a list or object that is empty when absent;
 * - a function: anything else.
 */
export type Scalar = 'string' | 'number' | 'boolean' | 'int-or-string';

/** Notes that a field was left out because its type was not the API's. */
export type OnDrop = (field: string) => void;

/** Reads a value of unknown type; undefined if it cannot be used. */
export type Custom<T> = (value: unknown, onDrop: OnDrop) => T | undefined;

/** A list or object that is there, empty, even when the input lacks it. */
export type Must<F> = readonly ['must', F];

/** Marks a list or object as one that the interfaces of `@kroot/types` require. */
export function must<const F>(field: F): Must<F> {
  return ['must', field];
}

type ScalarOf<T> = [T] extends [string]
  ? 'string'
  : [T] extends [number]
    ? 'number'
    : [T] extends [boolean]
      ? 'boolean'
      : 'int-or-string';

type Compound<T> = [T] extends [readonly (infer E)[]]
  ? readonly [ElementOf<E>]
  : string extends keyof T
    ? [T[keyof T]] extends [never]
      ? 'presence'
      : 'strings' | 'config-values'
    : FieldsOf<T>;

type ElementOf<T> = [T] extends [string | number | boolean] ? ScalarOf<T> : Compound<T> | Custom<T>;

type OptionalField<T> = ElementOf<T> | Custom<T>;

type RequiredField<T> = [T] extends [string | number | boolean]
  ? `${ScalarOf<T>}!` | ([T] extends [string] ? 'string=' : never)
  : Must<Compound<T>> | Must<Custom<T>>;

/** The schema of an interface: every member of it, no other. */
export type FieldsOf<T> = {
  // `{}` tells optional members from required ones.
  readonly [K in keyof T]-?: {} extends Pick<T, K> ? OptionalField<NonNullable<T[K]>> : RequiredField<T[K]>;
};

/** Any schema, as the compiler of readers sees it. */
export type Field =
  | Scalar
  | `${Scalar}!`
  | 'string='
  | 'strings'
  | 'config-values'
  | 'presence'
  | readonly [Field]
  | readonly ['must', Field]
  | Fields
  | Custom<unknown>;

/** The schema of any object. */
export interface Fields {
  readonly [name: string]: Field;
}

/** The schema of a kind: everything but apiVersion, kind, metadata and what is derived on entry. */
export type BodyOf<T> = FieldsOf<Omit<T, keyof KubernetesObject | 'dataKeys'>>;
