import { type ManifestSet } from '@kroot/cluster';
import {
  type Diagnosis,
  type Evidence,
  type Fix,
  type Report,
  type ResourceRef,
  type Snapshot,
  type SourceLocation,
  type Unexplained,
} from '@kroot/types';
import { controllerOf } from '@kroot/graph';

/** Where a field of an object, or of what is made of it, is written. */
type Locate = (target: ResourceRef, path?: string) => SourceLocation | undefined;

/** The report with the places in the manifests at which its findings are to be repaired. */
export function locateReport(report: Report, manifests: ManifestSet, snapshot: Snapshot): Report {
  const locate: Locate = (target, path) => locateIn(manifests, snapshot, target, path);
  return {
    ...report,
    diagnoses: report.diagnoses.map((diagnosis) => located(diagnosis, locate)),
    suppressed: report.suppressed.map((diagnosis) => located(diagnosis, locate)),
    unexplained: report.unexplained.map((symptom) => locatedSymptom(symptom, locate)),
    ...(report.suppressedSymptoms !== undefined && {
      suppressedSymptoms: report.suppressedSymptoms.map((symptom) => locatedSymptom(symptom, locate)),
    }),
  };
}

/** The field that is wrong, where a rule compares several and names none. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['svc-selector-no-match', 'spec.selector'],
  ['svc-selector-partial-extra-key', 'spec.selector'],
  ['svc-targetport-named-missing', 'spec.ports'],
  ['svc-targetport-not-declared', 'spec.ports'],
]);

function located(diagnosis: Diagnosis, locate: Locate): Diagnosis {
  const evidence = locatedEvidence(diagnosis.evidence, locate);
  const location =
    diagnosis.location ??
    evidence.find((each) => each.location !== undefined && each.source !== 'computed')?.location ??
    locate(diagnosis.rootCause, FIELDS.get(diagnosis.rule)) ??
    locate(diagnosis.resource);
  // That files are no objects of a cluster goes without saying.
  const notes = diagnosis.rootCause.kind === 'File' ? [] : diagnosis.notes;
  return {
    ...diagnosis,
    evidence,
    notes,
    fixes: diagnosis.fixes.map(inGit),
    ...(location !== undefined && { location }),
  };
}

/** Nothing is applied yet: what commands would change is written in files. */
function inGit(fix: Fix): Fix {
  // No pod waits for it yet.
  const steps = fix.steps.filter((step) => !step.startsWith('The waiting pods '));
  return { ...fix, steps, commands: [], where: fix.where === 'cluster' ? 'git' : fix.where };
}

function locatedSymptom(symptom: Unexplained, locate: Locate): Unexplained {
  const evidence = locatedEvidence(symptom.evidence, locate);
  const location = evidence.find((each) => each.location !== undefined)?.location ?? locate(symptom.resource);
  return { ...symptom, evidence, ...(location !== undefined && { location }) };
}

function locatedEvidence(evidence: readonly Evidence[], locate: Locate): readonly Evidence[] {
  return evidence.map((each) => {
    if (each.location !== undefined || each.path === undefined) return each;
    const location = locate(each.ref, each.path);
    return location === undefined ? each : { ...each, location };
  });
}

/** Pods and what stands above them are made of templates: their fields are written there. */
export function locateIn(
  manifests: ManifestSet,
  snapshot: Snapshot,
  target: ResourceRef,
  path: string | undefined,
): SourceLocation | undefined {
  let [at, field] = [target, path];
  for (let hops = 0; hops < MAX_HOPS; hops += 1) {
    const found = manifests.locate(at, field);
    if (found !== undefined) return found;
    const object = snapshot.lookup(at);
    const owner = object.state === 'present' ? controllerOf(object.object) : undefined;
    if (owner === undefined) return undefined;
    field = field === undefined ? undefined : pathInOwner(at.kind, owner.kind, field);
    at = owner;
  }
  return undefined;
}

/** Pod, Job, CronJob. */
const MAX_HOPS = 4;

function pathInOwner(kind: string, owner: string, path: string): string {
  if (kind === 'Pod') return `spec.template.${path}`;
  return kind === 'Job' && owner === 'CronJob' ? `spec.jobTemplate.${path}` : path;
}
