import { setOwn } from '../guards.ts';
import { MAX_CONFIG_VALUE } from '../limits.ts';
import { type Field, type Fields } from '../projection/schema.ts';
import { odd, type ByteCursor } from './cursor.ts';

/** Reads the value that the cursor stands before, which is not null. */
export type ByteReader = (cursor: ByteCursor) => unknown;

/** A member of an object. */
interface Member {
  readonly name: string;
  readonly read: ByteReader;
  /** Value of an absent member; undefined if there is none. */
  readonly absent: (() => unknown) | undefined;
  readonly needed: boolean;
}

/** Members that are read in a way of their own, by name. */
export type Overrides = Readonly<Record<string, ByteReader>>;

/** How the members of an object are read one by one, in whatever order they come, into one slot each. */
export interface ObjectPlan {
  /** Reads the value of a member, or skips it if it is none of the schema. */
  take(slots: unknown[], name: string, cursor: ByteCursor): void;
  /** Makes the object, in the order of the schema. */
  build(slots: readonly unknown[]): Record<string, unknown>;
}

/**
 * Compiles a schema into a reader of bytes that gives what `compileFields` gives for the parsed value. It only knows the
 * plain case; whatever would make a notice there, or depends on the order of members, is `odd` here.
 */
export function byteReader(fields: Fields, overrides: Overrides = {}): ByteReader {
  return objectReader(objectPlan(fields, overrides));
}

/** The plan of an object with this schema. */
export function objectPlan(fields: Fields, overrides: Overrides = {}): ObjectPlan {
  const members = Object.entries(fields).map(([name, field]) => toMember(name, field, overrides));
  const byName = new Map(members.map(({ name }, index) => [name, index]));
  return {
    take: (slots, name, cursor) => {
      takeMember(byName.get(name), members, slots, cursor);
    },
    build: (slots) => build(members, slots),
  };
}

function objectReader(plan: ObjectPlan): ByteReader {
  return (cursor) => {
    const slots: unknown[] = [];
    for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) plan.take(slots, cursor.key(), cursor);
    return plan.build(slots);
  };
}

function takeMember(index: number | undefined, members: readonly Member[], slots: unknown[], cursor: ByteCursor): void {
  const member = index === undefined ? undefined : members[index];
  if (index === undefined || member === undefined) return cursor.skip();
  // The last of several members of one name counts, even when it is null.
  if (slots[index] !== undefined) odd();
  if (!cursor.isNull()) slots[index] = member.read(cursor);
}

function build(members: readonly Member[], slots: readonly unknown[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (let index = 0; index < members.length; index += 1) {
    const member = members[index];
    if (member === undefined) continue;
    const value = slots[index] ?? member.absent?.();
    if (value !== undefined) result[member.name] = value;
    else if (member.needed) odd();
  }
  return result;
}

function toMember(name: string, field: Field, overrides: Overrides): Member {
  const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
  const read = override ?? reader(field);
  if (isMust(field)) return { name, read, absent: emptyMaker(field[1]), needed: true };
  const mark = typeof field === 'string' ? field.at(-1) : undefined;
  return { name, read, absent: mark === '=' ? () => '' : undefined, needed: mark === '!' };
}

/** Makes what stands for a list or object that must be there and is not. */
function emptyMaker(field: Field): () => unknown {
  if (isList(field)) return () => [];
  if (typeof field !== 'object' || isMust(field)) return odd;
  const plan = objectPlan(field);
  return () => plan.build([]);
}

function reader(field: Field): ByteReader {
  if (typeof field === 'function') return (cursor) => field(cursor.value(), odd) ?? odd();
  if (typeof field === 'string') return scalarReader(field);
  if (isMust(field)) return reader(field[1]);
  if (isList(field)) return listReader(reader(field[0]));
  return byteReader(field);
}

function scalarReader(field: string): ByteReader {
  switch (field.replace(/[!=]$/, '')) {
    case 'string':
      return (cursor) => cursor.string();
    case 'number':
      return (cursor) => cursor.number();
    case 'boolean':
      return (cursor) => cursor.boolean();
    case 'int-or-string':
      return (cursor) => (cursor.peek() === 0x22 ? cursor.string() : cursor.number());
    case 'presence':
      return readPresence;
    case 'strings':
      return (cursor) => readStrings(cursor, Infinity);
    case 'config-values':
      return (cursor) => readStrings(cursor, MAX_CONFIG_VALUE);
    default:
      return odd;
  }
}

function listReader(read: ByteReader): ByteReader {
  return (cursor) => {
    const result: unknown[] = [];
    for (let more = cursor.enter(0x5b); more; more = cursor.next(0x5b)) result.push(read(cursor));
    return result;
  };
}

function readPresence(cursor: ByteCursor): object {
  if (cursor.peek() !== 0x7b) odd();
  cursor.skip();
  return {};
}

/** A map of strings. `left` names a member that is left out. */
export function readStrings(cursor: ByteCursor, longest: number, left?: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) {
    const name = cursor.key();
    if (name === '__proto__') odd();
    if (name === left) {
      cursor.skip();
      continue;
    }
    const value = cursor.string();
    if (value.length <= longest) result[name] = value;
    else if (Object.hasOwn(result, name)) odd();
  }
  return result;
}

/** The names of an object's members, each with null for a value. */
export function readKeys(cursor: ByteCursor): Record<string, null> {
  const result: Record<string, null> = {};
  for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) {
    setOwn(result, cursor.key(), null);
    cursor.skip();
  }
  return result;
}

function isMust(field: Field): field is readonly ['must', Field] {
  return Array.isArray(field) && field.length === 2;
}

function isList(field: Field): field is readonly [Field] {
  return Array.isArray(field);
}
