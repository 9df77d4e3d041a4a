import {
  formatRef,
  type Diagnosis,
  type DiagnosisDocument,
  type SuppressedBy,
  type SuppressedByDocument,
} from '@kroot/types';
import { fromRef } from './from-ref.ts';

type Verdict = Pick<Diagnosis, 'suppressedBy' | 'suppressionExpired'>;
type VerdictDocument = Pick<DiagnosisDocument, 'suppressed_by' | 'suppression_expired'>;

/** What hides something, or hid it, as the document has it. */
export function toVerdict({ suppressedBy, suppressionExpired }: Verdict): VerdictDocument {
  return {
    ...(suppressedBy === undefined ? {} : { suppressed_by: toSuppressedBy(suppressedBy) }),
    ...(suppressionExpired === undefined ? {} : { suppression_expired: toSuppressedBy(suppressionExpired) }),
  };
}

/** The same, from the document. */
export function fromVerdict({ suppressed_by: by, suppression_expired: expired }: VerdictDocument): Verdict {
  return {
    ...(by === undefined ? {} : { suppressedBy: fromSuppressedBy(by) }),
    ...(expired === undefined ? {} : { suppressionExpired: fromSuppressedBy(expired) }),
  };
}

function toSuppressedBy({ resource, ...rest }: SuppressedBy): SuppressedByDocument {
  return { ...facts(rest), ...(resource === undefined ? {} : { resource: formatRef(resource) }) };
}

function fromSuppressedBy({ resource, ...rest }: SuppressedByDocument): SuppressedBy {
  return { ...facts(rest), ...(resource === undefined ? {} : { resource: fromRef(resource) }) };
}

/** In one order, and without what a newer version may say. */
function facts({ carrier, owner, reason, until }: Omit<SuppressedBy, 'resource'>): Omit<SuppressedBy, 'resource'> {
  return {
    carrier,
    reason,
    ...(until === undefined ? {} : { until }),
    ...(owner === undefined ? {} : { owner }),
  };
}
