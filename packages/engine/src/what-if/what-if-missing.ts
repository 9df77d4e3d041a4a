import { buildGraph, presentObject } from '@kroot/graph';
import { refKey, type Analyzer, type Diagnosis, type ResourceRef, type Snapshot } from '@kroot/types';
import { diagnosesOf } from '../diagnosis.ts';
import { fingerprint } from '../fingerprint.ts';
import { Draft } from '../repair/draft.ts';
import { withSeverities, type RuleSeverities } from '../rule-severities.ts';
import { theoryOf, type Theory } from '../theory.ts';
import { withoutWords } from '../verify/try-fix.ts';
import { blastRadius, goesWith, type BlastRadius } from './blast-radius.ts';

/** What would become of a cluster without one object. */
export interface WhatIfMissing {
  readonly target: ResourceRef;
  /** Whether there was anything to take away: an object that is missing already has its effects in the report. */
  readonly state: 'removed' | 'absent' | 'unknown';
  /** What would go with it: what it owns and runs. */
  readonly gone: readonly ResourceRef[];
  /** What would feel it, by the graph. */
  readonly radius: BlastRadius;
  /** What the rules would say then that they do not say now, in fix order. */
  readonly diagnoses: readonly Diagnosis[];
}

/** What to try it with. */
export interface WhatIfOptions {
  readonly analyzers: readonly Analyzer[];
  /** How bad rules are, whatever they say themselves. */
  readonly severities?: RuleSeverities;
}

/**
 * Takes an object and what it runs out of a copy of the snapshot and diagnoses what is left, as it would be once all that felt
 * it had started again. Only what is new is told: not what is wrong already, and not what the restarts alone would bring.
 */
export function whatIfMissing(
  snapshot: Snapshot,
  target: ResourceRef,
  { analyzers: given, severities = new Map() }: WhatIfOptions,
): WhatIfMissing {
  const analyzers = withSeverities(given, severities);
  const radius = blastRadius(snapshot, target);
  if (presentObject(snapshot, target) === undefined) {
    const { state } = snapshot.lookup(target);
    return { target, state: state === 'absent' ? 'absent' : 'unknown', gone: [], radius, diagnoses: [] };
  }
  const gone = goesWith(snapshot, buildGraph(snapshot), target);
  const isGone = new Set([target, ...gone].map((ref) => refKey(ref)));
  const felt = radius.hits
    .filter(({ effect, resource }) => effect !== 'may-suffer' && !isGone.has(refKey(resource)))
    .map(({ resource }) => resource);
  const draft = new Draft(snapshot);
  for (const ref of [target, ...gone]) draft.remove(ref);
  const after = theoryOf(withoutWords(draft, felt, []), analyzers);
  const restarted = theoryOf(withoutWords(snapshot, felt, []), analyzers);
  const known = new Set([...idsOf(theoryOf(snapshot, analyzers)), ...idsOf(restarted)]);
  const fresh = diagnosesOf(after, { severities }).filter(
    ({ id, rootCause }) => !known.has(id) && !isMadeUp(rootCause, gone),
  );
  return { target, state: 'removed', gone, radius, diagnoses: fresh.map((each, i) => ({ ...each, rank: i + 1 })) };
}

function idsOf({ snapshot, nodes }: Theory): readonly string[] {
  return nodes.map(({ finding }) => fingerprint(snapshot, finding));
}

/** That what went with it is gone too is no finding of its own. */
function isMadeUp(rootCause: ResourceRef, gone: readonly ResourceRef[]): boolean {
  return gone.some((ref) => refKey(ref) === refKey(rootCause));
}
