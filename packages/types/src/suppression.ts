import { type ResourceRef } from './resource-ref.ts';

/** Which objects something is meant for; what is left out fits all. Globs: `*`, `?`, `[a-c]` and `{a,b}`. */
export interface ObjectMatch {
  /** A kind such as `Deployment`, for kinds outside of Kubernetes `Kind.group`. */
  readonly kind?: string;
  /** A glob; never fits what is in no namespace. */
  readonly namespace?: string;
  /** A glob. */
  readonly name?: string;
  /** Labels that the object must have. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A decision not to be told of something. */
export interface Suppression {
  /** A rule, or a glob such as `acme/*`. */
  readonly rule: string;
  readonly match?: ObjectMatch;
  /** Why; nobody knows any more in a year. */
  readonly reason: string;
  /** The last day, `2027-01-31`, or the moment, in RFC 3339, until which it holds. */
  readonly until?: string;
  readonly owner?: string;
}

/** What hides a diagnosis, or hid it until it expired. */
export interface SuppressedBy {
  readonly carrier: 'annotation' | 'config' | 'baseline';
  readonly reason: string;
  readonly until?: string;
  readonly owner?: string;
  /** For an annotation: the object that carries it. */
  readonly resource?: ResourceRef;
}

/** How much objects are worth to the users of the cluster, where 1 is as much as any other. */
export interface WeightRule {
  readonly match: ObjectMatch;
  /** A positive number. */
  readonly weight: number;
}

/** How much what is blocked is worth, and who says so. */
export interface Weight {
  readonly value: number;
  readonly source: 'annotation' | 'config';
  /** The object that the weight is of: of a namespace, when it carries the annotation. */
  readonly resource: ResourceRef;
}

/** What was known before, by fingerprint. */
export interface Baseline {
  /** What to call it, such as the name of its file. */
  readonly name: string;
  readonly entries: readonly BaselineEntry[];
}

/** One thing that was known before. */
export interface BaselineEntry {
  readonly id: string;
  readonly rule: string;
  readonly namespace?: string;
}

/** How a report compares with its baseline. */
export interface BaselineCounts {
  readonly name: string;
  readonly known: number;
  readonly added: number;
  /** Not found any more, although it could have been. */
  readonly gone: number;
  /** Not found, but what shows it was not looked at: another scope, a rule that is off or failed, kinds that were not read. */
  readonly unseen: number;
}
