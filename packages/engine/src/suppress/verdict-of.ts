import { compareStrings, endOf, type Baseline, type Snapshot, type SuppressedBy, type Suppression } from '@kroot/types';
import { annotationOf } from './annotation.ts';
import { globTest, matcherOf, type Matcher } from './object-match.ts';
import { type Suppressible } from './suppressible.ts';

/** A suppression of the configuration, and where it stands, such as `kroot.config.yaml:12`. */
export interface ConfiguredSuppression extends Suppression {
  readonly where?: string;
}

/** What hides something, or hid it until it expired; neither where nobody wants it hidden. */
export interface SuppressionVerdict {
  readonly by?: SuppressedBy;
  readonly expired?: SuppressedBy;
}

/** Tells what hides what, and remembers what was of use. */
export interface Judge {
  judge(subject: Suppressible): SuppressionVerdict;
  /** Suppressions of the configuration that fitted nothing so far. */
  unused(): readonly ConfiguredSuppression[];
  /** Annotations that were met and do not count, one sentence each. */
  problems(): readonly string[];
}

/** Makes a judge of the three carriers. An annotation is told before the configuration, that before the baseline. */
export function judgeOf(
  snapshot: Snapshot,
  suppressions: readonly ConfiguredSuppression[],
  baseline: Baseline | undefined,
): Judge {
  const known = new Set(baseline?.entries.map(({ id }) => id));
  const entries = suppressions.map((suppression) => compiled(snapshot, suppression));
  const used = new Set<ConfiguredSuppression>();
  const problems = new Set<string>();
  const now = snapshot.now.getTime();

  const annotations = (subject: Suppressible): readonly SuppressedBy[] => {
    const said = everywhere(subject, (target) => {
      const found = annotationOf(snapshot, target, subject.rule);
      if (found !== undefined && 'problem' in found) problems.add(found.problem);
      return found !== undefined && 'by' in found ? found.by : undefined;
    });
    return said;
  };
  const configured = (subject: Suppressible): readonly SuppressedBy[] =>
    entries.flatMap(({ fits, rule, suppression }) => {
      if (!rule(subject.rule)) return [];
      const [hit] = everywhere(subject, (target) => (fits(target) ? target : undefined));
      if (hit === undefined) return [];
      used.add(suppression);
      return [fromConfig(suppression)];
    });
  const fromBaseline = ({ id }: Suppressible): readonly SuppressedBy[] =>
    baseline === undefined || id === undefined || !known.has(id)
      ? []
      : [{ carrier: 'baseline', reason: `known before, in ${baseline.name}` }];

  return {
    judge(subject) {
      const all = [...latestFirst(annotations(subject)), ...latestFirst(configured(subject)), ...fromBaseline(subject)];
      const by = all.find((each) => !isOver(each, now));
      if (by !== undefined) return { by };
      const [expired] = latestFirst(all);
      return expired === undefined ? {} : { expired };
    },
    unused: () => suppressions.filter((suppression) => !used.has(suppression)),
    problems: () => [...problems].toSorted(compareStrings),
  };
}

function compiled(
  snapshot: Snapshot,
  suppression: ConfiguredSuppression,
): { readonly suppression: ConfiguredSuppression; readonly rule: (id: string) => boolean; readonly fits: Matcher } {
  return { suppression, rule: globTest(suppression.rule), fits: matcherOf(snapshot, suppression.match ?? {}) };
}

/** What is said of the object itself; else, when something is said of every victim, what holds the shortest. */
function everywhere<T>(
  { own, victims }: Suppressible,
  ask: (target: Suppressible['own'][number]) => T | undefined,
): readonly T[] {
  const first = (chain: Suppressible['own']): T | undefined => {
    for (const target of chain) {
      const said = ask(target);
      if (said !== undefined) return said;
    }
    return undefined;
  };
  const said = first(own);
  if (said !== undefined) return [said];
  const all = victims.map((chain) => first(chain));
  const told = all.filter((each) => each !== undefined);
  return told.length === 0 || told.length < all.length ? [] : [soonest(told)];
}

/** Of what each victim says, what ends first: from then on one of them wants to be told. */
function soonest<T>(said: readonly T[]): T {
  const [first, ...others] = said;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller gives at least one
  return others.reduce((a, b) => (endIn(b) < endIn(a) ? b : a), first as T);
}

function endIn(said: unknown): number {
  const until = typeof said === 'object' && said !== null && 'until' in said ? said.until : undefined;
  return (typeof until === 'string' ? endOf(until) : undefined) ?? Number.POSITIVE_INFINITY;
}

function fromConfig({ owner, reason, until }: Suppression): SuppressedBy {
  return {
    carrier: 'config',
    reason,
    ...(until === undefined ? {} : { until }),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** What holds longest comes first, whatever the order in which it was written. */
function latestFirst(all: readonly SuppressedBy[]): readonly SuppressedBy[] {
  return all.toSorted(
    (a, b) =>
      order(endIn(b), endIn(a)) ||
      compareStrings(a.reason, b.reason) ||
      compareStrings(a.owner ?? '', b.owner ?? '') ||
      compareStrings(a.until ?? '', b.until ?? ''),
  );
}

/** Infinity minus infinity is no number. */
function order(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function isOver(by: SuppressedBy, now: number): boolean {
  return now >= endIn(by);
}
