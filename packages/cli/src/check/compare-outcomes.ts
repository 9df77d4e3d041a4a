import { isUpToPrograms } from '@kroot/engine';
import {
  refKey,
  type Diagnosis,
  type Mechanism,
  type OtherDiagnosis,
  type Report,
  type ResourceRef,
} from '@kroot/types';
import { faultOf, hasTwin } from './twins.ts';

/** What applying manifests changes, told from the diagnoses before and after. */
export interface Comparison {
  readonly breaks: readonly Diagnosis[];
  readonly heals: readonly OtherDiagnosis[];
  readonly stays: readonly OtherDiagnosis[];
  /** What it breaks and nobody wants to hear of. */
  readonly suppressed: readonly Diagnosis[];
}

/** What stopped the old pods before anything of theirs ran, as controllers and kubelets said: of pods to come they say nothing yet. */
const REFUSED: ReadonlySet<Mechanism> = new Set(['pod-creation', 'scheduling', 'volume']);

/** What else has to be known to compare. */
export interface Comparing {
  /** Ids of what would still be found if pods stayed where only programs change. */
  readonly stillFound: () => ReadonlySet<string>;
  /** Whether a rule that only manifests have finds it in the cluster as it was. */
  readonly foundAlready: (diagnosis: Diagnosis) => boolean;
  /** Whether an object is made by the manifests. */
  readonly isCreated: (target: ResourceRef) => boolean;
}

/** Compares by fingerprint. A fault that was there before and now takes down more is one that the manifests make worse. */
export function compareOutcomes(
  before: Report,
  after: Report,
  { foundAlready, isCreated, stillFound }: Comparing,
): Comparison {
  const old = new Map([...before.diagnoses, ...before.suppressed].map((diagnosis) => [diagnosis.id, diagnosis]));
  const faults = new Map([...old.values()].map((diagnosis) => [faultOf(diagnosis), diagnosis]));
  const hadOf = (diagnosis: Diagnosis): Diagnosis | undefined =>
    old.get(diagnosis.id) ?? (hasTwin(diagnosis.rule) ? faults.get(faultOf(diagnosis)) : undefined);
  // Controllers may go on saying that something is not there, until they try again.
  const isMade = ({ id, rootCause }: Diagnosis): boolean => old.has(id) && isCreated(rootCause);
  const found = after.diagnoses.filter((diagnosis) => !isMade(diagnosis));
  const kept = new Set(found.filter(({ rule }) => hasTwin(rule)).map((diagnosis) => faultOf(diagnosis)));
  const now = new Set([...found, ...after.suppressed].map(({ id }) => id));
  const down = new Set(before.diagnoses.flatMap(hit));
  const running = rulesThatBreak(before, isUpToPrograms);
  const refused = rulesThatBreak(before, (breaks) => breaks.some((mechanism) => REFUSED.has(mechanism)));
  const refusedPods = rulesThatBreak(before, (breaks) => breaks.includes('pod-creation'));
  const gone = before.diagnoses.filter(
    (diagnosis) => isProblem(diagnosis) && !now.has(diagnosis.id) && !kept.has(faultOf(diagnosis)),
  );
  const still = gone.some(({ rule }) => refused.has(rule)) ? stillFound() : new Set<string>();
  const isAsBefore = (diagnosis: Diagnosis): boolean =>
    refused.has(diagnosis.rule) && still.has(diagnosis.id) && !isMade(diagnosis);
  // A refusal may name a limit that is still passed: only what was missing and is there now is certain.
  const isCertain = ({ rootCause, rule }: Diagnosis): boolean =>
    !running.has(rule) && (!refusedPods.has(rule) || isCreated(rootCause));
  const isNew = (diagnosis: Diagnosis): boolean => {
    const had = hadOf(diagnosis);
    // Nobody has stumbled over it yet.
    if (had === undefined && foundAlready(diagnosis)) return hit(diagnosis).some((key) => !down.has(key));
    return had === undefined || takesMore(had, diagnosis);
  };
  const stays = [
    // As the cluster tells it, where a twin speaks for it now.
    ...found.filter((diagnosis) => !isNew(diagnosis)).flatMap((diagnosis) => stayed(diagnosis, hadOf(diagnosis))),
    ...gone.filter(isAsBefore),
  ];
  return {
    breaks: found.filter(isNew).map((diagnosis) => noted(diagnosis, down)),
    heals: gone
      .filter((diagnosis) => !isAsBefore(diagnosis))
      .map((diagnosis) => toOther(diagnosis, isCertain(diagnosis))),
    stays: stays.filter(isProblem).map((diagnosis) => toOther(diagnosis, true)),
    suppressed: after.suppressed.filter(isNew),
  };
}

function stayed(diagnosis: Diagnosis, had: Diagnosis | undefined): readonly Diagnosis[] {
  return had === undefined ? [] : [hasTwin(diagnosis.rule) ? had : diagnosis];
}

function rulesThatBreak({ rules }: Report, isMeant: (breaks: readonly Mechanism[]) => boolean): ReadonlySet<string> {
  return new Set(rules.filter(({ breaks = [] }) => isMeant(breaks)).map(({ id }) => id));
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
