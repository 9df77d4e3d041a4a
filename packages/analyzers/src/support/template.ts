import { podContainers, presentObject, templateOf } from '@kroot/graph';
import { type Container, type PodSpec, type ResourceRef, type Snapshot } from '@kroot/types';
import { present } from './present.ts';

/** The place of a pod spec inside the object that a user edits, and the spec as it stands there. */
export interface PodSpecField {
  /** `spec.template.spec`, `spec.jobTemplate.spec.template.spec`, or `spec` of a bare pod. */
  readonly path: string;
  readonly spec: PodSpec;
}

/** The pod spec that a workload or a bare pod holds; undefined for owners of other kinds (custom resources). */
export function podSpecField(snapshot: Snapshot, owner: ResourceRef): PodSpecField | undefined {
  if (owner.kind === 'Pod' && owner.group === '') {
    const pod = present(snapshot, 'Pod', owner.namespace, owner.name);
    return pod === undefined ? undefined : { path: 'spec', spec: pod.spec };
  }
  const object = presentObject(snapshot, owner);
  const template = object === undefined ? undefined : templateOf(object);
  if (template === undefined) return undefined;
  return {
    path: owner.kind === 'CronJob' ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec',
    spec: template.spec,
  };
}

/** A container in the object that a user edits. */
export interface ContainerField {
  /** `spec.template.spec.containers[0]`. */
  readonly path: string;
  readonly container: Container;
}

/** A container of an owner's template by name; undefined when something injected it into the pods alone. */
export function containerField(snapshot: Snapshot, owner: ResourceRef, name: string): ContainerField | undefined {
  const field = podSpecField(snapshot, owner);
  const found =
    field === undefined ? undefined : podContainers(field.spec).find(({ container }) => container.name === name);
  if (field === undefined || found === undefined) return undefined;
  return { path: `${field.path}${found.path.slice('spec'.length)}`, container: found.container };
}
