import { type Command, type PodSpec, type ResourceRef } from '@kroot/types';
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

/** Workloads whose template may be changed in place; that of a Job may not, and a pod has none. */
const CHANGEABLE: ReadonlySet<string> = new Set([
  'CronJob',
  'DaemonSet',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
]);

/** A workload and the pod spec of its template, as far as that is known. */
export interface Templated {
  readonly owner: ResourceRef;
  readonly template: PodSpec | undefined;
}

/** Whether a command can change the template. */
export function isChangeable({ owner, template }: Templated): boolean {
  return template !== undefined && CHANGEABLE.has(owner.kind);
}

/** A patch of the pod spec in a template; nothing where there is none to patch. Paths are below the pod spec. */
export function templatePatch(target: Templated, operations: readonly PatchOperation[]): readonly Command[] {
  if (!isChangeable(target)) return [];
  const prefix = podSpecPointer(target.owner);
  return [
    jsonPatch(
      target.owner,
      operations.map((operation) => ({ ...operation, path: `${prefix}${operation.path}` })),
    ),
  ];
}

/** What a reader must know before changing a pod spec that cannot be changed in place, as a full sentence. */
export function unchangeableNote({ owner }: Templated): readonly string[] {
  if (owner.kind === 'Job') return ['The template of a Job cannot be changed: create the Job again with the change.'];
  return owner.kind === 'Pod' ? ['The pod has no controller: create it again with the change.'] : [];
}
