import { formatRef, type Finding, type Severity } from '@kroot/types';

/** What is expected of a finding; what is left out is not looked at. */
export interface ExpectedFinding {
  /** As `formatRef` prints it: `Secret/shop/db`. */
  readonly subject?: string;
  readonly message?: string | RegExp;
  readonly severity?: Severity;
  readonly confidence?: number;
  readonly discriminator?: string;
  /** The causes that the evidence names, as `formatRef` prints them. */
  readonly because?: readonly string[];
  /** Whom it was made from, as `formatRef` prints them. */
  readonly affects?: readonly string[];
}

/** Where findings are not what was expected, in any order; empty when they are. */
export function unexpected(findings: readonly Finding[], expected: readonly ExpectedFinding[]): readonly string[] {
  const left = [...findings];
  const missing = expected.filter((wanted) => {
    const found = left.findIndex((finding) => matches(finding, wanted));
    if (found !== -1) left.splice(found, 1);
    return found === -1;
  });
  return [
    ...missing.map((wanted) => `expected ${JSON.stringify(wanted, printable)}`),
    ...left.map((finding) => `not expected: ${told(finding)}`),
  ];
}

/** A finding in one line. */
export function told({ severity, message, subject, confidence }: Finding): string {
  return `${severity} "${message}" on ${formatRef(subject)} (confidence ${confidence})`;
}

function matches(finding: Finding, wanted: ExpectedFinding): boolean {
  const { message } = wanted;
  const says =
    message === undefined ||
    (typeof message === 'string' ? finding.message === message : message.test(finding.message));
  return (
    says &&
    same(wanted.subject, formatRef(finding.subject)) &&
    same(wanted.severity, finding.severity) &&
    same(wanted.confidence, finding.confidence) &&
    same(wanted.discriminator, finding.discriminator) &&
    same(wanted.because?.join(), refs(finding.because?.map(({ ref }) => ref))) &&
    same(wanted.affects?.join(), refs(finding.affects))
  );
}

function same<T>(wanted: T | undefined, actual: T | undefined): boolean {
  return wanted === undefined || wanted === actual;
}

function printable(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? String(value) : value;
}

function refs(list: Finding['affects'] = []): string {
  return list.map((ref) => formatRef(ref)).join();
}
