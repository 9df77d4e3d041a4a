import { podRequests, refOf } from '@kroot/graph';
import { type Evidence, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { type LimitBound } from '../messages/create-failure.ts';
import { type CreateGroup } from './create-groups.ts';
import { failureOf, refusedOwners, TRIES_AGAIN, type CreateText } from './create-rule.ts';
import { fromSpec } from './evidence.ts';
import { describeFix, inWords } from './kubectl.ts';
import { listed } from './words.ts';

const WORDS = { max: 'at most', min: 'at least', ratio: 'a limit to request ratio of at most' } as const;

/** What the LimitRange rules say: which bound, what the template has, and whose bound it is. */
export function limitRangeText(group: CreateGroup, snapshot: Snapshot, things: 'Claims' | 'Pods' = 'Pods'): CreateText {
  const [first] = group.refused;
  const bounds = failureOf(first, 'limit-range')?.bounds ?? [];
  const namespace = first.controller.namespace ?? '';
  const range = rangeOf(snapshot, namespace, bounds);
  const whose = range === undefined ? `a LimitRange of namespace ${namespace}` : inWords(range.ref);
  const allowed = listed(
    bounds.map((bound) => `${WORDS[bound.bound]} ${bound.allowed} ${bound.resource} per ${bound.type}`),
  );
  const have = listed(
    bounds.map(({ actual, resource, bound }) =>
      actual === undefined ? `no ${resource} set` : `${actual}${bound === 'ratio' ? '' : ` ${resource}`}`,
    ),
  );
  return {
    message: `${things} of ${refusedOwners(group)} break ${whose}: ${allowed}`,
    cause: `${whose} allows ${allowed}, and the ${things.toLowerCase()} of ${refusedOwners(group)} have ${have}.`,
    evidence: range === undefined ? [] : [range.evidence],
    fixes: [
      things === 'Pods' ? withinBounds(group, allowed, have) : claimWithinBounds(group, allowed, have),
      ...(range === undefined
        ? []
        : [
            describeFix(range.ref, `Or change ${inWords(range.ref)}`, [
              `Raise or lower spec.limits of ${inWords(range.ref)} if the ${things.toLowerCase()} of ${refusedOwners(group)} need ${have}.`,
            ]),
          ]),
    ],
    notes: things === 'Pods' ? injectedNote(group) : [],
  };
}

function withinBounds({ subject }: CreateGroup, allowed: string, have: string): Fix {
  return describeFix(subject, `Bring the resources of ${inWords(subject)} within ${allowed}`, [
    `Change resources in the template of ${inWords(subject)} (it has ${have}).`,
    TRIES_AGAIN,
  ]);
}

function claimWithinBounds({ subject }: CreateGroup, allowed: string, have: string): Fix {
  return describeFix(subject, `Bring volumeClaimTemplates of ${inWords(subject)} within ${allowed}`, [
    `Its claims ask for ${have}. volumeClaimTemplates cannot be changed in place: delete the StatefulSet with --cascade=orphan, which leaves its pods and claims, and apply it with the new size.`,
    TRIES_AGAIN,
  ]);
}

function rangeOf(
  snapshot: Snapshot,
  namespace: string,
  bounds: readonly LimitBound[],
): { readonly ref: ResourceRef; readonly evidence: Evidence } | undefined {
  for (const range of snapshot.list('LimitRange', namespace)) {
    for (const [index, limit] of (range.spec?.limits ?? []).entries()) {
      for (const { bound, type, resource, allowed } of bounds) {
        const map = { max: limit.max, min: limit.min, ratio: limit.maxLimitRequestRatio }[bound] ?? {};
        if (limit.type !== type || !Object.hasOwn(map, resource)) continue;
        const field = { max: 'max', min: 'min', ratio: 'maxLimitRequestRatio' }[bound];
        const target = refOf(range);
        return {
          ref: target,
          evidence: fromSpec(target, `spec.limits[${index}].${field}.${resource}`, map[resource] ?? allowed),
        };
      }
    }
  }
  return undefined;
}

/** A template that keeps the bound itself is broken by what was added at admission: a sidecar, or a default of the LimitRange. */
function injectedNote({ refused: [first] }: CreateGroup): readonly string[] {
  const bounds = failureOf(first, 'limit-range')?.bounds ?? [];
  const { template, owner } = first;
  if (template === undefined) return [];
  const requests = podRequests(template.spec);
  const foreign = bounds.find(
    ({ resource, actual }) =>
      actual !== undefined &&
      !requests.has(resource) &&
      !template.spec.containers.some(({ resources }) => Object.hasOwn(resources?.limits ?? {}, resource)),
  );
  return foreign === undefined
    ? []
    : [
        `The template of ${inWords(owner)} sets no ${foreign.resource}: a default of the LimitRange or a container that a webhook adds brings it in.`,
      ];
}
