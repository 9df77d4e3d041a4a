import { groupBy, memoize } from '@kroot/graph';
import { compareRefs, compareStrings, refKey, type ResourceRef, type Snapshot } from '@kroot/types';
import { isVolumeUse, missingUses, type MissingUse } from './missing-uses.ts';

/** The rules that share the missing Secrets and ConfigMaps; each missing thing belongs to exactly one. */
export type MissingRule =
  | `${'secret' | 'configmap'}-missing-${'env' | 'volume'}`
  | `${'secret' | 'configmap'}-key-missing-${'env' | 'volume'}`
  | 'projected-volume-source-missing';

/** One missing object or key and all that need it. */
export interface MissingGroup {
  readonly rule: MissingRule;
  readonly target: ResourceRef;
  readonly key?: string;
  /** At least one; those that block now come first. */
  readonly uses: readonly [MissingUse, ...MissingUse[]];
}

/** Everything that is missing, in order of object and key. */
export const missingGroups: (snapshot: Snapshot) => readonly MissingGroup[] = memoize((snapshot) => {
  const groups = groupBy(missingUses(snapshot), ({ target, key }) => `${refKey(target)}\n${key ?? ''}`);
  const found: MissingGroup[] = [];
  for (const uses of groups.values()) {
    const [first, ...rest] = uses.toSorted((a, b) => Number(b.blocking) - Number(a.blocking));
    if (first === undefined) continue;
    const { target, key } = first;
    found.push({
      rule: ruleOf([first, ...rest]),
      target,
      ...(key === undefined ? {} : { key }),
      uses: [first, ...rest],
    });
  }
  return found.toSorted((a, b) => compareRefs(a.target, b.target) || compareStrings(a.key ?? '', b.key ?? ''));
});

/** The way in which most of the blocked pods need it; volumes first among equals, because the kubelet sets them up first. */
function ruleOf(uses: readonly MissingUse[]): MissingRule {
  const blocking = uses.filter((use) => use.blocking);
  const deciding = blocking.length === 0 ? uses : blocking;
  const volumes = deciding.filter(({ reference }) => isVolumeUse(reference));
  const kind = deciding[0]?.target.kind === 'Secret' ? 'secret' : 'configmap';
  const what = deciding[0]?.key === undefined ? 'missing' : 'key-missing';
  if (volumes.length * 2 < deciding.length) return `${kind}-${what}-env`;
  return volumes.every(({ reference }) => reference.use === 'projected')
    ? 'projected-volume-source-missing'
    : `${kind}-${what}-volume`;
}
