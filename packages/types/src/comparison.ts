import { type Diagnosis, type Unexplained } from './report.ts';
import { type ResourceRef } from './resource-ref.ts';

/** One side of a comparison: what a report was made of. */
export interface ComparedSide {
  /** Name of the file or context. */
  readonly source: string;
  /** RFC 3339: the moment that it speaks of. */
  readonly now: string;
  readonly objects: number;
}

/** One field in which two states of an object differ. */
export interface ChangedField {
  /** `spec.template.spec.containers[main].image`; entries of lists by name where they have one. */
  readonly path: string;
  /** In words, without what may be a credential: `from 3 to 0`. */
  readonly words: string;
  /** Whether the evidence of the diagnosis rests on this very field. */
  readonly decisive: boolean;
}

/** What became of an object on the causal chain between two captures. */
export interface ChainChange {
  readonly resource: ResourceRef;
  readonly change: 'added' | 'removed' | 'changed';
  /** Empty for objects that came or went. */
  readonly fields: readonly ChangedField[];
}

/** A root cause that only the later report has. */
export interface NewDiagnosis {
  readonly diagnosis: Diagnosis;
  /** What changed on its chain, from the cause outwards; absent where a side is a report, which has no objects to compare. */
  readonly changes?: readonly ChainChange[];
}

/** A root cause that only the earlier report has. */
export interface GoneDiagnosis {
  readonly diagnosis: Diagnosis;
  /** Why nobody can tell whether it is gone: what shows it could not be read the second time. */
  readonly unseen?: string;
  /** Root causes of the later report that hold up what it held up: the fault is gone, its victims still suffer. */
  readonly replacedBy: readonly string[];
}

/** A symptom without a known cause that only the earlier report has. */
export interface GoneSymptom extends Unexplained {
  /** Why nobody can tell whether it is gone. */
  readonly unseen?: string;
}

/** A root cause that both reports have. */
export interface KeptDiagnosis {
  readonly before: Diagnosis;
  readonly after: Diagnosis;
  readonly trend: 'worse' | 'better' | 'same';
}

/** Two reports side by side. Root causes are the same when their fingerprints are. */
export interface Comparison {
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  /** Why the two may not speak of the same, one sentence each. */
  readonly notices: readonly string[];
  readonly added: readonly NewDiagnosis[];
  readonly gone: readonly GoneDiagnosis[];
  readonly kept: readonly KeptDiagnosis[];
  readonly unexplained: {
    readonly added: readonly Unexplained[];
    readonly gone: readonly GoneSymptom[];
    /** As the later report has them. */
    readonly kept: readonly Unexplained[];
  };
}
