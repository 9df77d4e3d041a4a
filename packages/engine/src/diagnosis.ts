import { timeOf } from '@kroot/graph';
import {
  compareStrings,
  refKey,
  SEVERITIES,
  type Diagnosis,
  type Evidence,
  type GraphView,
  type ResourceRef,
  type Snapshot,
  type SymptomGroup,
} from '@kroot/types';
import { type CausalLinks } from './causal-links.ts';
import { recentChange, revisionChange } from './change-clock.ts';
import { fingerprint } from './fingerprint.ts';
import { impactOf } from './impact.ts';
import { type RootCauses } from './root-causes.ts';
import { type FindingNode } from './run-analyzers.ts';
import { severityOf } from './severity.ts';
import { topOwnerOf } from './top-owner-of.ts';
import { tracesOf } from './traces.ts';
import { whyTree } from './why-tree.ts';

/** What a diagnosis is made from. */
export interface Theory {
  readonly snapshot: Snapshot;
  readonly graph: GraphView;
  readonly nodes: readonly FindingNode[];
  readonly links: CausalLinks;
  readonly causes: RootCauses;
}

/** How many sentences on what else is in the way a card can bear. */
const MAX_REMAINING = 3;

/** All diagnoses in fix order: severity, then impact, then fingerprint. */
export function diagnosesOf(theory: Theory): readonly Diagnosis[] {
  const members = new Map<number, FindingNode[]>(theory.causes.roots.map(({ index }) => [index, []]));
  for (const node of theory.nodes) {
    for (const root of theory.causes.rootsOf[node.index] ?? []) members.get(root)?.push(node);
  }
  const ids = new Map(theory.causes.roots.map((root) => [root.index, fingerprint(theory.snapshot, root.finding)]));
  const unranked = theory.causes.roots.map((root) =>
    diagnose(theory, root, { members: members.get(root.index) ?? [], ids }),
  );
  return unranked.toSorted(inFixOrder).map((diagnosis, i) => ({ ...diagnosis, rank: i + 1 }));
}

function inFixOrder(a: Diagnosis, b: Diagnosis): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    b.impact.score - a.impact.score ||
    b.confidence - a.confidence ||
    compareStrings(a.id, b.id)
  );
}

function diagnose(
  theory: Theory,
  root: FindingNode,
  { members, ids }: { readonly members: readonly FindingNode[]; readonly ids: ReadonlyMap<number, string> },
): Diagnosis {
  const { snapshot, causes } = theory;
  const { finding } = root;
  // What is told under another root counts there; here it only shows that this root stands in its way too.
  const told = members.filter(({ index }) => causes.primary.get(index) === root.index);
  const severity = severityOf(snapshot, root, members);
  const since = earliest([finding, ...told.map((node) => node.finding)].map((entry) => entry.since));
  const impact = impactOf(theory, root, told, { severity, confidence: finding.confidence });
  const contributing = contributors(theory, root, members);
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
    evidence: evidenceOf(snapshot, root, told),
    why: whyTree(snapshot, root, told),
    traces: tracesOf(root, told, { ...theory, impact }),
    symptoms: foldSymptoms(snapshot, root, told),
    impact,
    contributing: contributing.map((other) => ids.get(other.index) ?? '').toSorted(compareStrings),
    remaining: contributing
      .slice(0, MAX_REMAINING)
      .map((other) => `Repairing this alone is not enough for all: ${other.finding.message}.`),
    fixes: finding.fixes,
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

function evidenceOf(snapshot: Snapshot, { finding }: FindingNode, told: readonly FindingNode[]): readonly Evidence[] {
  const change = recentChange(
    snapshot,
    finding.subject,
    earliest([finding, ...told.map((node) => node.finding)].map((entry) => entry.since)),
  );
  const own = finding.evidence.slice(0, MAX_EVIDENCE);
  return change === undefined ? own : [...own, change];
}

function notesOf(snapshot: Snapshot, { finding }: FindingNode): readonly string[] {
  const notes = [...(finding.notes ?? [])];
  const revision = revisionChange(snapshot, finding.subject);
  if (revision !== undefined) notes.push(`${revision}.`);
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
  const hit = [
    impact.pods,
    impact.services,
    impact.deployments,
    impact.statefulSets,
    impact.daemonSets,
    impact.jobs,
    impact.ingresses,
    impact.others,
  ];
  return (
    wanted(rootCause) ||
    wanted(resource) ||
    hit.some((refs) => refs.some(wanted)) ||
    symptoms.some((symptom) => wanted(symptom.resource)) ||
    traces.some(({ chain }) => chain.some(wanted))
  );
}
