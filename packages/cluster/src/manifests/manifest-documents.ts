import { isScalar, visit, type Document } from 'yaml';
import { type SourceLocation } from '@kroot/types';
import { InputError } from '../errors.ts';
import { member } from '../guards.ts';
import { type DecodeContext } from '../input/decoder.ts';
import { jsonDecoder } from '../input/json-decoder.ts';
import { parseYaml } from '../input/yaml-decoder.ts';
import { splitYaml, type YamlPart } from '../input/yaml-split.ts';
import { lineStarts, type LocatedDocument } from './source-location.ts';

/** A document of a manifest file. */
export interface ManifestDocument {
  readonly file: string;
  readonly value: unknown;
  /** Absent for formats that tell no positions: objects that are written one after the other without markers. */
  readonly place: LocatedDocument | undefined;
}

/** Text that cannot be read as manifests. */
export interface ManifestProblem {
  readonly problem: string;
  readonly next: string;
  readonly location: SourceLocation;
  /** Whether the text has the fields that every manifest has. */
  readonly isLikely: boolean;
}

/** Reads the documents of a file; those that are broken are told, the others go on. */
export function* manifestDocuments(
  bytes: Uint8Array,
  context: DecodeContext,
): Generator<ManifestDocument | ManifestProblem> {
  const stream = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  const parts = splitYaml(stream);
  for (const part of parts) {
    const found = documentOf(part, context);
    // `jq` and some tools write JSON objects one after the other: no YAML, and not broken either.
    const values = 'problem' in found && parts.length === 1 ? jsonValues(bytes, context) : [];
    if (values.length === 0) yield found;
    else for (const value of values) yield { file: context.file, value, place: undefined };
  }
}

function jsonValues(bytes: Uint8Array, context: DecodeContext): readonly unknown[] {
  try {
    return [...jsonDecoder.decode(bytes, context)].map(({ value }) => value);
  } catch {
    return [];
  }
}

function documentOf(part: YamlPart, context: DecodeContext): ManifestDocument | ManifestProblem {
  const { file } = context;
  const template = /^# Source: (?<template>\S[^\r\n]*)$/m.exec(part.source)?.groups?.['template'];
  try {
    const { document, value } = parseYaml(part, context);
    if (member(value, 'kind') === 'Secret' || hasSecrets(value)) forgetValues(document);
    const { line, column } = part;
    return { file, value, place: { document, lines: lineStarts(part.source), file, line, column, template } };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return problemOf(error, part, file, template);
  }
}

/** A list may hold Secrets. */
function hasSecrets(value: unknown): boolean {
  const items = member(value, 'items');
  return Array.isArray(items) && items.some((item) => member(item, 'kind') === 'Secret' || hasSecrets(item));
}

/** Positions are all that is wanted of the nodes: values of Secrets must not stay in memory. */
function forgetValues(document: Document): void {
  visit(document, {
    Scalar(key, node) {
      if (key !== 'value' || !isScalar(node)) return;
      node.value = '';
      delete node.source;
    },
  });
}

/** Every manifest has both. */
const FIELD = /^[\s{-]*["']?(?:apiVersion|kind)["']?\s*:/m;

/** What is wrong with a template. */
export const TEMPLATE_PROBLEM: Pick<ManifestProblem, 'problem' | 'next'> = {
  problem: 'a Helm template, not a manifest',
  next: 'render its chart with helm template, and pipe that into kroot check -f -',
};

const CONFLICT_PROBLEM: Pick<ManifestProblem, 'problem' | 'next'> = {
  problem: 'not valid YAML: a merge conflict that is not resolved',
  next: 'keep one of the two sides and remove the markers',
};

/** What explains that text is no YAML: the marker of Git, an action that is no part of a string, as those of alerts are. */
const MARKS = [
  [/^(?<mark><{7}) /dm, CONFLICT_PROBLEM],
  [/^[ \t]*(?:- )?(?:[^\s:#'"]+:[ \t]+)?(?<mark>\{\{[^{}]*\}\})/dm, TEMPLATE_PROBLEM],
] as const;

function problemOf(error: InputError, part: YamlPart, file: string, template: string | undefined): ManifestProblem {
  const [line, column] = (error.place ?? '1:1').split(':').map(Number);
  const location = { file, line: line ?? 1, column: column ?? 1, ...(template !== undefined && { template }) };
  const isLikely = FIELD.test(part.source);
  for (const [mark, words] of MARKS) {
    const found = mark.exec(part.source)?.indices?.groups?.['mark'];
    // The parser gives up somewhere behind it.
    if (found !== undefined) return { ...words, location: { ...location, ...placeOf(part, found[0]) }, isLikely };
  }
  const [, problem = error.message] = /:\d+:\d+: (.*?); /.exec(error.message) ?? [];
  return { problem, next: 'correct the file', location, isLikely };
}

function placeOf({ column, line, source }: YamlPart, at: number): Pick<SourceLocation, 'line' | 'column'> {
  const above = source.slice(0, at).split('\n');
  const before = above.at(-1)?.length ?? 0;
  return { line: line + above.length, column: before + 1 + (above.length === 1 ? column : 0) };
}
