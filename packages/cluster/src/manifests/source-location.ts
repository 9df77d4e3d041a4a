import { type SourceLocation } from '@kroot/types';
import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
} from 'yaml';

/** A document of a manifest file, kept for the positions of its fields. */
export interface LocatedDocument {
  readonly document: Document;
  /** Offsets of the lines of its text. */
  readonly lines: readonly number[];
  readonly file: string;
  /** Lines of the file before it, and characters before it on its first line. */
  readonly line: number;
  readonly column: number;
  /** The chart template that `helm template` says it is made from. */
  readonly template?: string | undefined;
}

/** Where the lines of a text begin. */
export function lineStarts(source: string): readonly number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/**
 * The position of a field: of its key where it has one, else of the entry of the list. A field that is not there has the
 * position of the nearest one above it that is, unless it has to be `exact`.
 */
export function locateField(
  { document, ...place }: LocatedDocument,
  path: readonly (string | number)[],
  exact = false,
): SourceLocation | undefined {
  const root = document.contents;
  if (!isNode(root)) return undefined;
  let found: Range = rangeOf(root);
  let node: unknown = root;
  for (const step of path) {
    node = target(node, document);
    const next = childOf(node, step, document);
    if (next === undefined && exact) return undefined;
    if (next === undefined) break;
    found = next.range ?? found;
    node = next.node;
  }
  return toLocation(found, place);
}

type Range = readonly [number, number];

interface Child {
  readonly node: unknown;
  readonly range: Range | undefined;
}

function childOf(node: unknown, step: string | number, document: Document): Child | undefined {
  if (typeof step === 'number') {
    if (!isSeq(node)) return undefined;
    const item: unknown = node.items[step];
    return item === undefined ? undefined : { node: item, range: isNode(item) ? rangeOf(item) : undefined };
  }
  if (isMap(node)) return memberOf(node.items, step, document, 0);
  return isSeq(node) ? itemNamed(node.items, step, document) : undefined;
}

/** Containers, ports and variables are known by their names. */
function itemNamed(items: readonly unknown[], name: string, document: Document): Child | undefined {
  const item = items.find((each) => {
    const map = target(each, document);
    const value = isMap(map) ? memberOf(map.items, 'name', document, 0)?.node : undefined;
    return isScalar(value) && value.value === name;
  });
  return item === undefined ? undefined : { node: item, range: isNode(item) ? rangeOf(item) : undefined };
}

/** More levels of merged mappings than anybody writes. */
const MAX_MERGES = 8;

function memberOf(pairs: readonly Pair[], name: string, document: Document, depth: number): Child | undefined {
  // Of a key that is there twice the last one counts.
  const own = pairs.findLast(({ key }) => keyName(key) === name);
  if (own !== undefined) return { node: own.value, range: rangeOfPair(own) };
  if (depth >= MAX_MERGES) return undefined;
  for (const { key, value } of pairs) {
    if (keyName(key) !== '<<') continue;
    const merged = target(value, document);
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const map = target(source, document);
      const found = isMap(map) ? memberOf(map.items, name, document, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function keyName(key: unknown): string | undefined {
  const value: unknown = isScalar(key) ? key.value : typeof key === 'symbol' ? key.description : key;
  if (typeof value === 'symbol') return value.description;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** What an alias stands for. */
function target(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** From the key to the end of a value on the same line; blocks are not marked whole. */
function rangeOfPair({ key, value }: Pair): Range | undefined {
  if (!isNode(key)) return undefined;
  const [start, end] = rangeOf(key);
  return [start, isNode(value) && !isCollection(value) ? Math.max(end, rangeOf(value)[1]) : end];
}

function rangeOf(node: Node): Range {
  const [start = 0, end = start] = node.range ?? [];
  if (!isCollection(node)) return [start, end];
  const [first] = node.items;
  const key: unknown = isPair(first) ? first.key : undefined;
  // A block mapping begins with its first key.
  return isNode(key) && key.range ? [start, Math.min(end, key.range[1])] : [start, Math.min(end, start + 1)];
}

function toLocation(
  [start, end]: Range,
  { file, lines, line, column, template }: Omit<LocatedDocument, 'document'>,
): SourceLocation {
  const from = pointAt(start, lines);
  const to = pointAt(end, lines);
  const shift = (point: Point): Point => ({
    line: point.line + line + 1,
    column: point.column + 1 + (point.line === 0 ? column : 0),
  });
  const [first, last] = [shift(from), shift(to)];
  return {
    file,
    line: first.line,
    column: first.column,
    // A block scalar ends on a later line; what is marked is where it begins.
    ...(last.line === first.line && last.column > first.column && { endLine: last.line, endColumn: last.column }),
    ...(template !== undefined && { template }),
  };
}

interface Point {
  readonly line: number;
  readonly column: number;
}

function pointAt(offset: number, lines: readonly number[]): Point {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low, column: offset - (lines[low] ?? 0) };
}

/** The steps of a path such as `spec.containers[0].env[DB_HOST]`; keys with dots stand in brackets and quotes. */
export function stepsOf(path: string): readonly (string | number)[] {
  return [
    ...path.matchAll(
      /\[(?<index>\d+)\]|\["(?<quoted>[^"]*)"\]|\['(?<single>[^']*)'\]|\[(?<item>[^\]]+)\]|(?<name>[^.[\]]+)/g,
    ),
  ].map(({ groups }) =>
    groups?.['index'] === undefined
      ? (groups?.['quoted'] ?? groups?.['single'] ?? groups?.['item'] ?? groups?.['name'] ?? '')
      : Number(groups['index']),
  );
}
