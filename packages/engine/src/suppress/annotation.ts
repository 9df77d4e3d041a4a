import { presentObject } from '@kroot/graph';
import { endOf, formatRef, type ResourceRef, type Snapshot, type SuppressedBy } from '@kroot/types';

/** `ignore.kroot.dev/RULE: "reason; until=2027-01-31; owner=team"` on an object. */
export const IGNORE_PREFIX = 'ignore.kroot.dev/';

/** The annotation that speaks of a rule: a slash of a plugin's rule is a dot, since keys have one slash only. */
export function ignoreKey(rule: string): string {
  return IGNORE_PREFIX + rule.replaceAll('/', '.');
}

/** What an object says of a rule: that it is to be ignored, or that it says so in a way that does not count. */
export function annotationOf(
  snapshot: Snapshot,
  resource: ResourceRef,
  rule: string,
): { readonly by: SuppressedBy } | { readonly problem: string } | undefined {
  const annotations = presentObject(snapshot, resource)?.metadata.annotations ?? {};
  const key = ignoreKey(rule);
  if (!Object.hasOwn(annotations, key)) return undefined;
  const { owner, reason, twice, until } = read(String(annotations[key]));
  const where = `${formatRef(resource)}: annotation ${key}`;
  if (reason === '') return { problem: `${where} gives no reason, so it hides nothing` };
  if (twice !== undefined) return { problem: `${where} says ${twice} twice, so it hides nothing` };
  if (until !== undefined && endOf(until) === undefined)
    return { problem: `${where}: until=${until} is no day such as 2027-01-31, so it hides nothing` };
  return {
    by: {
      carrier: 'annotation',
      reason,
      ...(until === undefined ? {} : { until }),
      ...(owner === undefined ? {} : { owner }),
      resource,
    },
  };
}

interface Said {
  readonly reason: string;
  readonly until?: string;
  readonly owner?: string;
  /** What it says more than once. */
  readonly twice?: string | undefined;
}

/** `Until: 2027-01-31` is meant for an end too: taken for a reason it would hide for ever. */
const SETTING = /^(?<key>until|owner)\s*[=:]\s*(?<value>.*)$/is;

/** A reason may have semicolons: only parts that set something are taken out. */
function read(value: string): Said {
  const parts = value.split(';').map((part) => part.trim());
  const settings = parts.map((part) => SETTING.exec(part)?.groups);
  const valuesOf = (key: string): readonly string[] =>
    settings.flatMap((each) => (each?.['key']?.toLowerCase() === key ? [each['value'] ?? ''] : []));
  const [[owner, otherOwner], [until, otherUntil]] = [valuesOf('owner'), valuesOf('until')];
  return {
    reason: parts.filter((part, i) => settings[i] === undefined && part !== '').join('; '),
    twice: otherUntil === undefined ? otherOwner && 'owner' : 'until',
    ...(until === undefined ? {} : { until }),
    ...(owner === undefined || owner === '' ? {} : { owner }),
  };
}
