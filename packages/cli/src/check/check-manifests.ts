import { builtinAnalyzers, manifestRules } from '@kroot/analyzers';
import { type ManifestSet } from '@kroot/cluster';
import { diagnose, type DiagnoseOptions } from '@kroot/engine';
import { asWritten, type FileLocation } from '@kroot/report';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Diagnosis,
  type Plugin,
  type Report,
  type ResourceRef,
  type Snapshot,
  type Unexplained,
} from '@kroot/types';
import { asIntended, isOfManifests, withoutAlarm } from './as-intended.ts';
import { onCluster } from './on-cluster.ts';
import { compareOutcomes } from './compare-outcomes.ts';
import { diagnoseIntended, stillFound, stoppingRules } from './diagnose-intended.ts';
import { externals } from './externals.ts';
import { locateIn, locateReport } from './locate-report.ts';
import { ranked } from './ranked.ts';
import { manifestApiRemoved } from './rules/api-removed.ts';
import { manifestDuplicate } from './rules/duplicate.ts';
import { manifestKindUnknown } from './rules/kind-unknown.ts';
import { manifestAccountMissing, manifestClaimMissing } from './rules/needed-missing.ts';
import { manifestProbePort } from './rules/probe-port.ts';
import { manifestRefused } from './rules/refused.ts';
import { manifestTargetMissing } from './rules/target-missing.ts';
import { manifestUnreadable } from './rules/unreadable.ts';
import { unlessTold, withTold } from './twins.ts';

/** A report on manifests, and where in files its objects are written. */
export interface Checked {
  readonly report: Report;
  readonly locate: (target: ResourceRef) => FileLocation | undefined;
}

/** With what beside the rules of kroot. */
export interface CheckSettings {
  readonly plugins: readonly Plugin[];
  readonly judgement: Judgement;
  /** When it runs: manifests have no time of their own. */
  readonly today: Date;
}

type Judgement = Pick<DiagnoseOptions, 'risk' | 'severities' | 'suppressions' | 'weights'>;

/** The rules on a cluster. */
export function clusterAnalyzers(plugins: readonly Plugin[]): readonly Analyzer[] {
  return [...builtinAnalyzers, ...plugins.flatMap((plugin) => plugin.analyzers)];
}

/** Rules on the text of manifests, which no cluster shows. */
function textRules({ manifests, problems }: ManifestSet, server?: string): readonly Analyzer[] {
  return [
    manifestUnreadable(problems),
    manifestDuplicate(manifests),
    manifestApiRemoved(manifests, server),
    manifestKindUnknown(manifests),
  ];
}

/** Rules on single objects, whatever is around them. */
function ownRules(manifests: Pick<ManifestSet, 'kustomized' | 'manifests'>): readonly Analyzer[] {
  return [manifestRefused(manifests), manifestProbePort];
}

/** Diagnoses manifests by themselves: what they contradict in each other. */
export function checkAlone(manifests: ManifestSet, { judgement, plugins, today }: CheckSettings): Checked {
  const { snapshot } = manifests;
  const isExternal = externals(manifests);
  const analyzers = [
    ...clusterAnalyzers(plugins)
      .filter(isOfManifests)
      .map((analyzer) => asIntended(analyzer, isExternal)),
    ...[manifestTargetMissing(), manifestAccountMissing(), manifestClaimMissing].map((rule) =>
      asIntended(rule, isExternal),
    ),
    ...ownRules(manifests),
    ...textRules(manifests),
  ];
  const { report, rehearsal } = diagnoseIntended(snapshot, snapshot, {
    analyzers,
    ...settled(judgement, plugins),
    today,
    settle: (told) => withoutAlarm(told, snapshot, judgement.severities),
  });
  // What is in the cluster is no gap in what was asked: the manifests.
  const coverage = { complete: true, gaps: [] };
  // They speak of no moment.
  const { capturedAt: _moment, ...source } = report.source;
  return located(
    { ...report, source, coverage, notices: noticesOf(report, manifests) },
    manifests,
    plugins,
    rehearsal.snapshot,
  );
}

