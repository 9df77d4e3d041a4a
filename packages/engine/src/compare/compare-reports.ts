import {
  kindKey,
  refKey,
  SEVERITIES,
  type ChainChange,
  type ComparedSide,
  type Comparison,
  type Diagnosis,
  type Evidence,
  type GoneDiagnosis,
  type GoneSymptom,
  type KeptDiagnosis,
  type Report,
  type ResourceRef,
  type Unexplained,
} from '@kroot/types';
import { impactResources } from '../impact-resources.ts';

/**
 * Puts two reports side by side. `changesOf` says what changed on the chain of a new root cause, where both sides have objects
 * (see `chainChanges`).
 */
export function compareReports(
  before: Report,
  after: Report,
  changesOf?: (diagnosis: Diagnosis) => readonly ChainChange[],
): Comparison {
  // Whether somebody wants to be told does not make a difference to the cluster.
  const older = new Map([...before.suppressed, ...before.diagnoses].map((diagnosis) => [diagnosis.id, diagnosis]));
  const newer = new Map([...after.suppressed, ...after.diagnoses].map((diagnosis) => [diagnosis.id, diagnosis]));
  const known = symptomsOf(before);
  return {
    before: side(before),
    after: side(after),
    notices: notices(before, after),
    added: after.diagnoses
      .filter(({ id }) => !older.has(id))
      .map((diagnosis) => ({ diagnosis, ...(changesOf && { changes: changesOf(diagnosis) }) })),
    gone: before.diagnoses.filter(({ id }) => !newer.has(id)).map((diagnosis) => goneOf(diagnosis, before, after)),
    kept: after.diagnoses.flatMap((diagnosis) => {
      const old = older.get(diagnosis.id);
      return old === undefined ? [] : [keptOf(old, diagnosis)];
    }),
    unexplained: {
      added: unexplainedOnly(after, before),
      gone: unexplainedOnly(before, after).map((symptom) => goneSymptom(symptom, before, after)),
      kept: after.unexplained.filter((symptom) => known.has(symptomKey(symptom))),
    },
  };
}

function side({ counts, now, source }: Report): ComparedSide {
  return { source: source.name, now, objects: counts.objects };
}

function notices(before: Report, after: Report): readonly string[] {
  const [older, newer] = [scopeOf(before), scopeOf(after)];
  return [
    ...(older === newer ? [] : [`The first speaks of ${older}, the second of ${newer}.`]),
    ...(before.now > after.now
      ? ['The first was taken after the second: new and gone may be the wrong way round.']
      : []),
    ...(before.tool.version === after.tool.version
      ? []
      : [
          `They were made by different versions of kroot, ${before.tool.version} and ${after.tool.version}, which may know other rules.`,
        ]),
  ];
}

function scopeOf({ scope }: Report): string {
  const { namespace, target } = scope;
  const where = namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
  return target === undefined ? where : `${kindKey(target.group, target.kind)}/${target.name} in ${where}`;
}

function goneOf(diagnosis: Diagnosis, before: Report, after: Report): GoneDiagnosis {
  const unseen = unseenNow(shownBy(diagnosis), diagnosis.evidence, before, after);
  const victims = new Set(victimsOf(diagnosis));
  const replacedBy = after.diagnoses
    .filter((other) => victimsOf(other).some((victim) => victims.has(victim)))
    .map(({ id }) => id);
  return { diagnosis, replacedBy, ...(unseen === undefined ? {} : { unseen }) };
}

function shownBy({ evidence, impact, resource, rootCause, symptoms }: Diagnosis): readonly ResourceRef[] {
  return [
    rootCause,
    resource,
    ...evidence.map(({ ref }) => ref),
    ...symptoms.map((symptom) => symptom.resource),
    ...impact.pods,
  ];
}

/** What could be read the first time, shows the fault or suffers from it, and could not be read the second time. */
function unseenNow(
  shown: readonly ResourceRef[],
  evidence: readonly Evidence[],
  before: Report,
  after: Report,
): string | undefined {
  const events = evidence.some(({ source }) => source === 'event');
  const rests = (kind: string, namespace: string): boolean =>
    (events && kind === 'Event') ||
    shown.some(
      (target) =>
        kindKey(target.group, target.kind) === kind && (namespace === '*' || namespace === (target.namespace ?? '')),
    );
  const old = new Map(before.coverage.gaps.map(({ kind, namespace, state }) => [`${kind}\n${namespace}`, state]));
  const gap = after.coverage.gaps.find(({ kind, namespace, state }) => {
    const was = old.get(`${kind}\n${namespace}`);
    // Part of them was enough to see it then.
    const isWorse = was === undefined || (was === 'partial' && state !== 'partial');
    return state !== 'api-absent' && isWorse && rests(kind, namespace);
  });
  return gap === undefined ? undefined : `${gap.kind}: ${gap.reason}`;
}

/** Workloads, Services and the like that a root holds up: names that last, unlike those of pods. */
function victimsOf({ impact, resource }: Diagnosis): readonly string[] {
  return [...impactResources(impact), resource].filter(({ kind }) => kind !== 'Pod').map((target) => refKey(target));
}

function keptOf(before: Diagnosis, after: Diagnosis): KeptDiagnosis {
  const bySeverity = SEVERITIES.indexOf(before.severity) - SEVERITIES.indexOf(after.severity);
  const byImpact = impactResources(after.impact).length - impactResources(before.impact).length;
  const change = bySeverity === 0 ? byImpact : bySeverity;
  return { before, after, trend: change === 0 ? 'same' : change > 0 ? 'worse' : 'better' };
}

function unexplainedOnly(report: Report, other: Report): readonly Unexplained[] {
  const known = symptomsOf(other);
  return report.unexplained.filter((symptom) => !known.has(symptomKey(symptom)));
}

/** Of all that a report does not explain, hidden or not. */
function symptomsOf({ suppressedSymptoms = [], unexplained }: Report): ReadonlySet<string> {
  return new Set([...unexplained, ...suppressedSymptoms].map((symptom) => symptomKey(symptom)));
}

function goneSymptom(symptom: Unexplained, before: Report, after: Report): GoneSymptom {
  const { evidence, resource } = symptom;
  const unseen = unseenNow([resource, ...evidence.map(({ ref }) => ref)], evidence, before, after);
  return { ...symptom, ...(unseen === undefined ? {} : { unseen }) };
}

function symptomKey({ resource, rule }: Unexplained): string {
  return `${rule}\n${refKey(resource)}`;
}
