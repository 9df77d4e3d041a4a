import { dirname, join } from 'node:path';
import { ref, refKey } from '@kroot/types';
import { elements, member, text, type JsonObject } from '../guards.ts';

/** Whether an object is a file for kustomize. */
export function isKustomization(value: JsonObject): boolean {
  const kind = value['kind'];
  const isOwn = text(value['apiVersion'])?.startsWith('kustomize.config.k8s.io/') === true;
  return isOwn && (kind === 'Kustomization' || kind === 'Component');
}

/** What it makes, as `refKey` with no namespace. */
export function generatedBy(value: JsonObject): readonly string[] {
  return [
    ...elements(value['configMapGenerator']).flatMap((generator) => keyOf('ConfigMap', generator)),
    ...elements(value['secretGenerator']).flatMap((generator) => keyOf('Secret', generator)),
  ];
}

function keyOf(kind: string, generator: unknown): readonly string[] {
  const name = text(member(generator, 'name'));
  return name === undefined ? [] : [refKey(ref(kind, undefined, name))];
}

/** Fields that name files with parts of objects: they look like manifests and are none. */
const PARTS = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'transformers',
  'generators',
  'configurations',
  'validators',
];

/** The files that it names and that are not applied as they are. */
export function partsOf(value: JsonObject, file: string): readonly string[] {
  return PARTS.flatMap((field) => elements(value[field])).flatMap((entry) => {
    const path = text(entry) ?? text(member(entry, 'path'));
    return path === undefined || path.includes('\n') ? [] : [join(dirname(file), path)];
  });
}
