import {
  refKey,
  SEVERITIES,
  type Analyzer,
  type Diagnosis,
  type Plugin,
  type Report,
  type ResourceRef,
  type Scope,
  type Severity,
  type Snapshot,
  type Unexplained,
} from '@kroot/types';
import { countsOf } from './counts.ts';
import { coverageOf } from './coverage-gaps.ts';
import { concerns, diagnosesOf, inFixOrder } from './diagnosis.ts';
import { healthOf } from './health.ts';
import { neighbourhood } from './targets.ts';
import { theoryOf } from './theory.ts';
import { unexplainedSymptoms } from './unexplained.ts';
import { verifyFixes } from './verify/verify-fixes.ts';
import { VERSION } from './version.ts';
import { workloadsOf } from './workloads.ts';

/** What to diagnose with. */
export interface DiagnoseOptions {
  readonly analyzers: readonly Analyzer[];
  /** Their analyzers run as well; their names are told in the report. */
  readonly plugins?: readonly Plugin[];
  /** Only what has to do with this namespace is reported; everything is analysed in any case. */
  readonly namespace?: string;
  /** Only what has to do with this object is reported; a healthy one is proved healthy. */
  readonly target?: ResourceRef;
  /**
   * Also tries a repair of each diagnosis on the snapshot and says what recovers and what still blocks; of equally severe
   * diagnoses those come first whose repair is seen to free most. One or two more runs for each of the first 20 diagnoses.
   */
  readonly verifyFixes?: boolean;
}

/**
 * Finds the root causes behind everything that is wrong in a snapshot. Pure and deterministic: the same snapshot and
 * analyzers give the same report. An analyzer that throws is reported in `failures`; it never stops the others.
 */
export function diagnose(snapshot: Snapshot, options: DiagnoseOptions): Report {
  const plugins = options.plugins ?? [];
  const analyzers = [...options.analyzers, ...plugins.flatMap((plugin) => plugin.analyzers)];
  const theory = theoryOf(snapshot, analyzers);
  const { graph, nodes, failures, links, causes } = theory;
  const rules = analyzers.map(({ meta }) => meta).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const filter = scopeFilter(options, () =>
    neighbourhood(snapshot, graph, options.target ?? { group: '', kind: '', name: '' }),
  );
  const found = diagnosesOf(theory).filter((diagnosis) => concerns(diagnosis, filter));
  const diagnoses = options.verifyFixes === true ? verifyFixes(theory, found, analyzers).toSorted(inFixOrder) : found;
  const unexplained = unexplainedSymptoms(snapshot, nodes, { links, causes }).filter(({ resource }) =>
    filter(resource),
  );
  const healthy = options.target !== undefined && !hasTrouble(diagnoses, unexplained);
  return {
    tool: { name: 'kroot', version: VERSION, plugins: plugins.map(({ name, version }) => `${name} ${version}`) },
    source: snapshot.source,
    scope: scopeOf(options),
    now: snapshot.now.toISOString(),
    coverage: coverageOf(snapshot, rules, options.namespace),
    diagnoses: diagnoses.map((diagnosis, i) => ({ ...diagnosis, rank: i + 1 })),
    unexplained,
    suppressed: [],
    failures,
    notices: snapshot.notices,
    health: healthy ? healthOf(snapshot, graph, options.target) : [],
    counts: countsOf(snapshot),
    operations: {
      nodes: graph.nodeCount,
      edges: graph.edgeCount,
      findings: nodes.length,
      links: links.from.reduce((sum, list) => sum + list.length, 0),
      steps: links.steps,
    },
    workloads: workloadsOf(snapshot).filter(filter),
    rules,
  };
}

function hasTrouble(diagnoses: readonly Diagnosis[], unexplained: readonly Unexplained[]): boolean {
  return unexplained.length > 0 || diagnoses.some(({ severity }) => severity !== 'info');
}

function scopeOf({ namespace, target }: DiagnoseOptions): Scope {
  return { ...(namespace === undefined ? {} : { namespace }), ...(target === undefined ? {} : { target }) };
}

function scopeFilter(
  { namespace, target }: DiagnoseOptions,
  around: () => ReadonlySet<string>,
): (ref: ResourceRef) => boolean {
  if (target !== undefined) {
    const wanted = around();
    return (ref) => wanted.has(refKey(ref));
  }
  // A node or volume concerns a namespace through what it stops there, not by itself.
  return namespace === undefined ? () => true : (ref) => ref.namespace === namespace;
}

/** The worst severity in a report, diagnoses and unexplained symptoms alike; undefined when there is nothing. */
export function worstSeverity(report: Report): Severity | undefined {
  const all = new Set([...report.diagnoses, ...report.unexplained].map(({ severity }) => severity));
  return SEVERITIES.find((severity) => all.has(severity));
}