/** Diagnoses what applying manifests changes in a cluster. */
export function checkAgainst(
  cluster: Snapshot,
  manifests: ManifestSet,
  { judgement, plugins }: CheckSettings,
): Checked {
  const options = settled(judgement, plugins);
  const isExternal = externals(manifests);
  const analyzers = clusterAnalyzers(plugins);
  const before = diagnose(cluster, { analyzers, ...options });
  const own = new Set(manifests.manifests.map(({ ref }) => refKey(ref)));
  const known = new Set(before.diagnoses.map(({ rootCause, rule }) => `${rule} ${refKey(rootCause)}`));
  const isOwn = (target: ResourceRef): boolean => own.has(refKey(target));
  const context = { isExternal, isOwn, known };
  const ofOwn = [manifestTargetMissing(isOwn), manifestAccountMissing(isOwn)];
  const { report, rehearsal } = diagnoseIntended(cluster, manifests.snapshot, {
    analyzers: [
      ...[
        ...analyzers.map((analyzer) => unlessTold(analyzer, ofOwn)),
        ...ofOwn.map((rule) => withTold(rule, analyzers)),
      ].map((rule) => onCluster(rule, context)),
      ...textRules(manifests, cluster.source.serverVersion),
    ],
    ...options,
  });
  // A workload that contradicts itself is one of the manifests, not of the cluster.
  const rules = ownRules(manifests);
  const refused = diagnose(manifests.snapshot, { analyzers: rules, ...options });
  const onlyOfManifests = [...ofOwn, ...ownRules({ kustomized: false, manifests: [] })];
  const ids = new Set(onlyOfManifests.map(({ meta }) => meta.id));
  let found: ReadonlySet<string> | undefined;
  // Looked for when there is something to find: few deployments have any of it.
  const foundAlready = ({ id, rule }: Diagnosis): boolean => {
    if (!ids.has(rule)) return false;
    found ??= idsOf(diagnose(cluster, { analyzers: onlyOfManifests, ...options }));
    return found.has(id);
  };
  // What the cluster has taken as it is, it does not refuse.
  const isOwnNews = (diagnosis: Diagnosis): boolean => !foundAlready(diagnosis);
  const created = new Set(rehearsal.created.map(refKey));
  const { breaks, heals, stays, suppressed } = compareOutcomes(before, report, {
    stillFound: () =>
      stillFound(cluster, manifests.snapshot, {
        analyzers: analyzers.map((analyzer) => onCluster(analyzer, context)),
        ...options,
      }),
    foundAlready,
    isCreated: (target) => created.has(refKey(target)),
  });
  const ill = illBefore(before);
  const stopping = new Set([...stoppingRules(report)].filter((rule) => judgement.severities?.has(rule) !== true));
  const made = new Set(rehearsal.made.map(refKey));
  const isNews = ({ resource }: Unexplained): boolean => !ill.has(refKey(resource)) && !made.has(refKey(resource));
  const whole: Report = {
    ...report,
    diagnoses: ranked([...refused.diagnoses.filter(isOwnNews), ...raised(breaks, stopping, made)]),
    suppressed: ranked([...refused.suppressed.filter(isOwnNews), ...suppressed]),
    unexplained: report.unexplained.filter(isNews),
    ...(report.suppressedSymptoms !== undefined && { suppressedSymptoms: report.suppressedSymptoms.filter(isNews) }),
    workloads: report.workloads.filter((workload) => own.has(refKey(workload))),
    rules: [...report.rules, ...rules.map(({ meta }) => meta)].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    notices: noticesOf(report, manifests),
    deployment: {
      cluster: cluster.source.name,
      created: rehearsal.created.length,
      updated: rehearsal.updated.length,
      heals,
      stays,
    },
  };
  return located(whole, manifests, plugins, rehearsal.snapshot);
}

function located(report: Report, manifests: ManifestSet, plugins: readonly Plugin[], snapshot: Snapshot): Checked {
  const tool = { ...report.tool, plugins: plugins.map(({ name, version }) => `${name} ${version}`) };
  const all = { ...report, tool, manifests: manifests.manifests.length };
  return {
    report: locateReport(all, manifests, snapshot),
    locate(target) {
      return asWritten(target, locateIn(manifests, snapshot, target, undefined));
    },
  };
}

function idsOf({ diagnoses }: Report): ReadonlySet<string> {
  return new Set(diagnoses.map(({ id }) => id));
}

function settled(judgement: Judgement, plugins: readonly Plugin[]): Partial<DiagnoseOptions> {
  const rules = [...clusterAnalyzers(plugins).map(({ meta }) => meta), ...manifestRules];
  // A configuration is for what is deployed too.
  return { ...judgement, otherRules: rules.map(({ id }) => id), tellUnused: false };
}

function noticesOf(report: Report, manifests: ManifestSet): readonly string[] {
  return [...new Set([...report.notices, ...manifests.notices])];
}

/** In a cluster old pods that go on are a comfort; a deployment that does not get through has failed, unless the user says how bad it is. */
function raised(
  diagnoses: readonly Diagnosis[],
  stopping: ReadonlySet<string>,
  made: ReadonlySet<string>,
): readonly Diagnosis[] {
  const can = diagnoses.filter(({ confidence, rule }) => stopping.has(rule) && confidence >= CONFIDENCE.strong);
  const first = can.filter(({ impact }) => impact.pods.some((pod) => made.has(refKey(pod))));
  const ids = new Set(first.map(({ id }) => id));
  // A pod counts for one cause; what else is in its way stops it just as well.
  const all = new Set([...first, ...can.filter(({ contributing }) => contributing.some((id) => ids.has(id)))]);
  return diagnoses.map((diagnosis) =>
    diagnosis.severity === 'warning' && all.has(diagnosis) ? { ...diagnosis, severity: 'critical' } : diagnosis,
  );
}

/** What was not well before is no news, and what is healed may take its time to show it. */
function illBefore({ diagnoses, suppressed, suppressedSymptoms = [], unexplained }: Report): ReadonlySet<string> {
  const hit = [...diagnoses, ...suppressed].flatMap(({ impact, resource, rootCause, symptoms }) => {
    const { daemonSets, deployments, ingresses, jobs, others, pods, services, statefulSets } = impact;
    const lists = [pods, deployments, statefulSets, daemonSets, jobs, services, ingresses, others].flat();
    return [rootCause, resource, ...symptoms.map((symptom) => symptom.resource), ...lists];
  });
  return new Set([...hit, ...[...unexplained, ...suppressedSymptoms].map(({ resource }) => resource)].map(refKey));
}
