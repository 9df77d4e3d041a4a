import { type Command, type ResourceRef } from '@kroot/types';
import { kubectl, kubectlName } from './kubectl.ts';

/** One operation of a JSON patch. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

/** Path of the pod spec inside a workload, as a JSON pointer. */
export function podSpecPointer(owner: ResourceRef): string {
  if (owner.kind === 'Pod') return '/spec';
  return owner.kind === 'CronJob' ? '/spec/jobTemplate/spec/template/spec' : '/spec/template/spec';
}

/** The same path as people write it. */
export function podSpecPath(owner: ResourceRef): string {
  return podSpecPointer(owner).slice(1).replaceAll('/', '.');
}

/** `kubectl patch --type=json` on an object. Keys in paths must be escaped by `pointer`. */
export function jsonPatch(target: ResourceRef, operations: readonly PatchOperation[]): Command {
  return kubectl(target.namespace, 'patch', kubectlName(target), '--type=json', '-p', JSON.stringify(operations));
}

/** A name as one step of a JSON pointer. https://www.rfc-editor.org/rfc/rfc6901 */
export function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
