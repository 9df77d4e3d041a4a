import {
  refKey,
  type Diagnosis,
  type OtherDiagnosis,
  type Report,
  type Mechanism,
  type ResourceRef,
} from '@kroot/types';

/** What applying manifests changes, told from the diagnoses before and after. */
export interface Comparison {
  readonly breaks: readonly Diagnosis[];
  readonly heals: readonly OtherDiagnosis[];
  readonly stays: readonly OtherDiagnosis[];
  /** What it breaks and nobody wants to hear of. */
  readonly suppressed: readonly Diagnosis[];
}

/** How programs, images and machines behave shows only when they run. */
const RUNNING: ReadonlySet<Mechanism> = new Set([
  'sandbox',
  'image',
  'container-start',
  'container-exit',
  'readiness',
  'node-lost',
  'eviction',
  'dependency',
]);

/** What stopped the old pods before anything of theirs ran, as controllers and kubelets said: of pods to come they say nothing yet. */
const REFUSED: ReadonlySet<Mechanism> = new Set(['pod-creation', 'scheduling', 'volume']);

/** What else has to be known to compare. */
export interface Comparing {
  /** Ids of what would still be found if pods stayed where only programs change. */
  readonly stillFound: () => ReadonlySet<string>;
  /** Ids of what rules that only manifests have find in the cluster as it was. */
  readonly foundAlready: ReadonlySet<string>;
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
  // Controllers may go on saying that something is not there, until they try again.
  const isMade = ({ id, rootCause }: Diagnosis): boolean => old.has(id) && isCreated(rootCause);
  const found = after.diagnoses.filter((diagnosis) => !isMade(diagnosis));
  const now = new Set([...found, ...after.suppressed].map(({ id }) => id));
  const down = new Set(before.diagnoses.flatMap(hit));
  const running = rulesThatBreak(before, RUNNING);
  const refused = rulesThatBreak(before, REFUSED);
  const refusedPods = rulesThatBreak(before, new Set(['pod-creation']));
  const gone = before.diagnoses.filter((diagnosis) => isProblem(diagnosis) && !now.has(diagnosis.id));
  const still = gone.some(({ rule }) => refused.has(rule)) ? stillFound() : new Set<string>();
  const isAsBefore = (diagnosis: Diagnosis): boolean =>
    refused.has(diagnosis.rule) && still.has(diagnosis.id) && !isMade(diagnosis);
  // A refusal may name a limit that is still passed: only what was missing and is there now is certain.
  const isCertain = ({ rootCause, rule }: Diagnosis): boolean =>
    !running.has(rule) && (!refusedPods.has(rule) || isCreated(rootCause));
  const isNew = (diagnosis: Diagnosis): boolean => {
    // A rule of the cluster tells it in other words.
    if (foundAlready.has(diagnosis.id)) return hit(diagnosis).some((key) => !down.has(key));
    const had = old.get(diagnosis.id);
    return had === undefined || takesMore(had, diagnosis);
  };
  const stays = [
    ...found.filter((diagnosis) => !isNew(diagnosis) && !foundAlready.has(diagnosis.id)),
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

function rulesThatBreak({ rules }: Report, mechanisms: ReadonlySet<Mechanism>): ReadonlySet<string> {
  return new Set(
    rules.filter(({ breaks = [] }) => breaks.some((mechanism) => mechanisms.has(mechanism))).map(({ id }) => id),
  );
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
