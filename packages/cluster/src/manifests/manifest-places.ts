import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Node } from 'yaml';
import { yamlTooDeep } from '../input/yaml-depth.ts';

/** Where an object is written in a file; lines and columns count from 1, the end is exclusive. */
export interface ManifestPlace {
  readonly kind: string;
  readonly name: string;
  /** Absent where whatever applies the file says it. */
  readonly namespace?: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

const MAX_DEPTH = 64;

/**
 * The objects of a file of manifests, YAML or JSON, each at its name. What cannot be read has none: a folder of a repository
 * holds templates and much else.
 */
export function manifestPlaces(text: string): readonly ManifestPlace[] {
  if (yamlTooDeep(text, MAX_DEPTH)) return [];
  const lines = new LineCounter();
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
    const roots = Array.isArray(documents) ? documents.map(({ contents }) => contents) : [];
    return roots.flatMap((root) => objectsOf(root)).flatMap((object) => placeOf(object, lines) ?? []);
  } catch {
    return [];
  }
}

/** The members of a List, or the object itself. */
function objectsOf(root: unknown): readonly unknown[] {
  const items = member(root, 'items');
  return isSeq(items) ? items.items : [root];
}

function placeOf(object: unknown, lines: LineCounter): ManifestPlace | undefined {
  const metadata = member(object, 'metadata');
  const nameNode = member(metadata, 'name');
  const kind = textOf(member(object, 'kind'));
  const name = textOf(nameNode);
  const range = isScalar(nameNode) ? nameNode.range : undefined;
  if (kind === undefined || name === undefined || range === undefined || range === null) return undefined;
  const namespace = textOf(member(metadata, 'namespace'));
  const start = lines.linePos(range[0]);
  const end = lines.linePos(range[1]);
  return {
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    line: start.line,
    column: start.col,
    endLine: end.line,
    endColumn: end.col,
  };
}

function member(node: unknown, key: string): Node | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find((each) => isScalar(each.key) && each.key.value === key);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a parsed document holds are nodes
  return (pair?.value ?? undefined) as Node | undefined;
}

function textOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' && node.value !== '' ? node.value : undefined;
}
