import {
  compareRefs,
  compareStrings,
  refKey,
  type Analyzer,
  type Diagnosis,
  type Finding,
  type Fix,
  type FixVerification,
  type NamedFault,
  type ResourceRef,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { breaksOf } from '../causal-links.ts';
import { fingerprint } from '../fingerprint.ts';
import { type FindingNode } from '../run-analyzers.ts';
import { worst } from '../severity.ts';
import { membersOf, theoryOf, type Theory } from '../theory.ts';
import { answers, isObstacle, questionsOf, type Question } from './questions.ts';
import { isUpToPrograms } from './start-mechanisms.ts';
import { distinctRefs, tryFix, withoutWords, type Trial } from './try-fix.ts';

/** Each repair that is tried costs one or two whole runs. */
export const MAX_TRIED = 20;

const TOO_MANY: FixVerification = {
  fix: 0,
  verdict: 'not-simulated',
  reason: `only the repairs of the first ${MAX_TRIED} diagnoses are tried`,
  victims: 0,
  recovers: [],
  blockers: [],
  brings: [],
};

/**
 * Tries a repair of each diagnosis on the snapshot, with a whole run on what comes out: is the fault gone, and what still
 * stands in the way of those that it stopped? Words about the past are forgotten for them; what rests on nothing else than
 * words is not decided.
 */
export function verifyFixes(
  theory: Theory,
  diagnoses: readonly Diagnosis[],
  analyzers: readonly Analyzer[],
): readonly Diagnosis[] {
  const roots = new Map(theory.causes.roots.map((root) => [fingerprint(theory.snapshot, root.finding), root]));
  const tried = diagnoses.slice(0, MAX_TRIED).flatMap((diagnosis) => {
    const root = roots.get(diagnosis.id);
    return root === undefined ? [] : [{ id: diagnosis.id, ...attempt(theory.snapshot, root, diagnosis.fixes) }];
  });
  const verifier = new Verifier(theory, analyzers, tried);
  const outcomes = new Map(tried.map((one) => [one.id, verifier.verify(one)]));
  return diagnoses.map((diagnosis) => ({ ...diagnosis, verification: outcomes.get(diagnosis.id) ?? TOO_MANY }));
}

/** The repair of a root cause that is tried: the first that changes anything. */
interface Attempt {
  readonly root: FindingNode;
  readonly fix: number;
  readonly chosen: Fix | undefined;
  readonly trial: Trial;
}

function attempt(snapshot: Snapshot, root: FindingNode, fixes: readonly Fix[]): Attempt {
  const fix = Math.max(
    fixes.findIndex(({ effect }) => effect !== 'none'),
    0,
  );
  return { root, fix, chosen: fixes[fix], trial: tryFix(snapshot, fixes[fix]) };
}

class Verifier {
  private readonly theory: Theory;
  private readonly analyzers: readonly Analyzer[];
  private readonly members: ReadonlyMap<number, readonly FindingNode[]>;
  private readonly known: ReadonlySet<string>;
  /** What any of the repairs changes. */
  private readonly edited: readonly ResourceRef[];
  private speechless: Theory | undefined;

  constructor(theory: Theory, analyzers: readonly Analyzer[], attempts: readonly Attempt[]) {
    this.theory = theory;
    this.analyzers = analyzers;
    this.members = membersOf(theory);
    this.known = this.idsOf(theory);
    this.edited = distinctRefs(attempts.flatMap(({ trial }) => ('draft' in trial ? trial.edited : [])));
  }

  verify({ root, fix, chosen, trial }: Attempt): FixVerification {
    const questions = questionsOf(this.theory, root, this.members.get(root.index) ?? []);
    const after = this.runAfter(trial, [root.finding.subject, ...questions.map(({ finding }) => finding.subject)]);
    const outcome = this.judge(root, chosen, { trial, after });
    const blockers = this.blockersOf(root, questions, after);
    const stopped = new Set(blockers.flatMap(({ of }) => [...of]));
    const victims = victimsOf(questions);
    return {
      fix,
      ...outcome,
      victims: victims.length,
      recovers: outcome.verdict === 'clears' ? victims.filter((ref) => !stopped.has(refKey(ref))) : [],
      blockers: blockers.map(({ node, of }) => ({ ...named(node), count: of.size })),
      brings: 'draft' in trial ? this.newFaults(after, blockers).map(named) : [],
    };
  }

  private runAfter(trial: Trial, targets: readonly ResourceRef[]): Theory {
    const snapshot =
      'draft' in trial
        ? withoutWords(trial.draft, [...targets, ...trial.anew], trial.edited)
        : withoutWords(this.theory.snapshot, targets, []);
    return theoryOf(snapshot, this.analyzers);
  }

  /** Gone is not yet repaired: it must have been there without the words as well, or go while all words stay. */
  private judge(
    root: FindingNode,
    fix: Fix | undefined,
    { trial, after }: { readonly trial: Trial; readonly after: Theory },
  ): Pick<FixVerification, 'verdict' | 'reason'> {
    if ('reason' in trial) return { verdict: 'not-simulated', reason: trial.reason };
    const { finding } = root;
    // Without words a fault may be a mere remark: then it has to be less than that afterwards.
    const speechless = this.shownBy(this.withoutAnyWords(), finding, 'info');
    const still = this.shownBy(after, finding, speechless?.severity ?? finding.severity);
    if (still !== undefined && still.severity === finding.severity) return stillThere(still, trial.scales);
    if (still === undefined && (speechless !== undefined || this.wasMade(finding.subject, after)))
      return { verdict: 'clears' };
    // That words do not fit the changed object any more says nothing about how a program will run.
    if (isUpToPrograms(breaksOf(root)))
      return { verdict: 'not-simulated', reason: 'how the program runs afterwards shows only in the cluster' };
    const again = tryFix(this.theory.snapshot, fix);
    const isGone =
      'draft' in again &&
      this.shownBy(theoryOf(again.draft.build(), this.analyzers), finding, finding.severity) === undefined;
    return isGone
      ? { verdict: 'clears' }
      : { verdict: 'not-simulated', reason: 'the fault shows only in what the cluster says while it runs' };
  }

  /** The same fault, as severe as asked for or worse. */
  private shownBy({ nodes }: Theory, fault: Finding, least: Severity): Finding | undefined {
    const id = this.idOf(fault);
    return nodes
      .map(({ finding }) => finding)
      .find((finding) => this.idOf(finding) === id && worst(finding.severity, least) === finding.severity);
  }

  private wasMade(subject: ResourceRef, after: Theory): boolean {
    const before = this.theory.snapshot.lookup(subject);
    return before.state !== 'present' && after.snapshot.lookup(subject).state === 'present';
  }

  /** The faults that show without any words about those that suffer; one run for all diagnoses. */
  private withoutAnyWords(): Theory {
    const { nodes, snapshot } = this.theory;
    const told = nodes.flatMap(({ finding }) => [finding.subject, ...(finding.affects ?? [])]);
    this.speechless ??= theoryOf(withoutWords(snapshot, told, this.edited), this.analyzers);
    return this.speechless;
  }

  private blockersOf(root: FindingNode, questions: readonly Question[], after: Theory): readonly Blocker[] {
    const own = this.idOf(root.finding);
    const found = new Map<string, { readonly id: string; readonly node: FindingNode; readonly of: Set<string> }>();
    const add = (node: FindingNode, of: ResourceRef): void => {
      const id = this.idOf(node.finding);
      if (id === own) return;
      const blocker = found.get(id) ?? { id, node, of: new Set() };
      blocker.of.add(refKey(of));
      found.set(id, blocker);
    };
    const explained = new Set<string>();
    for (const { finding, index } of this.members.get(root.index) ?? []) {
      // What the fault itself explains is no obstacle beside it, even if it still shows.
      explained.add(this.idOf(finding));
      for (const other of this.theory.causes.rootsOf[index] ?? []) {
        const node = this.theory.nodes[other];
        if (node !== undefined && isObstacle(node)) add(node, finding.subject);
      }
    }
    for (const [i, obstacles] of answers(after, questions).entries()) {
      const subject = questions[i]?.finding.subject;
      if (subject === undefined) continue;
      for (const node of obstacles) if (this.isReal(node, explained)) add(node, subject);
    }
    return [...found.values()].toSorted((a, b) => b.of.size - a.of.size || compareStrings(a.id, b.id));
  }

  /** No fault that is only left of old words, and none that the forgetting of words has made. */
  private isReal({ finding }: FindingNode, explained: ReadonlySet<string>): boolean {
    const id = this.idOf(finding);
    return !explained.has(id) && (this.known.has(id) || isSeenInSpecs(finding));
  }

  /** Faults that were not there before, neither with the words nor without, and that rest on no older words. */
  private newFaults(after: Theory, blockers: readonly Blocker[]): readonly FindingNode[] {
    const old = new Set([...this.known, ...blockers.map(({ id }) => id)]);
    return after.causes.roots.filter((node) => {
      const id = this.idOf(node.finding);
      if (node.finding.severity === 'info' || old.has(id) || !isSeenInSpecs(node.finding)) return false;
      return isObstacle(node) && this.shownBy(this.withoutAnyWords(), node.finding, 'info') === undefined;
    });
  }

  private idOf(finding: Finding): string {
    return fingerprint(this.theory.snapshot, finding);
  }

  private idsOf({ nodes }: Theory): ReadonlySet<string> {
    return new Set(nodes.map(({ finding }) => this.idOf(finding)));
  }
}

interface Blocker {
  readonly id: string;
  readonly node: FindingNode;
  /** `refKey` of those that it stops. */
  readonly of: ReadonlySet<string>;
}

function named({ finding }: FindingNode): NamedFault {
  return { rule: finding.rule, resource: finding.subject, message: finding.message };
}

/** What is left may be old words about something else than specs; only a fault that specs show is there for certain. */
function stillThere(finding: Finding, scales: boolean): Pick<FixVerification, 'verdict' | 'reason'> {
  if (scales) return { verdict: 'not-simulated', reason: 'the pods that it starts are not there yet' };
  return isSeenInSpecs(finding)
    ? { verdict: 'still-shows' }
    : { verdict: 'not-simulated', reason: 'what the cluster said before the repair is not renewed in a snapshot' };
}

function isSeenInSpecs({ evidence }: Finding): boolean {
  return evidence.every(({ source }) => source === 'spec' || source === 'computed');
}

/** The pods that suffer; without any, whatever else does. */
function victimsOf(questions: readonly Question[]): readonly ResourceRef[] {
  const all = distinctRefs(questions.map(({ finding }) => finding.subject)).toSorted(compareRefs);
  const pods = all.filter(({ kind }) => kind === 'Pod');
  return pods.length > 0 ? pods : all;
}
