import { diagnose, rehearse, type DiagnoseOptions, type Rehearsal } from '@kroot/engine';
import { refKey, type Analyzer, type Mechanism, type Report, type ResourceRef, type Snapshot } from '@kroot/types';
import { WILL_NOT_START, willNotStart } from './will-not-start.ts';

/** What a diagnosis of manifests gives. */
export interface Intended {
  readonly report: Report;
  readonly rehearsal: Rehearsal;
}

/** What stops a pod before any of its programs runs: manifests alone can show that. */
const BEFORE_START: ReadonlySet<Mechanism> = new Set([
  'pod-creation',
  'scheduling',
  'volume',
  'container-config',
  'container-start',
  'provisioning',
]);

/** Rounds in which the set of pods that cannot start has to settle: what depends on them may stop others. */
const MAX_ROUNDS = 3;

/**
 * Diagnoses what manifests make of a snapshot. Pods are taken to start unless something that is found stops them; so
 * the diagnosis is made again until these are the same.
 */
export function diagnoseIntended(
  base: Snapshot,
  manifests: Snapshot,
  options: Omit<DiagnoseOptions, 'verifyFixes'>,
): Intended {
  let rehearsal = rehearse(base, manifests, () => false);
  let stuck = stuckPods(diagnose(rehearsal.snapshot, options), rehearsal.made);
  for (let round = 1; ; round += 1) {
    const keys = new Set(stuck.map((pod) => refKey(pod)));
    rehearsal = rehearse(base, manifests, (pod) => !keys.has(refKey(pod)));
    const symptom: Analyzer = willNotStart(stuck);
    const report = diagnose(rehearsal.snapshot, { ...options, analyzers: [...options.analyzers, symptom] });
    const next = stuckPods(report, rehearsal.made);
    if (round === MAX_ROUNDS || sameKeys(keys, next)) return { report: withoutSymptom(report), rehearsal };
    stuck = next;
  }
}

function stuckPods({ diagnoses, rules }: Report, made: readonly ResourceRef[]): readonly ResourceRef[] {
  const stopping = new Set(
    rules.filter(({ breaks = [] }) => breaks.some((mechanism) => BEFORE_START.has(mechanism))).map(({ id }) => id),
  );
  const hit = new Set(
    diagnoses
      .filter(({ rule, severity }) => severity !== 'info' && stopping.has(rule))
      .flatMap(({ impact }) => impact.pods.map((pod) => refKey(pod))),
  );
  return made.filter((pod) => hit.has(refKey(pod)));
}

function sameKeys(keys: ReadonlySet<string>, refs: readonly ResourceRef[]): boolean {
  return keys.size === refs.length && refs.every((target) => keys.has(refKey(target)));
}

/** The symptom is a means, no rule that anybody can look up or run. */
function withoutSymptom(report: Report): Report {
  return {
    ...report,
    unexplained: report.unexplained.filter(({ rule }) => rule !== WILL_NOT_START),
    rules: report.rules.filter(({ id }) => id !== WILL_NOT_START),
  };
}
