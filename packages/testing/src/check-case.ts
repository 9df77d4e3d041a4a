import { buildGraph } from '@kroot/graph';
import { formatRef, type Analyzer, type Finding, type ResourceRef, type Snapshot } from '@kroot/types';
import { documentsOf, snapshotOf, type ClusterInput } from './cluster.ts';
import { type ExpectedFinding, told, unexpected } from './checks/expected.ts';
import { findingFlaws } from './checks/finding-flaws.ts';
import { shuffled } from './checks/shuffled.ts';
import { withoutKinds } from './checks/unseen.ts';

/** A cluster in which the rule has nothing to say: best the near twin of one in which it has. */
export interface SilentCase {
  readonly name: string;
  readonly cluster: ClusterInput;
}

/** A cluster in which the rule has something to say. */
export interface FiringCase extends SilentCase {
  /** All that it says, in any order; absent: whatever it says, as long as it is sound. */
  readonly expect?: readonly ExpectedFinding[];
}

/** What came of a case. */
export interface CaseResult {
  readonly findings: readonly Finding[];
  /** One line each; empty when all is well. */
  readonly problems: readonly string[];
}

/** Runs an analyzer alone, as the engine runs it. */
export function analyze(analyzer: Analyzer, snapshot: Snapshot): readonly Finding[] {
  return [...analyzer.analyze({ snapshot, graph: buildGraph(snapshot), now: snapshot.now.getTime() })];
}

/** Runs a silent case. */
export async function checkSilent(analyzer: Analyzer, { cluster }: SilentCase): Promise<CaseResult> {
  const findings = analyze(analyzer, await snapshotOf(await documentsOf(cluster)));
  return { findings, problems: findings.map((finding) => `should be silent, says ${told(finding)}`) };
}

/** Runs a firing case, and checks what has to hold for every rule. */
export async function checkFiring(analyzer: Analyzer, { cluster, expect }: FiringCase): Promise<CaseResult> {
  const { meta } = analyzer;
  const documents = await documentsOf(cluster);
  const snapshot = await snapshotOf(documents);
  const findings = analyze(analyzer, snapshot);
  const graph = buildGraph(snapshot);
  const flaws = findings.flatMap((finding) =>
    findingFlaws(meta, finding, { snapshot, graph }).map(
      (flaw) => `the finding on ${formatRef(finding.subject)} ${flaw}`,
    ),
  );
  const again = analyze(analyzer, await snapshotOf(shuffled(documents, 7)));
  return {
    findings,
    problems: [
      ...(findings.length === 0 ? ['should find something, says nothing'] : []),
      ...(expect === undefined ? [] : unexpected(findings, expect)),
      ...flaws,
      ...(JSON.stringify(again) === JSON.stringify(findings)
        ? []
        : ['says something else when the same objects come in another order']),
      ...unseenProblems(analyzer, snapshot, findings),
    ],
  };
}

/** Unknown is never missing: who could not read a kind must not be told that objects of it are not there. */
function unseenProblems(analyzer: Analyzer, snapshot: Snapshot, findings: readonly Finding[]): readonly string[] {
  const { reads } = analyzer.meta;
  const unread = withoutKinds(snapshot, reads);
  // A rule on custom resources of any kind may still see some that it does not name.
  const blind = analyze(analyzer, unread)
    .filter(({ evidence }) => !evidence.some(({ ref }) => unread.lookup(ref).state === 'present'))
    .map((finding) => `cannot have seen anything, but says ${told(finding)}`);
  const known = new Set(findings.map((finding) => keyOf(finding)));
  const hidden = reads.flatMap((kind) => {
    const rest = withoutKinds(snapshot, [kind]);
    const graph = buildGraph(rest);
    // What a pod names as its owner may be spoken of without having been read.
    const isOwner = (ref: ResourceRef): boolean => graph.dependencies(ref).some(({ relation }) => relation === 'owns');
    return analyze(analyzer, rest)
      .filter((finding) => !known.has(keyOf(finding)) && isOf(finding, kind) && !isOwner(finding.subject))
      .map((finding) => `takes a ${kind} that could not be read for a missing one: ${told(finding)}`);
  });
  return [...blind, ...hidden];
}

function isOf({ subject }: Finding, kind: string): boolean {
  return kind === subject.kind || kind === `${subject.kind}.${subject.group}`;
}

function keyOf({ subject, discriminator = '' }: Finding): string {
  return `${formatRef(subject)} ${discriminator}`;
}
