import { timeOf } from '@kroot/graph';
import {
  compareStrings,
  refKey,
  SEVERITIES,
  type Diagnosis,
  type Evidence,
  type Fix,
  type ResourceRef,
  type Snapshot,
  type SymptomGroup,
} from '@kroot/types';
import { fingerprint } from './fingerprint.ts';
import { impactResources } from './impact-resources.ts';
import { impactOf, type Ranking } from './impact.ts';
import { placementOf } from './placement-of.ts';
import { type FindingNode } from './run-analyzers.ts';
import { type RuleSeverities } from './rule-severities.ts';
import { severityOf } from './severity.ts';
import { membersOf, type Theory } from './theory.ts';
import { topOwnerOf } from './top-owner-of.ts';
import { tracesOf } from './traces.ts';
import { laterObstacles, type LaterObstacles } from './verify/later-obstacles.ts';
import { whatChanged, type Change } from './what-changed.ts';
import { whyTree } from './why-tree.ts';

/** How many sentences on what else is in the way a card can bear. */
const MAX_REMAINING = 3;

/** What the user says on severities and ranks. */
export interface Judgement {
  readonly severities: RuleSeverities;
  readonly ranking: Ranking;
}

const NOTHING_SAID: Judgement = {
  severities: new Map(),
  ranking: { weightOf: () => undefined, risk: {} },
};

/** All diagnoses in fix order. */
export function diagnosesOf(theory: Theory, said: Partial<Judgement> = {}): readonly Diagnosis[] {
  const judgement = { ...NOTHING_SAID, ...said };
  const members = membersOf(theory);
  const ids = new Map(theory.causes.roots.map((root) => [root.index, fingerprint(theory.snapshot, root.finding)]));
  const later = laterObstacles(theory);
  const unranked = theory.causes.roots.map((root) =>
    diagnose(theory, root, { members: members.get(root.index) ?? [], ids, later, ...judgement }),
  );
  return unranked.toSorted(inFixOrder).map((diagnosis, i) => ({ ...diagnosis, rank: i + 1 }));
}

/** Order of repair: severity, then what a repair was seen to free, where that was tried, then impact, then how safe the repair is. */
export function inFixOrder(a: Diagnosis, b: Diagnosis): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    (b.verification?.recovers.length ?? 0) - (a.verification?.recovers.length ?? 0) ||
    b.impact.score - a.impact.score ||
    b.confidence - a.confidence ||
    EFFECTS.indexOf(a.fixes[0]?.effect ?? 'none') - EFFECTS.indexOf(b.fixes[0]?.effect ?? 'none') ||
    compareStrings(a.id, b.id)
  );
}

/** From safe to dangerous: of two that are equal otherwise the safe repair comes first. */
const EFFECTS: readonly Fix['effect'][] = ['none', 'change', 'destructive'];

interface Context extends Judgement {
  readonly members: readonly FindingNode[];
  /** Fingerprints of the roots, by number. */
  readonly ids: ReadonlyMap<number, string>;
  readonly later: LaterObstacles;
}

function diagnose(theory: Theory, root: FindingNode, { members, ids, later, severities, ranking }: Context): Diagnosis {
  const { snapshot, causes } = theory;
  const { finding } = root;
  // What is told under another root counts there; here it only shows that this root stands in its way too.
  const told = members.filter(({ index }) => causes.primary.get(index) === root.index);
  const said = severities.get(finding.rule);
  const severity = said === undefined || said === 'off' ? severityOf(snapshot, root, members) : said;
  const since = earliest([finding, ...told.map((node) => node.finding)].map((entry) => entry.since));
  const impact = impactOf(theory, root, told, { severity, ranking });
  const contributing = contributors(theory, root, members);
  const placement = placementOf(snapshot, root, told);
  const change = whatChanged(snapshot, root, since);
  return {
    id: ids.get(root.index) ?? '',
    rank: 0,
    rule: finding.rule,
    severity,
    confidence: finding.confidence,
    rootCause: finding.subject,
    resource: failingFirst(snapshot, root, told),
    message: finding.message,
    cause: finding.cause,
    effect: effectOf(snapshot, root, told),
    ...(since === undefined ? {} : { since }),
    ...(change === undefined ? {} : { changed: `${change.words}.` }),
    evidence: evidenceOf(root, change),
    why: whyTree(snapshot, root, told),
    traces: tracesOf(root, told, { ...theory, impact }),
    symptoms: foldSymptoms(snapshot, root, told),
    impact,
    contributing: contributing.map((other) => ids.get(other.index) ?? '').toSorted(compareStrings),
    remaining: [
      ...contributing.map((other) => `Repairing this alone is not enough for all: ${other.finding.message}.`),
      ...unmet(told, contributing, later).map((next) => `Next in the way, once this is repaired: ${next}.`),
    ].slice(0, MAX_REMAINING),
    fixes: finding.fixes,
    ...(placement === undefined ? {} : { placement }),
    notes: notesOf(snapshot, root),
  };
}

