import { type Json } from './plan.ts';

const NAME = { name: 'Name', type: 'string', format: 'name', description: 'Name', priority: 0 };
const AGE = { name: 'Age', type: 'string', format: '', description: 'Age', priority: 0 };
const TYPE = { name: 'Type', type: 'string', format: '', description: 'Type', priority: 0 };
const DATA = { name: 'Data', type: 'string', format: '', description: 'Data', priority: 0 };

/** Rows for display, each with its metadata. k8s.io/kubernetes/pkg/printers/internalversion/printers.go */
export function asTable(kind: string, list: Json, objects: readonly Json[]): Json {
  const columns = kind === 'Secret' ? [NAME, TYPE, DATA, AGE] : kind === 'ConfigMap' ? [NAME, DATA, AGE] : [NAME, AGE];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: list,
    columnDefinitions: columns,
    rows: objects.map((object) => ({
      cells: cells(kind, object),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object['metadata'] },
    })),
  };
}

function cells(kind: string, object: Json): readonly unknown[] {
  const { name } = object['metadata'] as { readonly name: string };
  const keys = ['data', 'binaryData'].reduce(
    (sum, part) => sum + Object.keys((object[part] as Json | undefined) ?? {}).length,
    0,
  );
  if (kind === 'Secret') return [name, object['type'] ?? 'Opaque', keys, '5d'];
  return kind === 'ConfigMap' ? [name, keys, '5d'] : [name, '5d'];
}
