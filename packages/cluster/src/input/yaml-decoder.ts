import { parseDocument, visit, type Document } from 'yaml';
import { InputError } from '../errors.ts';
import { type DecodeContext, type DecodedDocument, type Decoder } from './decoder.ts';
import { lineColumn } from './place.ts';
import { yamlTooDeep } from './yaml-depth.ts';
import { yamlFault } from './yaml-fault.ts';
import { readPlainYaml } from './yaml-plain.ts';
import { splitYaml, type YamlPart } from './yaml-split.ts';

/** YAML: any number of documents, empty ones included. */
export const yamlDecoder: Decoder = { decode };

/** Keys without which no document can be anything that kroot reads; a look before the costly parse. */
const PROMISING = /(?:^|[\s{,"'])(?:kind|items|pods)["']?[ \t]*:/;

function* decode(bytes: Uint8Array, context: DecodeContext): Generator<DecodedDocument> {
  const stream = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  let number = 0;
  for (const part of splitYaml(stream)) {
    number += 1;
    yield { value: PROMISING.test(part.source) ? parse(part, context) : undefined, number };
  }
}

function parse(part: YamlPart, context: DecodeContext): unknown {
  refuseDeep(part, context);
  const plain = readPlainYaml(part.source);
  return plain === undefined ? parsed(part, context).value : plain.root;
}

/** A document with its nodes. */
interface ParsedYaml {
  readonly document: Document;
  readonly value: unknown;
}

/** One document with its nodes, for whoever needs to know where things stand; with its positions within the part. */
export function parseYaml(part: YamlPart, context: DecodeContext): ParsedYaml {
  refuseDeep(part, context);
  return parsed(part, context);
}

function refuseDeep(part: YamlPart, context: DecodeContext): void {
  if (yamlTooDeep(part.source, context.limits.yamlDepth)) {
    throw tooMuch(part, context, `nested deeper than ${context.limits.yamlDepth} levels`, 'KROOT_INPUT_TOO_DEEP');
  }
}

function parsed(part: YamlPart, context: DecodeContext): ParsedYaml {
  const document = load(part, context);
  const [error] = document.errors;
  if (error !== undefined) {
    // Only the code: the parser's message may quote the input.
    throw syntaxError(part, context, yamlFault(error), error.pos[0]);
  }
  return { document, value: toValue(document, part, context) };
}

function load(part: YamlPart, context: DecodeContext): Document {
  try {
    // merge: kubectl and helm read YAML 1.1 merge keys. uniqueKeys is quadratic; the last one wins, as in JSON.
    return parseDocument(part.source, { merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  } catch {
    throw syntaxError(part, context, 'the parser gave up', 0);
  }
}

function toValue(document: Document, part: YamlPart, context: DecodeContext): unknown {
  const value = expand(document);
  if (value === undefined) throw syntaxError(part, context, 'aliases that cannot be resolved or are too many', 0);
  if (!hasAlias(document) || expandedWithin(value.root, context.limits.yamlNodes)) return value.root;
  throw tooMuch(part, context, 'aliases that expand without bounds', 'KROOT_INPUT_TOO_LARGE');
}

/** The parser's errors are dropped, not chained: they name aliases. */
function expand(document: Document): { readonly root: unknown } | undefined {
  try {
    return { root: document.toJS({ maxAliasCount: 10_000 }) };
  } catch {
    return undefined;
  }
}

function hasAlias(document: Document): boolean {
  const aliases: unknown[] = [];
  visit(document, {
    Alias(_key, node) {
      aliases.push(node);
      return visit.BREAK;
    },
  });
  return aliases.length > 0;
}

/** Counts nodes as if every alias were written out; a cycle has no end and runs into the limit. */
function expandedWithin(root: unknown, limit: number): boolean {
  const pending: unknown[] = [root];
  let count = 0;
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    const children: readonly unknown[] = Object.values(node);
    count += children.length;
    if (count > limit) return false;
    for (const child of children) pending.push(child);
  }
  return true;
}

function syntaxError(part: YamlPart, context: DecodeContext, why: string, at: number): InputError {
  return new InputError({
    code: 'KROOT_INPUT_SYNTAX',
    file: context.file,
    place: placeIn(part, at),
    problem: `not valid YAML: ${why}`,
    next: 'check the file, or capture it again with kubectl get … -A -o yaml',
  });
}

function tooMuch(
  part: YamlPart,
  context: DecodeContext,
  problem: string,
  code: 'KROOT_INPUT_TOO_DEEP' | 'KROOT_INPUT_TOO_LARGE',
): InputError {
  const next = 'no Kubernetes object is like that; check where the file comes from';
  return new InputError({ code, file: context.file, place: placeIn(part, 0), problem, next });
}

function placeIn(part: YamlPart, at: number): string {
  const [line = '1', column = '1'] = lineColumn(part.source, at).split(':');
  return `${Number(line) + part.line}:${column}`;
}
