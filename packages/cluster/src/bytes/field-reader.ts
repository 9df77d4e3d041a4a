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

/** Collects the members of one object as they come, in whatever order, and makes the object in the order of the schema. */
export interface MemberCollector {
  /** Reads the value of a member, or skips it if it is none of the schema. */
  take(name: string, cursor: ByteCursor): void;
  /** The object; the collector is empty again. */
  finish(): Record<string, unknown>;
}

/**
 * Compiles a schema into a reader of bytes that gives what `compileFields` gives for the parsed value. It only knows the
 * plain case; whatever would make a notice there, or depends on the order of members, is `odd` here.
 */
export function byteReader(fields: Fields, overrides: Overrides = {}): ByteReader {
  const read = objectReader(fields, overrides);
  return (cursor) => read(cursor);
}

/** The same for an object whose members are handed in one by one. */
export function memberCollector(fields: Fields): MemberCollector {
  const { byName, members } = compile(fields, {});
  const slots: unknown[] = members.map(() => undefined);
  return {
    take: (name, cursor) => {
      takeMember(byName.get(name), members, slots, cursor);
    },
    finish: () => {
      const result = build(members, slots);
      slots.fill(undefined);
      return result;
    },
  };
}

interface Compiled {
  readonly members: readonly Member[];
  readonly byName: ReadonlyMap<string, number>;
}

function compile(fields: Fields, overrides: Overrides): Compiled {
  const members = Object.entries(fields).map(([name, field]) => toMember(name, field, overrides));
  return { members, byName: new Map(members.map(({ name }, index) => [name, index])) };
}

function objectReader(fields: Fields, overrides: Overrides): (cursor: ByteCursor) => Record<string, unknown> {
  const { members, byName } = compile(fields, overrides);
  return (cursor) => {
    const slots: unknown[] = [];
    for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) {
      takeMember(byName.get(cursor.key()), members, slots, cursor);
    }
    return build(members, slots);
  };
}

function takeMember(
  index: number | undefined,
  members: readonly Member[],
  slots: unknown[],
  cursor: ByteCursor,
): void {
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
  if (isMust(field)) return { name, read, absent: () => empty(field[1]), needed: true };
  const mark = typeof field === 'string' ? field.at(-1) : undefined;
  return { name, read, absent: mark === '=' ? () => '' : undefined, needed: mark === '!' };
}

/** What is made of a list or object that must be there and is not. */
function empty(field: Field): unknown {
  if (isList(field)) return [];
  return typeof field === 'object' && !isMust(field) ? build(compile(field, {}).members, []) : odd();
}

function reader(field: Field): ByteReader {
  if (typeof field === 'function') return (cursor) => field(cursor.value(), odd) ?? odd();
  if (typeof field === 'string') return scalarReader(field);
  if (isMust(field)) return reader(field[1]);
  if (isList(field)) return listReader(reader(field[0]));
  return objectReader(field, {});
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
