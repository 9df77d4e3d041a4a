import {
  formatRef,
  type ComparedSide,
  type Comparison,
  type DiagnosisDocument,
  type ReportDocument,
  type Unexplained,
} from '@kroot/types';

/** A comparison as JSON: names as in the document of a report, diagnoses whole. */
export function toComparisonDocument(
  { added, after, before, gone, kept, notices, unexplained }: Comparison,
  older: ReportDocument,
  newer: ReportDocument,
): object {
  const then = byId(older);
  const now = byId(newer);
  return {
    schema_version: '1.0',
    type: 'diff',
    before: side(before),
    after: side(after),
    notices,
    new: added.map(({ changes, diagnosis }) => ({
      ...now.get(diagnosis.id),
      ...(changes && { changes: changes.map(({ resource, ...rest }) => ({ resource: formatRef(resource), ...rest })) }),
    })),
    gone: gone.map(({ diagnosis, replacedBy, unseen }) => ({
      ...then.get(diagnosis.id),
      ...(unseen !== undefined && { unseen }),
      replaced_by: replacedBy,
    })),
    still: kept.map((one) => ({ trend: one.trend, before: then.get(one.before.id), after: now.get(one.after.id) })),
    unexplained: {
      new: unexplained.added.map(symptom),
      gone: unexplained.gone.map((one) => ({
        ...symptom(one),
        ...(one.unseen !== undefined && { unseen: one.unseen }),
      })),
      still: unexplained.kept.map(symptom),
    },
  };
}

function byId({ diagnoses }: ReportDocument): ReadonlyMap<string, DiagnosisDocument> {
  return new Map(diagnoses.map((diagnosis) => [diagnosis.id, diagnosis]));
}

function side({ now, objects, source }: ComparedSide): object {
  return { source, captured_at: now, objects };
}

function symptom({ message, resource, rule, severity }: Unexplained): object {
  return { rule, severity, resource: formatRef(resource), message };
}
