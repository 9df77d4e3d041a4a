import { MAX_STRING } from '../limits.ts';

/** Thrown where the bytes are not the plain case that the fast readers are made for: the slow way has to be taken. */
export class OddBytes extends Error {}

// One instance: it says nothing but that, and a stack trace for each of many odd objects would cost more than reading them.
const ODD = new OddBytes('not the plain case');

/** Leaves the fast way. */
export function odd(): never {
  throw ODD;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SLOTS = 1 << 14;
/** Longer strings are messages and the like, which do not come twice. */
const MAX_INTERNED = 64;
/** How far to look for the end of a string byte by byte. */
const NEAR = 100;

/** Short strings by their hash. */
export type Interned = (string | undefined)[];

/** An empty table of short strings. */
export function internTable(): Interned {
  return Array.from({ length: SLOTS });
}

/**
 * A position in a buffer of JSON (UTF-8). It reads what it is asked for and skips the rest bytewise: what is skipped never
 * becomes a JavaScript value, and its syntax is not looked at beyond quotes and brackets.
 */
export class ByteCursor {
  at = 0;
  readonly bytes: Buffer;
  /** How many objects and lists the position is in. */
  depth = 0;
  private readonly maxDepth: number;
  private readonly interned: Interned;

  /** `interned`: short strings that buffers which are read one after the other share. */
  constructor(bytes: Uint8Array, maxDepth: number, interned: Interned = internTable()) {
    this.interned = interned;
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.maxDepth = maxDepth;
  }

  /** The next byte that is no white space, which stays unread; -1 at the end. */
  peek(): number {
    const { bytes } = this;
    let { at } = this;
    let byte = bytes[at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at];
    this.at = at;
    return byte ?? -1;
  }

  /** Enters an object (`{`) or a list (`[`); whether it has members. */
  enter(open: 0x7b | 0x5b): boolean {
    if (this.peek() !== open) odd();
    this.at += 1;
    this.depth += 1;
    if (this.depth > this.maxDepth) odd();
    if (this.peek() !== open + 2) return true;
    this.leave();
    return false;
  }

  /** Goes on behind a member of an object or list; whether there is another one. */
  next(open: 0x7b | 0x5b): boolean {
    const byte = this.peek();
    if (byte === 0x2c) {
      this.at += 1;
      return true;
    }
    if (byte !== open + 2) odd();
    this.leave();
    return false;
  }

  /** The name of a member; the cursor then stands before its value. */
  key(): string {
    const name = this.string();
    if (this.peek() !== 0x3a || name.length >= MAX_STRING) odd();
    this.at += 1;
    return name;
  }

  /** Goes over the name of a member if it is this one, which is written without escapes. */
  keyIs(name: string): boolean {
    if (this.peek() !== QUOTE) odd();
    const { at, bytes } = this;
    const end = at + 1 + name.length;
    if (bytes[end] !== QUOTE || !isAt(bytes, at + 1, name)) return false;
    this.at = end + 1;
    if (this.peek() !== 0x3a) odd();
    this.at += 1;
    return true;
  }

  /** A string; undefined if it has more code units than that, in which case a long one is never made. */
  shortString(longest: number): string | undefined {
    if (this.peek() !== QUOTE) odd();
    const end = this.stringEnd(this.at);
    // No code unit takes more than six bytes, which is \uXXXX.
    if (end - this.at - 2 > 6 * longest) {
      this.at = end;
      return undefined;
    }
    const value = this.string();
    return value.length > longest ? undefined : value;
  }

  /** A string, short ones shared. */
  string(): string {
    if (this.peek() !== QUOTE) odd();
    const { bytes } = this;
    const start = this.at + 1;
    let at = start;
    let hash = 0x811c9dc5;
    for (;;) {
      const byte = bytes[at];
      if (byte === QUOTE) break;
      if (byte === undefined || byte === BACKSLASH || byte < 0x20 || byte > 0x7e) return this.rareString(start);
      hash = Math.imul(hash ^ byte, 0x01000193);
      at += 1;
    }
    this.at = at + 1;
    const length = at - start;
    if (length > MAX_INTERNED) return cut(bytes.toString('latin1', start, at));
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.interned[slot];
    if (known !== undefined && known.length === length && isAt(bytes, start, known)) return known;
    return (this.interned[slot] = bytes.toString('latin1', start, at));
  }

  /** true or false. */
  boolean(): boolean {
    const isTrue = this.peek() === 0x74;
    if (this.token() !== (isTrue ? 'true' : 'false')) odd();
    return isTrue;
  }

  /** Goes over null; whether there was one. */
  isNull(): boolean {
    if (this.peek() !== 0x6e) return false;
    if (this.token() !== 'null') odd();
    return true;
  }

  number(): number {
    let byte = this.peek();
    const start = this.at;
    let value = 0;
    while (byte >= 0x30 && byte <= 0x39 && this.at - start < 15) {
      value = value * 10 + (byte - 0x30);
      this.at += 1;
      byte = this.bytes[this.at] ?? -1;
    }
    const isPlain = byte === 0x2c || byte === 0x7d || byte === 0x5d || byte === 0x0a;
    if (isPlain && (this.bytes[start] !== 0x30 || this.at === start + 1) && this.at > start) return value;
    this.at = start;
    const any = parsed(this.token());
    return typeof any === 'number' && Number.isFinite(any) ? any : odd();
  }

  /** Any value at all. */
  value(): unknown {
    this.peek();
    const start = this.at;
    this.skip();
    return parsed(this.bytes.toString('utf8', start, this.at));
  }

  /** Goes over a value of any kind. */
  skip(): void {
    const first = this.peek();
    if (first === QUOTE) this.at = this.stringEnd(this.at);
    else if (first === 0x7b || first === 0x5b) this.skipNested();
    else this.token();
  }

  private skipNested(): void {
    const { bytes } = this;
    const room = this.maxDepth - this.depth;
    let depth = 0;
    let { at } = this;
    for (;;) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        at = this.stringEnd(at);
        continue;
      }
      at += 1;
      if (byte === 0x7b || byte === 0x5b) {
        depth += 1;
        if (depth > room) odd();
      } else if (byte === 0x7d || byte === 0x5d) {
        depth -= 1;
        if (depth === 0) break;
      } else if (byte === undefined) odd();
    }
    this.at = at;
  }

  /** The index behind the string that begins at `open`. */
  private stringEnd(open: number): number {
    const { bytes } = this;
    const near = open + NEAR;
    let at = open + 1;
    while (at < near) {
      const byte = bytes[at];
      at += 1;
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) at += 1;
      else if (byte === undefined) odd();
    }
    return this.farEnd(at);
  }

  /** The same from an index in the middle of a long string, by a search that is fast but takes a while to begin. */
  private farEnd(from: number): number {
    const { bytes } = this;
    for (let at = bytes.indexOf(QUOTE, from); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
      let before = at;
      while (before > from && bytes[before - 1] === BACKSLASH) before -= 1;
      if ((at - before) % 2 === 0) return at + 1;
    }
    return odd();
  }

  /** Escapes and anything beyond ASCII. */
  private rareString(start: number): string {
    const end = this.stringEnd(start - 1);
    this.at = end;
    const any = parsed(this.bytes.toString('utf8', start - 1, end));
    return typeof any === 'string' ? cut(any) : odd();
  }

  /** The text of a literal or number. */
  private token(): string {
    const { bytes } = this;
    const start = this.at;
    let { at } = this;
    let byte = bytes[at];
    while (byte !== undefined && byte > 0x20 && byte !== 0x2c && byte !== 0x7d && byte !== 0x5d) byte = bytes[++at];
    if (at === start) odd();
    this.at = at;
    return bytes.toString('latin1', start, at);
  }

  private leave(): void {
    this.at += 1;
    this.depth -= 1;
  }
}

function isAt(bytes: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

function cut(text: string): string {
  return text.length > MAX_STRING ? text.slice(0, MAX_STRING) : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return odd();
  }
}
