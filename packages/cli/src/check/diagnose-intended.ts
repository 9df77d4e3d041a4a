import { diagnose, rehearse, type DiagnoseOptions, type Rehearsal } from '@kroot/engine';
import {
  refKey,
  type Mechanism,
  type Report,
  type ResourceRef,
  type Service,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { isOfCustomPods } from './selects-custom-pods.ts';
import { isForeseen, willNotStart, type StuckPods } from './will-not-start.ts';

/** What a diagnosis of manifests gives. */
export interface Intended {
  readonly report: Report;
  readonly rehearsal: Rehearsal;
}

/** How to diagnose; what is found is settled before anything is concluded from it. */
export interface IntendedOptions extends Omit<DiagnoseOptions, 'verifyFixes'> {
  readonly settle?: (report: Report) => Report;
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

/** The rules of which one finding is enough for a pod not to start. */
export function stoppingRules({ rules }: Report): ReadonlySet<string> {
  return new Set(
    rules.filter(({ breaks = [] }) => breaks.some((mechanism) => BEFORE_START.has(mechanism))).map(({ id }) => id),
  );
}

/** Rounds in which the set of pods that cannot start has to settle: what depends on them may stop others. */
const MAX_ROUNDS = 3;

/**
 * Diagnoses what manifests make of a snapshot. Pods are taken to start unless something that is found stops them; so
 * the diagnosis is made again until these are the same.
 */
export function diagnoseIntended(
  base: Snapshot,
  manifests: Snapshot,
  { settle = (report) => report, ...options }: IntendedOptions,
): Intended {
  const isOpen = (service: Service): boolean => isOfCustomPods(manifests, service);
  let rehearsal = rehearse(base, manifests, () => false, { isOpen });
  let stuck = stuckPods(settle(diagnose(rehearsal.snapshot, options)), rehearsal.made);
  for (let round = 1; ; round += 1) {
    const known = stuck;
    rehearsal = rehearse(base, manifests, (pod) => !known.has(refKey(pod)), { isOpen });
    const report = settle(
      diagnose(rehearsal.snapshot, { ...options, analyzers: [...options.analyzers, ...willNotStart(stuck)] }),
    );
    const next = stuckPods(report, rehearsal.made);
    if (round === MAX_ROUNDS || isSame(stuck, next)) return { report: withoutForeseen(report), rehearsal };
    stuck = next;
  }
}

function stuckPods(report: Report, made: readonly ResourceRef[]): StuckPods {
  const { diagnoses, suppressed } = report;
  const stopping = stoppingRules(report);
  const wanted = new Set(made.map((pod) => refKey(pod)));
  const stuck = new Map<string, Severity>();
  // What nobody wants to hear of stops pods all the same.
  for (const { impact, rule, severity } of [...diagnoses, ...suppressed]) {
    if (severity === 'info' || !stopping.has(rule)) continue;
    for (const key of impact.pods.map((pod) => refKey(pod)))
      if (wanted.has(key) && stuck.get(key) !== 'critical') stuck.set(key, severity);
  }
  return stuck;
}

function isSame(a: StuckPods, b: StuckPods): boolean {
  return a.size === b.size && [...a].every(([key, severity]) => b.get(key) === severity);
}

/** Symptoms that are foreseen are a means: what nothing explains is no news. */
function withoutForeseen(report: Report): Report {
  return {
    ...report,
    unexplained: report.unexplained.filter(({ rule }) => !isForeseen(rule)),
    rules: report.rules.filter(({ id }) => !isForeseen(id)),
  };
}

/**
 * The ids of what would still be found if workloads that get nothing but other programs kept their pods: what was said of these
 * pods is not known of the new ones yet, though nothing has changed for it.
 */
export function stillFound(
  base: Snapshot,
  manifests: Snapshot,
  { settle: _settle, ...options }: IntendedOptions,
): ReadonlySet<string> {
  const isOpen = (service: Service): boolean => isOfCustomPods(manifests, service);
  const { snapshot } = rehearse(base, manifests, () => true, { isOpen, keepsReshipped: true });
  const { diagnoses, suppressed } = diagnose(snapshot, options);
  return new Set([...diagnoses, ...suppressed].map(({ id }) => id));
}
