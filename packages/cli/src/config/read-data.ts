import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { UsageError } from '../errors.ts';
import { type ConfigSource } from './config-source.ts';

/** Where the words of the parser are for programmers. */
const SAID: Partial<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here; a configuration is one',
};

/** Nobody writes that much by hand, and whoever makes it has gone wrong. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Reads a configuration in YAML or JSON, or the section of a `package.json`; `name` is what to call it. */
export async function readData(path: string, name: string): Promise<ConfigSource> {
  const text = await textOf(path, name);
  const lines = new LineCounter();
  // JSON is YAML, and this way its mistakes have a line too.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined)
    throw new UsageError(`${placeIn(name, lines, error.pos[0])}: ${SAID[error.code] ?? firstLine(error.message)}`);
  const section = basename(path) === 'package.json' ? ['kroot'] : [];
  return {
    name,
    folder: dirname(path),
    value: valueOf(document, section, name),
    plugins: [],
    where: (at) => whereIn(document, [...section, ...at], { name, lines }),
  };
}

async function textOf(path: string, name: string): Promise<string> {
  try {
    if ((await stat(path)).size > MAX_BYTES)
      throw new UsageError(`${name} is larger than 4 MiB, which no configuration is`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${name}: ${readProblem(cause)}`, { cause });
  }
}

/** Why a configuration cannot be read. */
export function readProblem(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  if (code === 'ENOENT') return 'there is no such configuration; kroot init writes one';
  return code === 'EISDIR' ? 'is a folder; name the file in it' : `cannot be read (${code})`;
}

function valueOf(document: Document, section: readonly string[], name: string): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return section.reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
      // Nothing but comments, as `kroot init` leaves it.
      value ?? {},
    );
  } catch (cause) {
    throw new UsageError(`${name}: ${firstLine(cause instanceof Error ? cause.message : String(cause))}`, { cause });
  }
}

interface Place {
  readonly name: string;
  readonly lines: LineCounter;
}

/** The nearest part of the path that is in the file. */
function whereIn(document: Document, path: readonly PropertyKey[], { lines, name }: Place): string {
  for (let length = path.length; length > 0; length--) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset !== undefined) return placeIn(name, lines, offset);
  }
  return name;
}

/** Of a setting where its name stands, of an entry where it begins. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const last = path.at(-1);
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last) : undefined;
  const node: unknown = pair?.key ?? document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

function placeIn(name: string, lines: LineCounter, offset: number): string {
  const { col, line } = lines.linePos(offset);
  return `${name}:${line}:${col}`;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
