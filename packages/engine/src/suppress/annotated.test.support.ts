import { type TestObject } from '../cluster.test.support.ts';

/** Annotations by `Kind/name`. */
export type Annotations = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The objects with these annotations; those that are not among them are made. */
export function annotated(objects: readonly TestObject[], annotations: Annotations): readonly TestObject[] {
  const left = new Map(Object.entries(annotations));
  const done = objects.map((object) => {
    const metadata = object['metadata'] as TestObject;
    const key = `${String(object['kind'])}/${String(metadata['name'])}`;
    const own = left.get(key);
    left.delete(key);
    return own === undefined ? object : { ...object, metadata: { ...metadata, annotations: own } };
  });
  const made = [...left].map(([key, own]) => {
    const [kind = '', name = ''] = key.split('/');
    const namespaced = kind !== 'Namespace' && kind !== 'Node';
    return {
      apiVersion: 'v1',
      kind,
      metadata: { name, ...(namespaced && { namespace: 'prod' }), annotations: own },
    };
  });
  return [...done, ...made];
}
