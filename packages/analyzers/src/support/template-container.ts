import { podContainers, presentObject, templateOf } from '@kroot/graph';
import { type Container, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';

/** A container where a user edits it. */
export interface TemplateContainer {
  /** Field path below the owner, as kroot prints it: `spec.template.spec.containers[0]`. */
  readonly path: string;
  /** The same as a JSON pointer, for `kubectl patch --type=json`. */
  readonly pointer: string;
  readonly container: Container;
}

/**
 * The container in the template of the workload; undefined for pods without a workload, for owners that are no built-in
 * workload or not in the snapshot, and for containers that something added at admission.
 */
export function templateContainer(snapshot: Snapshot, owner: ResourceRef, name: string): TemplateContainer | undefined {
  const object = presentObject(snapshot, owner);
  const template = object === undefined ? undefined : templateOf(object);
  if (template === undefined) return undefined;
  const placed = podContainers(template.spec).find(
    ({ container, role }) => role !== 'ephemeral' && container.name === name,
  );
  if (placed === undefined) return undefined;
  const prefix = owner.kind === 'CronJob' ? 'spec.jobTemplate.spec.template.' : 'spec.template.';
  const path = `${prefix}${placed.path}`;
  return {
    path,
    pointer: `/${path.replaceAll('.', '/').replaceAll('[', '/').replaceAll(']', '')}`,
    container: placed.container,
  };
}

/** Whether the pod has a container that its workload's template lacks: a webhook injected it. */
export function isInjected(snapshot: Snapshot, owner: ResourceRef, pod: Pod, name: string): boolean {
  const object = presentObject(snapshot, owner);
  const template = object === undefined ? undefined : templateOf(object);
  if (template === undefined) return false;
  const inTemplate = podContainers(template.spec).some(({ container }) => container.name === name);
  return !inTemplate && podContainers(pod.spec).some(({ container }) => container.name === name);
}
