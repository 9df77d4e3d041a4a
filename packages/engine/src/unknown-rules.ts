import { nearNames, refOf } from '@kroot/graph';
import { compareStrings, formatRef, type Snapshot } from '@kroot/types';
import { type RuleSeverities } from './rule-severities.ts';
import { IGNORE_PREFIX, ignoreKey } from './suppress/annotation.ts';
import { isGlob } from './suppress/object-match.ts';
import { type ConfiguredSuppression } from './suppress/verdict-of.ts';

/** Anybody who may write an annotation could fill a report with them. */
const MAX_ANNOTATIONS = 10;

/** What the user names rules for. */
export interface NamedRules {
  readonly severities: RuleSeverities;
  readonly suppressions: readonly ConfiguredSuppression[];
}

/** Names of rules that nobody knows, one sentence each: what was meant does not happen. */
export function unknownRules(
  snapshot: Snapshot,
  known: readonly string[],
  { severities, suppressions }: NamedRules,
): readonly string[] {
  const ids = new Set(known);
  const hint = (id: string): string => {
    const near = nearNames(id, known, 2);
    return near.length === 0 ? 'kroot rules lists them' : `did you mean ${near.join(' or ')}?`;
  };
  const ofSeverities = [...severities.keys()]
    .filter((id) => !ids.has(id))
    .toSorted(compareStrings)
    .map((id) => `there is no rule ${id}, for which a severity is set; ${hint(id)}`);
  const ofSuppressions = suppressions
    .filter(({ rule }) => !namesRule(rule, ids))
    .map(({ rule, where }) => `${prefix(where)}there is no rule ${rule}, which is suppressed; ${hint(rule)}`);
  return [...ofSeverities, ...ofSuppressions, ...ofAnnotations(snapshot, known, hint)];
}

/** A glob is for what there may be some day. */
export function namesRule(rule: string, ids: ReadonlySet<string>): boolean {
  return isGlob(rule) || ids.has(rule);
}

function prefix(where: string | undefined): string {
  return where === undefined ? '' : `${where}: `;
}

/** Each name once, with the first object that has it. */
function ofAnnotations(snapshot: Snapshot, known: readonly string[], hint: (id: string) => string): readonly string[] {
  const keys = new Set(known.map((id) => ignoreKey(id)));
  const first = new Map<string, string>();
  for (const kind of snapshot.kinds().toSorted(compareStrings)) {
    for (const object of snapshot.list(kind)) {
      for (const key of Object.keys(object.metadata.annotations ?? {}))
        if (key.startsWith(IGNORE_PREFIX) && !keys.has(key) && !first.has(key))
          first.set(key, formatRef(refOf(object)));
    }
  }
  const unknown = [...first].toSorted(([a], [b]) => compareStrings(a, b));
  const told = unknown.slice(0, MAX_ANNOTATIONS).map(([key, where]) => {
    const id = key.slice(IGNORE_PREFIX.length);
    return `${where}: annotation ${key} names no rule; ${hint(id)}`;
  });
  const more = unknown.length - told.length;
  return more === 0 ? told : [...told, `${more} more annotations ${IGNORE_PREFIX}… name no rule`];
}
