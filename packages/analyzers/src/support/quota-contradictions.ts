import { memoize, parseQuantity, refOf } from '@kroot/graph';
import {
  sameRef,
  type LimitRange,
  type PodTemplateSpec,
  type ResourceQuota,
  type ResourceRef,
  type Snapshot,
  type StringMap,
} from '@kroot/types';
import { bareResource } from './quota-room.ts';

/** A default of a LimitRange that is more than a quota of its namespace allows altogether. */
export interface Contradiction {
  readonly range: ResourceRef;
  readonly quota: ResourceRef;
  /** As the quota names it: `limits.cpu`. */
  readonly resource: string;
  /** `spec.limits[0].default.cpu`. */
  readonly path: string;
  readonly amount: string;
  readonly hard: string;
}

/** All of them. Quotas with scopes are left out: whether they count a pod is not known. */
export const contradictions: (snapshot: Snapshot) => readonly Contradiction[] = memoize((snapshot) =>
  snapshot.list('ResourceQuota').flatMap((quota) => {
    if ((quota.spec?.scopes ?? []).length > 0) return [];
    return snapshot.list('LimitRange', quota.metadata.namespace).flatMap((range) => between(quota, range));
  }),
);

function between(quota: ResourceQuota, range: LimitRange): readonly Contradiction[] {
  const hard = quota.status?.hard ?? quota.spec?.hard ?? {};
  return Object.entries(hard).flatMap(([resource, allowed]) => {
    const limit = parseQuantity(allowed);
    for (const [index, given] of (range.spec?.limits ?? []).entries()) {
      if (given.type !== 'Container') continue;
      const found = defaultFor(resource, given);
      const amount = found === undefined ? undefined : parseQuantity(found.text);
      if (found === undefined || amount === undefined || limit === undefined || amount <= limit) continue;
      const path = `spec.limits[${index}].${found.field}.${bareResource(resource)}`;
      return [{ range: refOf(range), quota: refOf(quota), resource, path, amount: found.text, hard: allowed }];
    }
    return [];
  });
}

type Defaults = Partial<Record<'default' | 'defaultRequest', StringMap>>;

/** A request without a default of its own becomes the default limit. */
function defaultFor(resource: string, given: Defaults): { readonly field: string; readonly text: string } | undefined {
  const fields = resource.startsWith('limits.') ? (['default'] as const) : (['defaultRequest', 'default'] as const);
  const bare = bareResource(resource);
  for (const field of fields) {
    const map = given[field] ?? {};
    if (Object.hasOwn(map, bare)) return { field, text: map[bare] ?? '' };
  }
  return undefined;
}

/** The contradiction that stops the pods of a template: a container of theirs takes the default. */
export function contradictionOf(
  snapshot: Snapshot,
  {
    quota,
    resources,
    template,
  }: {
    readonly quota: ResourceRef;
    readonly resources: readonly string[];
    readonly template: PodTemplateSpec | undefined;
  },
): Contradiction | undefined {
  return contradictions(snapshot).find(
    (each) => sameRef(each.quota, quota) && resources.includes(each.resource) && takesDefault(template, each.resource),
  );
}

function takesDefault(template: PodTemplateSpec | undefined, resource: string): boolean {
  const bare = bareResource(resource);
  return (template?.spec.containers ?? []).some(({ resources }) => {
    const limits = resources?.limits ?? {};
    const requests = resource.startsWith('limits.') ? {} : (resources?.requests ?? {});
    return !Object.hasOwn(limits, bare) && !Object.hasOwn(requests, bare);
  });
}
