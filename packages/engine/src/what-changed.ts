import { formatDifference, revisionVote, tellingDifference, type FieldDifference } from '@kroot/graph';
import { formatRef, sameRef, type Evidence, type Finding, type Snapshot } from '@kroot/types';
import { recentChange } from './change-clock.ts';
import { type FindingNode } from './run-analyzers.ts';

/** What was changed shortly before the trouble. */
export interface Change {
  /** One sentence without a final full stop. */
  readonly words: string;
  readonly evidence: Evidence;
}

/** Beyond this nobody sees the field that matters in a list of all. */
const MAX_UNTOLD = 2;

/**
 * What was changed before a fault: the field of the pod template that its newest revision brought and that fits what the fault
 * breaks, else an edit of its subject shortly before. Undefined where neither is known.
 */
export function whatChanged(snapshot: Snapshot, root: FindingNode, since: string | undefined): Change | undefined {
  return revisionChange(snapshot, root) ?? editChange(snapshot, root.finding, since);
}

function editChange(snapshot: Snapshot, { subject }: Finding, since: string | undefined): Change | undefined {
  const evidence = recentChange(snapshot, subject, since);
  return evidence === undefined ? undefined : { words: `${formatRef(subject)}: ${evidence.quote}`, evidence };
}

function revisionChange(snapshot: Snapshot, { finding, meta }: FindingNode): Change | undefined {
  const vote = revisionVote(snapshot, finding.subject);
  if (vote === undefined) return undefined;
  const { newest, before, serves, differences } = vote;
  const telling = tellingDifference(differences, traitsOf(finding, finding.breaks ?? meta.breaks ?? []));
  // While the old revision serves, the change is to blame, whichever of few fields it is.
  const shown = telling === undefined ? (serves ? differences.slice(0, MAX_UNTOLD) : []) : [telling];
  const [first] = shown;
  if (first === undefined) return undefined;
  const name = newest.number === undefined ? 'The newest revision' : `Revision ${newest.number}`;
  const older = before.number === undefined ? 'the one before' : `revision ${before.number}`;
  const fields = shown.map((found) => formatDifference(found)).join(' and ');
  return {
    words: `${name} changed ${fields}${serves ? `; ${older} still runs` : ''}`,
    evidence: {
      source: 'computed',
      ref: newest.ref,
      path: first.path,
      quote: `${name.toLowerCase()} against ${older}: ${withoutPath(first)}`,
      ...(newest.createdAt === undefined ? {} : { firstSeen: newest.createdAt }),
    },
  };
}

function withoutPath(found: FieldDifference): string {
  return formatDifference(found).slice(found.path.length + 1);
}

function traitsOf(
  finding: Finding,
  mechanisms: NonNullable<Finding['breaks']>,
): Parameters<typeof tellingDifference>[1] {
  const { subject, evidence, detail, discriminator } = finding;
  const container = detail !== undefined && Object.hasOwn(detail, 'container') ? detail['container'] : discriminator;
  return {
    mechanisms,
    paths: evidence.flatMap(({ source, ref, path }) =>
      source === 'spec' && path !== undefined && (sameRef(ref, subject) || ref.kind === 'Pod') ? [path] : [],
    ),
    ...(typeof container === 'string' ? { container } : {}),
  };
}
