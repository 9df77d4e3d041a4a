import {
  REPORT_SCHEMA_ID,
  REPORT_SCHEMA_VERSION,
  builtinKind,
  formatRef,
  type AnalyzerMeta,
  type BaselineCounts,
  type GapDocument,
  type OtherDiagnosis,
  type OtherDiagnosisDocument,
  type Report,
  type ReportDocument,
  type RuleDocument,
  type UnexplainedDocument,
} from '@kroot/types';
import { toVerdict } from './suppressed-by.ts';
import { toDiagnosis, toEvidence, toLocationField } from './to-diagnosis.ts';
import { toBlastRadius, toFixPriority, toNarrative, toTraces } from './to-sections.ts';

/** Turns a report into the published document, with all its sections. */
export function toDocument(report: Report): ReportDocument {
  const { coverage, diagnoses, failures, health, notices, now, suppressed, tool, unexplained, baseline } = report;
  const mentioned = mentionedRules(report);
  return {
    $schema: REPORT_SCHEMA_ID,
    schema_version: REPORT_SCHEMA_VERSION,
    tool: { name: tool.name, version: tool.version, plugins: tool.plugins },
    source: toSource(report),
    scope: toScope(report),
    now,
    coverage: { complete: coverage.complete, gaps: coverage.gaps.map(toGap) },
    counts: toCounts(report),
    issue_count: diagnoses.length,
    diagnoses: diagnoses.map(toDiagnosis),
    dependency_traces: diagnoses.flatMap(toTraces),
    blast_radius: diagnoses.map(toBlastRadius),
    incident_narratives: diagnoses.map(toNarrative),
    fix_priorities: diagnoses.map(toFixPriority),
    unexplained: unexplained.map(toUnexplained),
    suppressed: suppressed.map(toDiagnosis),
    ...(report.suppressedSymptoms === undefined
      ? {}
      : { suppressed_symptoms: report.suppressedSymptoms.map(toUnexplained) }),
    ...(baseline === undefined ? {} : { baseline: toBaseline(baseline) }),
    health: health.map(({ name, state, text }) => ({ name, state, text })),
    failures: failures.map(({ reason, rule }) => ({ rule, reason })),
    notices,
    ...(report.manifests === undefined ? {} : { manifests: report.manifests }),
    ...toDeployment(report),
    workloads: report.workloads.map(formatRef),
    rules: report.rules.filter(({ id }) => mentioned.has(id)).map(toRule),
    rules_run: report.rules.map(({ id }) => id),
  };
}

/** The rules that a reader of the report meets; all of them would be longer than any report. */
function mentionedRules({
  diagnoses,
  suppressed,
  suppressedSymptoms = [],
  unexplained,
  failures,
}: Report): ReadonlySet<string> {
  const named = [...diagnoses, ...suppressed].flatMap(({ rule, symptoms }) => [
    rule,
    ...symptoms.map((each) => each.rule),
  ]);
  return new Set([...named, ...[...unexplained, ...suppressedSymptoms, ...failures].map(({ rule }) => rule)]);
}

function toRule({ id, title, role, severity, docs }: AnalyzerMeta): RuleDocument {
  const { means, decides, silent, falsePositives, references } = docs;
  return {
    id,
    title,
    role,
    severity,
    means,
    decides,
    silent,
    ...(falsePositives === undefined ? {} : { false_positives: falsePositives }),
    references,
  };
}

function toDeployment({ deployment }: Report): Pick<ReportDocument, 'deployment'> {
  if (deployment === undefined) return {};
  const { cluster, created, updated, heals, stays } = deployment;
  return { deployment: { cluster, created, updated, heals: heals.map(toOther), stays: stays.map(toOther) } };
}

function toOther({ id, rule, resource, message, severity, certain }: OtherDiagnosis): OtherDiagnosisDocument {
  return { id, rule, resource: formatRef(resource), message, severity, certain };
}

function toSource({ source }: Report): ReportDocument['source'] {
  return {
    type: source.type,
    name: source.name,
    ...(source.capturedAt === undefined ? {} : { captured_at: source.capturedAt }),
    ...(source.serverVersion === undefined ? {} : { server_version: source.serverVersion }),
    ...(source.layout === undefined ? {} : { layout: source.layout }),
    ...(source.namespace === undefined ? {} : { namespace: source.namespace }),
  };
}

function toScope({ scope }: Report): ReportDocument['scope'] {
  return {
    ...(scope.namespace === undefined ? {} : { namespace: scope.namespace }),
    ...(scope.target === undefined ? {} : { target: formatRef(scope.target) }),
  };
}

function toCounts({ counts }: Report): ReportDocument['counts'] {
  return {
    objects: counts.objects,
    namespaces: counts.namespaces,
    nodes: counts.nodes,
    nodes_ready: counts.nodesReady,
    pods: counts.pods,
    pods_ready: counts.podsReady,
    services: counts.services,
    services_with_endpoints: counts.servicesWithEndpoints,
  };
}

function toGap({ kind, namespace, reason, rules, state }: Report['coverage']['gaps'][number]): GapDocument {
  return { resource: builtinKind(kind)?.resource ?? kind, kind, namespace, state, reason, rules };
}

function toBaseline({ added, gone, known, name, unseen }: BaselineCounts): NonNullable<ReportDocument['baseline']> {
  return { name, known, new: added, gone, unseen };
}

function toUnexplained(symptom: Report['unexplained'][number]): UnexplainedDocument {
  return {
    ...(symptom.id === undefined ? {} : { id: symptom.id }),
    rule: symptom.rule,
    resource: formatRef(symptom.resource),
    severity: symptom.severity,
    message: symptom.message,
    ...(symptom.since === undefined ? {} : { since: symptom.since }),
    count: symptom.count,
    checked: symptom.checked,
    evidence: symptom.evidence.map(toEvidence),
    ...toLocationField(symptom.location),
    ...(symptom.notes === undefined ? {} : { notes: symptom.notes }),
    ...toVerdict(symptom),
  };
}
