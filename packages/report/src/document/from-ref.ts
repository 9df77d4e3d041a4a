import { parseRef, type ResourceRef } from '@kroot/types';

/**
 * Reads a reference of a document. What is none is kept so that it prints as it was written: a file may hold names that no
 * API server takes.
 */
export function fromRef(text: string): ResourceRef {
  const parsed = parseRef(text);
  if (parsed !== undefined) return parsed;
  const [kind = '', namespace = '', ...rest] = text.split('/');
  return rest.length === 0
    ? { group: '', kind, name: namespace }
    : { group: '', kind, namespace, name: rest.join('/') };
}
