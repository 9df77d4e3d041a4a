import { isUpToPrograms } from '@kroot/engine';
import { refKey, type Diagnosis, type OtherDiagnosis, type Report } from '@kroot/types';
import { faultOf, hasTwin } from './twins.ts';

/** What applying manifests changes, told from the diagnoses before and after. */
export interface Comparison {
  readonly breaks: readonly Diagnosis[];
  readonly heals: readonly OtherDiagnosis[];
  readonly stays: readonly OtherDiagnosis[];
  /** What it breaks and nobody wants to hear of. */
  readonly suppressed: readonly Diagnosis[];
}

/** Compares by fingerprint. A fault that was there before and now takes down more is one that the manifests make worse. */
export function compareOutcomes(before: Report, after: Report): Comparison {
  const old = new Map([...before.diagnoses, ...before.suppressed].map((diagnosis) => [diagnosis.id, diagnosis]));
  const faults = new Map([...old.values()].map((diagnosis) => [faultOf(diagnosis), diagnosis]));
  const kept = new Set(after.diagnoses.filter(({ rule }) => hasTwin(rule)).map(faultOf));
  const now = new Set([...after.diagnoses, ...after.suppressed].map(({ id }) => id));
  const down = new Set(before.diagnoses.flatMap(hit));
  const running = new Set(before.rules.filter(({ breaks = [] }) => isUpToPrograms(breaks)).map(({ id }) => id));
  const isNew = (diagnosis: Diagnosis): boolean => {
    const had = old.get(diagnosis.id) ?? (hasTwin(diagnosis.rule) ? faults.get(faultOf(diagnosis)) : undefined);
    return had === undefined || takesMore(had, diagnosis);
  };
  return {
    breaks: after.diagnoses.filter(isNew).map((diagnosis) => noted(diagnosis, down)),
    heals: before.diagnoses
      .filter((diagnosis) => isProblem(diagnosis) && !now.has(diagnosis.id) && !kept.has(faultOf(diagnosis)))
      .map((diagnosis) => toOther(diagnosis, !running.has(diagnosis.rule))),
    stays: after.diagnoses
      .filter((diagnosis) => isProblem(diagnosis) && !isNew(diagnosis))
      .map((diagnosis) => toOther(diagnosis, true)),
    suppressed: after.suppressed.filter(isNew),
  };
}

function isProblem({ severity }: Diagnosis): boolean {
  return severity !== 'info';
}

function toOther({ id, rule, rootCause, message, severity }: Diagnosis, certain: boolean): OtherDiagnosis {
  return { id, rule, resource: rootCause, message, severity, certain };
}

/** Another cause for what is down already is no harm, but no help either. */
function noted(diagnosis: Diagnosis, down: ReadonlySet<string>): Diagnosis {
  const keys = hit(diagnosis);
  return keys.length > 0 && keys.every((key) => down.has(key))
    ? { ...diagnosis, notes: [...diagnosis.notes, 'What it takes down is down already, for another cause.'] }
    : diagnosis;
}

function takesMore(before: Diagnosis, after: Diagnosis): boolean {
  const known = new Set(hit(before));
  return hit(after).some((key) => !known.has(key));
}

/** Pods get new names when they are made anew: what counts is what is above them. */
function hit({ impact }: Diagnosis): readonly string[] {
  const { deployments, statefulSets, daemonSets, services, ingresses } = impact;
  return [...deployments, ...statefulSets, ...daemonSets, ...services, ...ingresses].map((target) => refKey(target));
}
