import { podContainers, presentObject, templateOf } from '@kroot/graph';
import { type Container, type PodSpec, type ResourceRef, type Snapshot } from '@kroot/types';
import { present } from './present.ts';
import { templateContainer } from './template-container.ts';

/** The place of a pod spec inside the object that a user edits, and the spec as it stands there. */
export interface PodSpecField {
  /** `spec.template.spec`, `spec.jobTemplate.spec.template.spec`, or `spec` of a bare pod. */
  readonly path: string;
  readonly spec: PodSpec;
}

/** The pod spec that a workload or a bare pod holds; undefined for owners of other kinds (custom resources). */
export function podSpecField(snapshot: Snapshot, owner: ResourceRef): PodSpecField | undefined {
  const bare = barePod(snapshot, owner);
  if (bare !== undefined) return { path: 'spec', spec: bare };
  const object = presentObject(snapshot, owner);
  const template = object === undefined ? undefined : templateOf(object);
  if (template === undefined) return undefined;
  return {
    path: owner.kind === 'CronJob' ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec',
    spec: template.spec,
  };
}

function barePod(snapshot: Snapshot, owner: ResourceRef): PodSpec | undefined {
  return owner.kind === 'Pod' && owner.group === ''
    ? present(snapshot, 'Pod', owner.namespace, owner.name)?.spec
    : undefined;
}

/** A container in the object that a user edits. */
export interface ContainerField {
  /** `spec.template.spec.containers[0]`. */
  readonly path: string;
  readonly container: Container;
}

/** A container of a workload's template or of a bare pod by name; undefined when something injected it into the pods alone. */
export function containerField(snapshot: Snapshot, owner: ResourceRef, name: string): ContainerField | undefined {
  const bare = barePod(snapshot, owner);
  if (bare === undefined) return templateContainer(snapshot, owner, name);
  return podContainers(bare).find(({ container }) => container.name === name);
}
