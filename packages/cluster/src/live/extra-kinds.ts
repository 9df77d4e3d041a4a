import { compareStrings, kindKey } from '@kroot/types';
import { namesGroup } from './condition-groups.ts';
import { type Groups, type GroupVersion } from './discovery-documents.ts';

/** Kinds that nobody asked for by name. */
export interface ExtraKinds {
  /** As `Snapshot.list` names them. */
  readonly kinds: readonly string[];
  /** What was left out, if anything. */
  readonly notices: readonly string[];
}

/** What a version of a group has; undefined if that cannot be found out. */
export type ResourcesOf = (group: string, version: GroupVersion) => Promise<GroupVersion['resources']>;

/** Every kind that can be listed in the groups that are named, in order of group and kind, whatever the version. */
export async function kindsOfGroups(
  served: Groups,
  wanted: readonly string[],
  resourcesOf: ResourcesOf,
): Promise<readonly string[]> {
  const groups = [...served].filter(([group]) => namesGroup(wanted, group));
  const found = await Promise.all(
    groups.map(async ([group, versions]) => {
      const resources = await Promise.all(versions.map(async (version) => resourcesOf(group, version)));
      const kinds = new Set(resources.flatMap((known) => [...(known?.keys() ?? [])]));
      // A dot would make another kind of another group of it.
      return [group, [...kinds].filter((kind) => !/[/.]/.test(kind)).toSorted(compareStrings)] as const;
    }),
  );
  return found
    .toSorted(([a], [b]) => compareStrings(a, b))
    .flatMap(([group, kinds]) => kinds.map((kind) => kindKey(group, kind)));
}

/** Those that are not read in any case, up to a limit. */
export function extraKinds(found: readonly string[], asked: readonly string[], limit: number): ExtraKinds {
  const known = new Set(asked);
  const extra = found.filter((kind) => !known.has(kind));
  const over = extra.slice(limit);
  const [first] = over;
  if (first === undefined) return { kinds: extra, notices: [] };
  const left = over.length === 1 ? '1 more was' : `${over.length} more were`;
  return {
    kinds: extra.slice(0, limit),
    notices: [`${limit} kinds of custom objects that no rule names were read, ${left} not (first: ${first})`],
  };
}
