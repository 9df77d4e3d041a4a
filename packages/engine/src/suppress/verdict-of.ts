import {
  compareStrings,
  endOf,
  type Baseline,
  type ResourceRef,
  type Snapshot,
  type SuppressedBy,
  type Suppression,
} from '@kroot/types';
import { annotationOf } from './annotation.ts';
import { globTest, matcherOf, type Matcher } from './object-match.ts';
import { type OwnerChain, type Suppressible } from './suppressible.ts';

/** A suppression of the configuration, and where it stands, such as `kroot.config.yaml:12`. */
export interface ConfiguredSuppression extends Suppression {
  readonly where?: string;
}

/** What hides something, or hid it until it expired; neither where nobody wants it hidden. */
export interface SuppressionVerdict {
  readonly by?: SuppressedBy;
  readonly expired?: SuppressedBy;
}

/** By what to judge. */
export interface Judging {
  readonly suppressions: readonly ConfiguredSuppression[];
  readonly baseline: Baseline | undefined;
  /** What ended before is over. */
  readonly today: Date;
}

/** Tells what hides what, and remembers what was of use. */
export interface Judge {
  judge(subject: Suppressible): SuppressionVerdict;
  /** Suppressions of the configuration that fitted nothing so far. */
  unused(): readonly ConfiguredSuppression[];
  /** Annotations that were met and do not count, one sentence each. */
  problems(): readonly string[];
}

/**
 * Makes a judge of the three carriers: something is hidden for as long as any of them holds. Of several that hold an annotation
 * is told before the configuration, that before the baseline.
 */
export function judgeOf(snapshot: Snapshot, { baseline, suppressions, today }: Judging): Judge {
  const known = new Set(baseline?.entries.map(({ id }) => id));
  const entries = suppressions.map((suppression) => compiled(snapshot, suppression));
  const used = new Set<ConfiguredSuppression>();
  const problems = new Set<string>();
  const now = today.getTime();

  const annotated = (target: ResourceRef, rule: string): readonly SuppressedBy[] => {
    const found = annotationOf(snapshot, target, rule);
    if (found !== undefined && 'problem' in found) problems.add(found.problem);
    return found !== undefined && 'by' in found ? [found.by] : [];
  };
  const configured = (subject: Suppressible): readonly SuppressedBy[] =>
    entries.flatMap(({ fits, rule, suppression }) => {
      if (!rule(subject.rule) || !isMeant(subject, fits)) return [];
      used.add(suppression);
      return [fromConfig(suppression)];
    });
  const fromBaseline = ({ id }: Suppressible): readonly SuppressedBy[] =>
    baseline === undefined || id === undefined || !known.has(id)
      ? []
      : [{ carrier: 'baseline', reason: `known before, in ${baseline.name}` }];

  return {
    judge(subject) {
      const annotations = saidOf(subject, (target) => annotated(target, subject.rule));
      const all = [...latestFirst(annotations), ...latestFirst(configured(subject)), ...fromBaseline(subject)];
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

function isMeant({ own, victims }: Suppressible, fits: Matcher): boolean {
  return own.some(fits) || (victims.length > 0 && victims.every((chain) => chain.some(fits)));
}

/**
 * All that is said on the object, its owners and its namespace; and where something is said of every victim, of what each of them
 * says longest that which ends first: from then on one of them wants to be told.
 */
function saidOf(
  { own, victims }: Suppressible,
  ask: (target: ResourceRef) => readonly SuppressedBy[],
): readonly SuppressedBy[] {
  const said = (chain: OwnerChain): readonly SuppressedBy[] => withNamespace(chain).flatMap((target) => ask(target));
  const ofVictims = victims.map((chain) => latestFirst(said(chain))[0]).filter((each) => each !== undefined);
  const everyOne = ofVictims.length === victims.length ? latestFirst(ofVictims).slice(-1) : [];
  return [...said(own), ...everyOne];
}

/** What is said of a namespace is said of all that is in it. */
function withNamespace(chain: OwnerChain): readonly ResourceRef[] {
  const namespace = chain[0]?.namespace;
  return namespace === undefined ? chain : [...chain, { group: '', kind: 'Namespace', name: namespace }];
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

function endIn({ until }: SuppressedBy): number {
  return (until === undefined ? undefined : endOf(until)) ?? Number.POSITIVE_INFINITY;
}
