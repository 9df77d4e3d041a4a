import { type Report, type ReportDocument } from '@kroot/types';
import { cleanJson } from './clean-text.ts';
import { toDocument } from './document/to-document.ts';
import { wellFormed } from './render-json.ts';

/**
 * Prints a report as JSON lines, one record a line, each of a `type`: `run`, `coverage`, `diagnosis`, `unexplained`,
 * `suppressed`, `health`, `failure`, `notice`, and one `summary` at the end. Records have the fields of the document.
 */
export function renderJsonl(report: Report): string {
  return records(toDocument(report))
    .map((record) => `${cleanJson(JSON.stringify(record, wellFormed))}\n`)
    .join('');
}

function records(document: ReportDocument): readonly object[] {
  const { coverage, diagnoses, failures, health, notices, rules = [], suppressed, unexplained } = document;
  return [
    { type: 'run', ...run(document) },
    ...coverage.gaps.map((gap) => ({ type: 'coverage', ...gap })),
    ...diagnoses.map((diagnosis) => ({ type: 'diagnosis', ...diagnosis, ...sectionsOf(document, diagnosis.id) })),
    ...unexplained.map((symptom) => ({ type: 'unexplained', ...symptom })),
    ...suppressed.map((diagnosis) => ({ type: 'suppressed', ...diagnosis })),
    ...health.map((check) => ({ type: 'health', ...check })),
    ...failures.map((failure) => ({ type: 'failure', ...failure })),
    ...rules.map((rule) => ({ type: 'rule', ...rule })),
    ...notices.map((text) => ({ type: 'notice', text })),
    { type: 'summary', ...summary(document) },
  ];
}

function run({ $schema, schema_version, tool, source, scope, now, rules_run }: ReportDocument): object {
  return { $schema, schema_version, tool, source, scope, now, rules_run };
}

/** What the document tells apart from a diagnosis stands with it here: a line must say all. */
function sectionsOf(document: ReportDocument, id: string): object {
  const radius = document.blast_radius.find((each) => each.id === id);
  const narrative = document.incident_narratives.find((each) => each.id === id);
  return {
    text: narrative?.text ?? '',
    impact_score: radius?.impact_score ?? 0,
    affected_resources: narrative?.affected_resources ?? [],
    traces: document.dependency_traces.filter((each) => each.id === id),
  };
}

function summary({ coverage, counts, diagnoses, suppressed, unexplained }: ReportDocument): object {
  const all = [...diagnoses, ...unexplained].map(({ severity }) => severity);
  const count = (wanted: string): number => all.filter((severity) => severity === wanted).length;
  return {
    complete: coverage.complete,
    diagnoses: diagnoses.length,
    unexplained: unexplained.length,
    suppressed: suppressed.length,
    critical: count('critical'),
    warning: count('warning'),
    info: count('info'),
    counts,
  };
}
