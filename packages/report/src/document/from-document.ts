import {
  type AnalyzerMeta,
  type BaselineCounts,
  type Diagnosis,
  type DiagnosisDocument,
  type OtherDiagnosis,
  type OtherDiagnosisDocument,
  type Report,
  type ReportDocument,
  type RuleDocument,
  type TraceDocument,
  type Unexplained,
  type UnexplainedDocument,
} from '@kroot/types';
import { fromDiagnosis, fromEvidence, fromLocationField } from './from-diagnosis.ts';
import { fromVerdict } from './suppressed-by.ts';
import { fromRef } from './from-ref.ts';

/** What a document cannot tell: how much work the diagnosis was. */
const NO_OPERATIONS: Report['operations'] = { nodes: 0, edges: 0, findings: 0, links: 0, steps: 0 };

/**
 * The report of which this is the document: its renderings are the same. The document describes only the rules that it speaks
 * of; of the others `known` says what there is to say. Documents of version 1.0 come without trees and commands.
 */
export function fromDocument(document: ReportDocument, known: readonly AnalyzerMeta[] = []): Report {
  const { coverage, failures, health, notices, now, source, tool } = document;
  const sectionsOf = sections(document);
  const read = (diagnosis: DiagnosisDocument): Diagnosis => fromDiagnosis(diagnosis, sectionsOf(diagnosis));
  return {
    tool: { name: 'kroot', version: tool.version, plugins: tool.plugins },
    source: {
      type: source.type,
      name: source.name,
      ...(source.captured_at === undefined ? {} : { capturedAt: source.captured_at }),
      ...(source.server_version === undefined ? {} : { serverVersion: source.server_version }),
      ...(source.layout === undefined ? {} : { layout: source.layout }),
      ...(source.namespace === undefined ? {} : { namespace: source.namespace }),
    },
    scope: fromScope(document),
    now,
    coverage: {
      complete: coverage.complete,
      gaps: coverage.gaps.map(({ kind, namespace, state, reason, rules }) => ({
        kind,
        namespace,
        state,
        reason,
        rules,
      })),
    },
    diagnoses: document.diagnoses.map(read),
    unexplained: document.unexplained.map(fromUnexplained),
    suppressed: document.suppressed.map(read),
    ...(document.suppressed_symptoms === undefined
      ? {}
      : { suppressedSymptoms: document.suppressed_symptoms.map(fromUnexplained) }),
    ...(document.baseline === undefined ? {} : { baseline: fromBaseline(document.baseline) }),
    failures,
    notices,
    health,
    counts: fromCounts(document),
    operations: NO_OPERATIONS,
    ...(document.manifests === undefined ? {} : { manifests: document.manifests }),
    ...fromDeployment(document),
    workloads: (document.workloads ?? []).map(fromRef),
    rules: fromRules(document, known),
  };
}

type Sections = (diagnosis: DiagnosisDocument) => Parameters<typeof fromDiagnosis>[1];

function sections({ blast_radius: radii, dependency_traces: traces }: ReportDocument): Sections {
  const radiusOf = new Map(radii.map((radius) => [radius.id, radius]));
  const tracesOf = new Map<string, TraceDocument[]>();
  for (const trace of traces) tracesOf.set(trace.id, [...(tracesOf.get(trace.id) ?? []), trace]);
  return ({ id }) => ({ traces: tracesOf.get(id) ?? [], radius: radiusOf.get(id) });
}

function fromScope({ scope }: ReportDocument): Report['scope'] {
  return {
    ...(scope.namespace === undefined ? {} : { namespace: scope.namespace }),
    ...(scope.target === undefined ? {} : { target: fromRef(scope.target) }),
  };
}

function fromDeployment({ deployment }: ReportDocument): Pick<Report, 'deployment'> {
  if (deployment === undefined) return {};
  const { cluster, created, updated, heals, stays } = deployment;
  return { deployment: { cluster, created, updated, heals: heals.map(fromOther), stays: stays.map(fromOther) } };
}

function fromOther({ id, rule, resource, message, severity, certain }: OtherDiagnosisDocument): OtherDiagnosis {
  return { id, rule, resource: fromRef(resource), message, severity, certain };
}

function fromCounts({ counts }: ReportDocument): Report['counts'] {
  return {
    objects: counts.objects,
    namespaces: counts.namespaces,
    nodes: counts.nodes,
    nodesReady: counts.nodes_ready,
    pods: counts.pods,
    podsReady: counts.pods_ready,
    services: counts.services,
    servicesWithEndpoints: counts.services_with_endpoints,
  };
}

function fromBaseline({
  gone,
  known,
  name,
  new: added,
  unseen,
}: NonNullable<ReportDocument['baseline']>): BaselineCounts {
  return { name, known, added, gone, unseen };
}

function fromUnexplained({ since, ...symptom }: UnexplainedDocument): Unexplained {
  return {
    ...(symptom.id === undefined ? {} : { id: symptom.id }),
    rule: symptom.rule,
    resource: fromRef(symptom.resource),
    severity: symptom.severity,
    message: symptom.message,
    ...(since === undefined ? {} : { since }),
    count: symptom.count,
    checked: symptom.checked,
    evidence: symptom.evidence.map(fromEvidence),
    ...fromLocationField(symptom.location),
    ...(symptom.notes === undefined ? {} : { notes: symptom.notes }),
    ...fromVerdict(symptom),
  };
}

function fromRules(
  { rules = [], rules_run: ran }: ReportDocument,
  known: readonly AnalyzerMeta[],
): readonly AnalyzerMeta[] {
  const described = new Map(rules.map((rule) => [rule.id, fromRule(rule)]));
  const builtin = new Map(known.map((meta) => [meta.id, meta]));
  return (ran ?? rules.map(({ id }) => id)).map((id) => described.get(id) ?? builtin.get(id) ?? undescribed(id));
}

function fromRule({
  id,
  title,
  role,
  severity,
  references,
  means,
  decides,
  silent,
  ...more
}: RuleDocument): AnalyzerMeta {
  const { false_positives: falsePositives } = more;
  return {
    id,
    title,
    role,
    severity,
    reads: [],
    docs: { means, decides, silent, ...(falsePositives === undefined ? {} : { falsePositives }), references },
  };
}

/** A rule that ran and found nothing. */
function undescribed(id: string): AnalyzerMeta {
  const docs = { means: '', decides: '', silent: '', references: [] };
  return { id, title: id, role: 'fault', severity: 'warning', reads: [], docs };
}
