import { BUILTIN_KINDS } from '@kroot/types';
import { type Json } from './plan.ts';

/** A resource that the server serves. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly custom: boolean;
}

/** `pods`, `deployments.apps`: as RBAC and kubectl name it. */
export function resourceName({ group, resource }: Resource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** What a cluster with these objects serves: Kubernetes' own kinds and what its CustomResourceDefinitions define. */
export function servedResources(objects: readonly Json[], unserved: readonly string[]): readonly Resource[] {
  const own = BUILTIN_KINDS.map((kind) => ({ ...kind, custom: false }));
  const custom = objects.filter(({ kind }) => kind === 'CustomResourceDefinition').flatMap(defined);
  return [...own, ...custom].filter((resource) => !unserved.includes(resourceName(resource)));
}

function defined(definition: Json): readonly Resource[] {
  const spec = definition['spec'] as {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly plural: string; readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
  return spec.versions
    .filter(({ served }) => served)
    .map(({ name }) => ({
      group: spec.group,
      version: name,
      resource: spec.names.plural,
      kind: spec.names.kind,
      namespaced: spec.scope === 'Namespaced',
      custom: true,
    }));
}

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}
