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

/** How an object of a schema is read. */
export interface ObjectPlan {
  /** Reads a whole object. */
  readonly read: (cursor: ByteCursor) => Record<string, unknown>;
  /** Empties the slots in which members are kept until the object is whole. */
  readonly begin: () => void;
  /** Reads the value of a member into its slot, or skips it if it is none of the schema. */
  readonly take: (name: string, cursor: ByteCursor) => void;
  /** Makes the object, in the order of the schema. */
  readonly finish: () => Record<string, unknown>;
}

/** A member that has been met, of the schema or not. Objects of one type nearly always have their members in one order. */
interface Met {
  readonly name: string;
  readonly index: number;
  readonly member: Member | undefined;
  /** What came behind it the last time; never a name that may be written in several ways. */
  next: Met | undefined;
}

const PLAIN_NAME = /^[\w./:-]+$/;
const MAX_MET = 1000;
const plans = new WeakMap<Fields, ObjectPlan>();

/**
 * Compiles a schema into a reader of bytes that gives what `compileFields` gives for the parsed value. It only knows the
 * plain case; whatever would make a notice there, or depends on the order of members, is `odd` here. Plans are shared, and
 * hold the members of one object at a time: no schema has itself as a part.
 */
export function objectPlan(fields: Fields, overrides?: Overrides): ObjectPlan {
  const known = overrides === undefined ? plans.get(fields) : undefined;
  if (known !== undefined) return known;
  const made = makePlan(Object.entries(fields).map(([name, field]) => toMember(name, field, overrides ?? {})));
  if (overrides === undefined) plans.set(fields, made);
  return made;
}

function makePlan(members: readonly Member[]): ObjectPlan {
  const slots: unknown[] = members.map(() => undefined);
  const start: Met = { name: '', index: -1, member: undefined, next: undefined };
  const met = new Map(
    members.map((member, index): [string, Met] => [member.name, { ...start, name: member.name, index, member }]),
  );
  let isEmpty = true;

  function begin(): void {
    // Members of an object that was left half way.
    if (!isEmpty) slots.fill(undefined);
    isEmpty = false;
  }

  function finish(): Record<string, unknown> {
    const result = build(members, slots);
    isEmpty = true;
    return result;
  }

  function meet(cursor: ByteCursor, last: Met): Met {
    if (last.next !== undefined && cursor.keyIs(last.next.name)) return last.next;
    const name = cursor.key();
    const found = met.get(name) ?? { ...start, name };
    if (met.size < MAX_MET) met.set(name, found);
    if (PLAIN_NAME.test(name)) last.next = found;
    return found;
  }

  return {
    begin,
    finish,
    take: (name, cursor) => {
      const found = met.get(name);
      takeMember(found?.member, found?.index ?? -1, slots, cursor);
    },
    read: (cursor) => {
      begin();
      let last = start;
      for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) {
        last = meet(cursor, last);
        takeMember(last.member, last.index, slots, cursor);
      }
      return finish();
    },
  };
}

function takeMember(member: Member | undefined, index: number, slots: unknown[], cursor: ByteCursor): void {
  if (member === undefined) return cursor.skip();
  // The last of several members of one name counts, even when it is null.
  if (slots[index] !== undefined) odd();
  if (!cursor.isNull()) slots[index] = member.read(cursor);
}

/** Makes the object and empties the slots. */
function build(members: readonly Member[], slots: unknown[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (let index = 0; index < members.length; index += 1) {
    const member = members[index];
    if (member === undefined) continue;
    const value = slots[index] ?? member.absent?.();
    slots[index] = undefined;
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
  return () => {
    plan.begin();
    return plan.finish();
  };
}

function reader(field: Field): ByteReader {
  if (typeof field === 'function') return (cursor) => field(cursor.value(), odd) ?? odd();
  if (typeof field === 'string') return scalarReader(field);
  if (isMust(field)) return reader(field[1]);
  if (isList(field)) return listReader(reader(field[0]));
  return objectPlan(field).read;
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

/** A map of strings; members that are left out are skipped as bytes. */
export function readStrings(
  cursor: ByteCursor,
  longest: number,
  isLeft?: (name: string) => boolean,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) {
    const name = cursor.key();
    if (name === '__proto__') odd();
    if (isLeft?.(name) === true) {
      cursor.skip();
      continue;
    }
    const value = cursor.shortString(longest);
    if (value !== undefined) result[name] = value;
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
