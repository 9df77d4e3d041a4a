import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { readSnapshot } from '@kroot/cluster';
import { type Snapshot } from '@kroot/types';
import { parseAllDocuments } from 'yaml';
import { type Builder } from './builders/builder.ts';

/**
 * The cluster of a case: YAML or JSON text, a file of it, or objects and builders. A List proves what it holds: of the kinds in it, all
 * are known; of all others nothing.
 */
export type ClusterInput = string | { readonly file: string } | readonly (Builder | object)[];

/** The moment of clusters that are made of objects. */
export const NOW = '2026-11-20T12:00:00Z';

/** Reads a cluster as kroot reads a file: the snapshot that analyzers get. */
export async function parseCluster(input: ClusterInput): Promise<Snapshot> {
  return snapshotOf(await documentsOf(input));
}

/** The documents of a cluster, before anything is made of them. */
export async function documentsOf(input: ClusterInput): Promise<readonly unknown[]> {
  if (typeof input === 'string') return parse(input);
  if ('file' in input) return parse(await readFile(input.file, 'utf8'));
  const items = input.map((each) => ('build' in each && typeof each.build === 'function' ? each.build() : each));
  return [{ apiVersion: 'v1', kind: 'List', metadata: { annotations: { 'captured-at': NOW } }, items }];
}

/** What kroot makes of documents. */
export function snapshotOf(documents: readonly unknown[]): Promise<Snapshot> {
  const lines = documents.map((document) => `${JSON.stringify(asListed(document))}\n`);
  return readSnapshot('-', { stdin: Readable.from(lines.map((line) => Buffer.from(line))) });
}

/** A List without a moment is taken for a manifest, unless a server has seen its objects; in a case it stands for a cluster, as an array does. */
function asListed(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || !('kind' in document) || document.kind !== 'List')
    return document;
  const isDated = 'metadata' in document && JSON.stringify(document.metadata).includes('"captured-at"');
  const items = 'items' in document && Array.isArray(document.items) ? document.items : [];
  return isDated || items.length === 0 ? document : items;
}

function parse(text: string): readonly unknown[] {
  if (/^\s*[[{]/.test(text)) {
    try {
      return [JSON.parse(text)];
    } catch {
      // Flow style, or several documents: YAML reads those too.
    }
  }
  // As kubectl reads them: merge keys, the last one of equal keys.
  const documents = parseAllDocuments(text, { merge: true, uniqueKeys: false, logLevel: 'silent' });
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`the cluster of the case is no YAML: ${error.message}`);
    const value: unknown = document.toJS();
    return value === null || value === undefined ? [] : [value];
  });
}