function earliest(times: readonly (string | undefined)[]): string | undefined {
  const known = times.filter((time) => time !== undefined).filter((time) => timeOf(time) !== undefined);
  return known.toSorted((a, b) => (timeOf(a) ?? 0) - (timeOf(b) ?? 0) || compareStrings(a, b))[0];
}

/** Roots that stand in the way of the same pods or objects: all of them have to be repaired. */
function contributors(
  { nodes, causes }: Theory,
  root: FindingNode,
  members: readonly FindingNode[],
): readonly FindingNode[] {
  const others = new Set<number>();
  for (const { index } of members)
    for (const other of causes.rootsOf[index] ?? []) if (other !== root.index) others.add(other);
  return nodes.filter(({ index }) => others.has(index));
}

/** What the told pods will meet later, beside what is in their way already. */
function unmet(
  told: readonly FindingNode[],
  contributing: readonly FindingNode[],
  later: LaterObstacles,
): readonly string[] {
  const known = new Set(contributing);
  const next = new Set(told.flatMap(({ index }) => later.get(index) ?? []));
  return [...next].filter((node) => !known.has(node)).map(({ finding }) => finding.message);
}

const OUTER = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod', 'Service', 'Ingress'];

/** What users see failing first: the hit workload, else a pod's owner, else what routes to it. */
function failingFirst(snapshot: Snapshot, root: FindingNode, told: readonly FindingNode[]): ResourceRef {
  const refs = told.filter((node) => node !== root).map(({ finding }) => owned(snapshot, finding.subject));
  const affects = (root.finding.affects ?? []).map((ref) => owned(snapshot, ref));
  for (const kind of OUTER) {
    const found = [...refs, ...affects].find((ref) => ref.kind === kind);
    if (found !== undefined) return found;
  }
  return refs[0] ?? root.finding.subject;
}

function owned(snapshot: Snapshot, ref: ResourceRef): ResourceRef {
  return ref.kind === 'Pod' || ref.kind === 'ReplicaSet' ? topOwnerOf(snapshot, ref) : ref;
}

/** The worst of what it does, in one line, and how much more there is. */
function effectOf(snapshot: Snapshot, root: FindingNode, told: readonly FindingNode[]): string {
  const others = told.filter((node) => node !== root);
  const workloads = others.filter(
    ({ finding }) => finding.subject.kind !== 'Pod' && finding.subject.kind !== 'ReplicaSet',
  );
  const pods = others.filter(({ finding }) => finding.subject.kind === 'Pod');
  const owners = new Set(pods.map(({ finding }) => refKey(owned(snapshot, finding.subject))));
  if (owners.size > 1) return `${pods.length} pods in ${owners.size} workloads are held up`;
  const ranked = (workloads.length > 0 ? workloads : others).toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity) ||
      outerRank(a) - outerRank(b) ||
      a.index - b.index,
  );
  const [first] = ranked;
  if (first === undefined) return '';
  const more = ranked.length - 1;
  return more === 0 ? first.finding.message : `${first.finding.message} (and ${more} more)`;
}

function outerRank({ finding }: FindingNode): number {
  const at = OUTER.indexOf(finding.subject.kind);
  return at === -1 ? OUTER.length : at;
}

const MAX_EVIDENCE = 6;

function evidenceOf({ finding }: FindingNode, change: Change | undefined): readonly Evidence[] {
  const own = finding.evidence.slice(0, MAX_EVIDENCE);
  return change === undefined ? own : [...own, change.evidence];
}

function notesOf(snapshot: Snapshot, { finding }: FindingNode): readonly string[] {
  const notes = [...(finding.notes ?? [])];
  const found = snapshot.lookup(finding.subject);
  const says = notes.some((note) => /\bnot verified\b/i.test(note));
  if (found.state === 'unknown' && !says) {
    notes.push(`This was not verified: ${finding.subject.kind} objects are not in what was collected.`);
  }
  return notes;
}

function foldSymptoms(snapshot: Snapshot, root: FindingNode, told: readonly FindingNode[]): readonly SymptomGroup[] {
  const groups = new Map<string, { rule: string; resource: ResourceRef; state: string; count: number }>();
  for (const { index, finding } of told) {
    if (index === root.index) continue;
    const resource = owned(snapshot, finding.subject);
    const key = `${finding.rule}\n${refKey(resource)}`;
    const known = groups.get(key);
    if (known === undefined) {
      groups.set(key, { rule: finding.rule, resource, state: finding.state ?? finding.message, count: 1 });
    } else known.count += 1;
  }
  return [...groups.values()];
}

/** Whether a diagnosis has to do with an object: as root, victim or link of a chain. */
export function concerns(diagnosis: Diagnosis, wanted: (ref: ResourceRef) => boolean): boolean {
  const { impact, rootCause, resource, traces, symptoms } = diagnosis;
  return (
    wanted(rootCause) ||
    wanted(resource) ||
    impactResources(impact).some(wanted) ||
    symptoms.some((symptom) => wanted(symptom.resource)) ||
    traces.some(({ chain }) => chain.some(wanted))
  );
}
