import {
  kindKey,
  refKey,
  SEVERITIES,
  type ChainChange,
  type ComparedSide,
  type Comparison,
  type Diagnosis,
  type GoneDiagnosis,
  type KeptDiagnosis,
  type Report,
  type ResourceRef,
  type Unexplained,
} from '@kroot/types';

/**
 * Puts two reports side by side. `changesOf` says what changed on the chain of a new root cause, where both sides have objects
 * (see `chainChanges`).
 */
export function compareReports(
  before: Report,
  after: Report,
  changesOf?: (diagnosis: Diagnosis) => readonly ChainChange[],
): Comparison {
  const older = new Map(before.diagnoses.map((diagnosis) => [diagnosis.id, diagnosis]));
  const newer = new Map(after.diagnoses.map((diagnosis) => [diagnosis.id, diagnosis]));
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
      gone: unexplainedOnly(before, after),
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
  const unseen = unseenNow(diagnosis, before, after);
  const victims = new Set(victimsOf(diagnosis));
  const replacedBy = after.diagnoses
    .filter((other) => victimsOf(other).some((victim) => victims.has(victim)))
    .map(({ id }) => id);
  return { diagnosis, replacedBy, ...(unseen === undefined ? {} : { unseen }) };
}

/** What could be read the first time, shows the fault or suffers from it, and could not be read the second time. */
function unseenNow(diagnosis: Diagnosis, before: Report, after: Report): string | undefined {
  const { evidence, impact, resource, rootCause, symptoms } = diagnosis;
  const shown = [
    rootCause,
    resource,
    ...evidence.map(({ ref }) => ref),
    ...symptoms.map((symptom) => symptom.resource),
    ...impact.pods,
  ];
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
  const { daemonSets, deployments, ingresses, jobs, others, services, statefulSets } = impact;
  const all: readonly ResourceRef[] = [
    ...daemonSets,
    ...deployments,
    ...ingresses,
    ...jobs,
    ...others,
    ...services,
    ...statefulSets,
    resource,
  ];
  return all.filter(({ kind }) => kind !== 'Pod').map((target) => refKey(target));
}

function keptOf(before: Diagnosis, after: Diagnosis): KeptDiagnosis {
  const bySeverity = SEVERITIES.indexOf(before.severity) - SEVERITIES.indexOf(after.severity);
  const change = bySeverity === 0 ? affected(after) - affected(before) : bySeverity;
  return { before, after, trend: change === 0 ? 'same' : change > 0 ? 'worse' : 'better' };
}

function affected({ impact }: Diagnosis): number {
  const { daemonSets, deployments, ingresses, jobs, others, pods, services, statefulSets } = impact;
  return [daemonSets, deployments, ingresses, jobs, others, pods, services, statefulSets].reduce(
    (sum, { length }) => sum + length,
    0,
  );
}

function unexplainedOnly(report: Report, other: Report): readonly Unexplained[] {
  const known = new Set(other.unexplained.map((symptom) => symptomKey(symptom)));
  return report.unexplained.filter((symptom) => !known.has(symptomKey(symptom)));
}

function symptomKey({ resource, rule }: Unexplained): string {
  return `${rule}\n${refKey(resource)}`;
}
