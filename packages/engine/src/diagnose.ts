import {
  refKey,
  SEVERITIES,
  type Analyzer,
  type Baseline,
  type Diagnosis,
  type Plugin,
  type Report,
  type ResourceRef,
  type Scope,
  type Severity,
  type Snapshot,
  type Unexplained,
  type WeightRule,
} from '@kroot/types';
import { weigher } from './business-weight.ts';
import { countsOf } from './counts.ts';
import { coverageOf } from './coverage-gaps.ts';
import { concerns, diagnosesOf, inFixOrder } from './diagnosis.ts';
import { healthOf } from './health.ts';
import { withSeverities, type RuleSeverities } from './rule-severities.ts';
import { baselineCounts } from './suppress/baseline-counts.ts';
import { suppress, type Found } from './suppress/suppress.ts';
import { type ConfiguredSuppression } from './suppress/verdict-of.ts';
import { neighbourhood } from './targets.ts';
import { theoryOf } from './theory.ts';
import { unexplainedSymptoms } from './unexplained.ts';
import { namesRule, unknownRules } from './unknown-rules.ts';
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
  /** What not to tell, beside what objects say themselves by annotation. */
  readonly suppressions?: readonly ConfiguredSuppression[];
  /** When a suppression that ends some day is judged; at the moment of the snapshot, if not given. */
  readonly today?: Date;
  /** Whether to tell of suppressions that fit nothing; not where they are for other input too. Yes, if not given. */
  readonly tellUnused?: boolean;
  /** Ids of rules that other commands run: whoever names one makes no mistake. */
  readonly otherRules?: readonly string[];
  /** What was known before: it is suppressed, and the report counts what is new and gone. */
  readonly baseline?: Baseline;
  /** How bad rules are, whatever they say themselves; `off` does not run them. */
  readonly severities?: RuleSeverities;
  /** How much objects are worth, beside what they say themselves by annotation. */
  readonly weights?: readonly WeightRule[];
  /** By what the impact is multiplied in the order of repair when the first repair changes or destroys something. */
  readonly risk?: { readonly change?: number | undefined; readonly destructive?: number | undefined };
}

/**
 * Finds the root causes behind everything that is wrong in a snapshot. Pure and deterministic: the same snapshot and
 * analyzers give the same report. An analyzer that throws is reported in `failures`; it never stops the others.
 */
export function diagnose(snapshot: Snapshot, options: DiagnoseOptions): Report {
  const plugins = options.plugins ?? [];
  const severities: RuleSeverities = options.severities ?? new Map();
  const suppressions = options.suppressions ?? [];
  const given = [...options.analyzers, ...plugins.flatMap((plugin) => plugin.analyzers)];
  const ids = new Set(given.map(({ meta }) => meta.id));
  const analyzers = withSeverities(given, severities);
  const theory = theoryOf(snapshot, analyzers);
  const { graph, nodes, failures, links, causes } = theory;
  const rules = analyzers.map(({ meta }) => meta).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const filter = scopeFilter(options, () =>
    neighbourhood(snapshot, graph, options.target ?? { group: '', kind: '', name: '' }),
  );
  const ranking = { weightOf: weigher(snapshot, options.weights ?? []), risk: options.risk ?? {} };
  const all: Found = {
    diagnoses: diagnosesOf(theory, { severities, ranking }),
    unexplained: unexplainedSymptoms(snapshot, nodes, { links, causes, severities }),
  };
  const sifted = suppress(snapshot, all, {
    // Of a rule that nobody knows there is another sentence.
    suppressions: suppressions.filter(({ rule }) => namesRule(rule, ids)),
    baseline: options.baseline,
    today: options.today ?? snapshot.now,
    everything: options.tellUnused !== false && isWhole(snapshot, options),
  });
  const inScope = (diagnosis: Diagnosis): boolean => concerns(diagnosis, filter);
  const told = sifted.diagnoses.filter(inScope);
  const diagnoses = options.verifyFixes === true ? verifyFixes(theory, told, analyzers).toSorted(inFixOrder) : told;
  const unexplained = sifted.unexplained.filter(({ resource }) => filter(resource));
  const suppressed = sifted.suppressed.filter(inScope);
  const suppressedSymptoms = sifted.suppressedSymptoms.filter(({ resource }) => filter(resource));
  const scope = scopeOf(options);
  const coverage = coverageOf(snapshot, rules, options.namespace);
  const hidden = suppressed.length + suppressedSymptoms.length > 0;
  const healthy = options.target !== undefined && !hidden && !hasTrouble(diagnoses, unexplained);
  return {
    tool: { name: 'kroot', version: VERSION, plugins: plugins.map(({ name, version }) => `${name} ${version}`) },
    source: snapshot.source,
    scope,
    now: snapshot.now.toISOString(),
    coverage,
    diagnoses: diagnoses.map((diagnosis, i) => ({ ...diagnosis, rank: i + 1 })),
    unexplained,
    suppressed: suppressed.map((diagnosis, i) => ({ ...diagnosis, rank: i + 1 })),
    ...(suppressedSymptoms.length === 0 ? {} : { suppressedSymptoms }),
    ...(options.baseline === undefined
      ? {}
      : {
          baseline: baselineCounts(snapshot, options.baseline, {
            all,
            told: { diagnoses, unexplained },
            looked: { failures, rules, scope },
          }),
        }),
    failures,
    notices: [
      ...snapshot.notices,
      ...unknownRules(snapshot, [...ids, ...(options.otherRules ?? [])], { severities, suppressions }),
      ...sifted.notices,
    ],
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

/** Only then something that fits nothing is of no use. */
function isWhole({ source }: Snapshot, { namespace, target }: DiagnoseOptions): boolean {
  return namespace === undefined && target === undefined && source.namespace === undefined;
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
