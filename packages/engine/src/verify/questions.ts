import { podsOf } from '@kroot/graph';
import { CONFIDENCE, refKey, type AnalyzerMeta, type Finding, type Mechanism, type ResourceRef } from '@kroot/types';
import { breaksOf, linkFindings, waitsForOf } from '../causal-links.ts';
import { findRootCauses } from '../root-causes.ts';
import { type FindingNode } from '../run-analyzers.ts';
import { type Theory } from '../theory.ts';
import { stillBefore, stopsForCertain, wholeWay } from './start-mechanisms.ts';

/** A symptom without the words that led to it: does anything explain why this would not work? */
export interface Question {
  readonly finding: Finding;
  readonly meta: AnalyzerMeta;
}

/** The questions that a root cause leaves: each of its symptoms again, and the objects that its finding was made from. */
export function questionsOf(theory: Theory, root: FindingNode, members: readonly FindingNode[]): readonly Question[] {
  const symptoms = members.filter((member) => member !== root).map((member) => asked(theory, member));
  const known = new Set(symptoms.map(({ finding }) => refKey(finding.subject)));
  const silent = (root.finding.affects ?? []).filter((ref) => !known.has(refKey(ref)));
  return [...symptoms, ...silent.map((ref) => askedOf(theory, root, ref))];
}

function asked(theory: Theory, { finding, meta }: FindingNode): Question {
  const { because: _, affects: __, ...rest } = finding;
  const waitsFor = waitsForOf({ finding, meta, index: 0 });
  const more = onTheWay(theory, finding.subject);
  return { finding: { ...rest, waitsFor: [...new Set([...waitsFor, ...more])] }, meta };
}

function askedOf(theory: Theory, { finding, meta }: FindingNode, subject: ResourceRef): Question {
  const { rule, severity, message, cause } = finding;
  const waitsFor = [...new Set([...breaksOf({ finding, meta, index: 0 }), ...onTheWay(theory, subject)])];
  const confidence = CONFIDENCE.hint;
  return {
    finding: {
      rule,
      subject,
      severity,
      confidence,
      message,
      cause,
      evidence: [],
      fixes: [],
      waitsFor,
      breaks: PASSED_ON,
    },
    meta: { ...meta, role: 'symptom' },
  };
}

/** What a pod that does not work breaks in what stands above it. */
const PASSED_ON: readonly Mechanism[] = ['readiness', 'availability', 'endpoints'];

const POD_MAKERS: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
]);

function onTheWay({ snapshot }: Theory, subject: ResourceRef): readonly Mechanism[] {
  if (subject.kind === 'Pod') return stillBefore(snapshot, subject);
  return POD_MAKERS.has(subject.kind) && podsOf(snapshot, subject).length === 0 ? wholeWay() : [];
}

/** For each question the faults that explain it in a theory, worst founded left out. */
export function answers(theory: Theory, questions: readonly Question[]): readonly (readonly FindingNode[])[] {
  const start = theory.nodes.length;
  const nodes = [...theory.nodes, ...questions.map((question, i) => ({ ...question, index: start + i }))];
  const { rootsOf } = findRootCauses(nodes, linkFindings(nodes, theory.graph));
  return questions.map((_, i) =>
    [...(rootsOf[start + i] ?? [])].flatMap((root) => nodes[root] ?? []).filter((node) => isObstacle(node)),
  );
}

/** What was found besides has to be well founded, and either hurt somebody or stop every pod that comes by. */
export function isObstacle(node: FindingNode): boolean {
  const { confidence, severity } = node.finding;
  if (node.meta.role !== 'fault' || confidence < CONFIDENCE.strong) return false;
  return severity !== 'info' || stopsForCertain(breaksOf(node));
}
