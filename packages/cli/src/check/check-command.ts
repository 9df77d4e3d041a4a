import { builtinAnalyzers } from '@kroot/analyzers';
import { readManifests, readSnapshot, type ManifestSet } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { cleanText } from '@kroot/report';
import { type Analyzer, type Plugin, type Report, type Snapshot } from '@kroot/types';
import { kindsToRead } from '../api-resources.ts';
import { exitCode, printReport } from '../diagnose-command.ts';
import { UsageError } from '../errors.ts';
import { collectLive } from '../live/collect-live.ts';
import { loadPlugins } from '../plugins.ts';
import { type Streams } from '../streams.ts';
import { asIntended, isOfManifests } from './as-intended.ts';
import { type CheckFlags } from './check-flags.ts';
import { compareOutcomes } from './compare-outcomes.ts';
import { diagnoseIntended } from './diagnose-intended.ts';
import { externals } from './externals.ts';
import { locateReport } from './locate-report.ts';
import { manifestApiRemoved } from './rules/api-removed.ts';
import { manifestDuplicate } from './rules/duplicate.ts';
import { manifestKindUnknown } from './rules/kind-unknown.ts';
import { manifestRefused } from './rules/refused.ts';
import { manifestTargetMissing } from './rules/target-missing.ts';
import { manifestUnreadable } from './rules/unreadable.ts';

/** Reads manifests, diagnoses what they intend, alone or on top of a cluster, prints; gives the exit code. */
export async function runCheck(flags: CheckFlags, streams: Streams): Promise<number> {
  const inputs = inputsOf(flags);
  const plugins = await loadPlugins(flags.plugin ?? [], streams.cwd);
  const manifests = await readManifests(inputs, {
    stdin: streams.stdin,
    ...(flags.namespace !== undefined && { namespace: flags.namespace }),
  });
  if (flags.quiet !== true)
    for (const notice of manifests.notices) streams.stderr.write(`kroot: ${cleanText(notice)}\n`);
  const report =
    flags.against === undefined
      ? checkAlone(manifests, plugins)
      : checkAgainst(await clusterOf(flags, flags.against, manifests, plugins, streams), manifests, plugins);
  streams.stdout.write(printReport(report, flags, streams));
  return exitCode(report, { failOn: flags.failOn, exitZero: flags.exitZero, strict: false });
}

function inputsOf({ against, filename = [], paths = [] }: CheckFlags): readonly string[] {
  const inputs = [...paths, ...filename];
  if (inputs.length === 0)
    throw new UsageError('name the manifests: kroot check -f FOLDER, or -f - for standard input');
  if (inputs.filter((input) => input === '-').length + Number(against === '-') > 1)
    throw new UsageError('standard input can be read once only: - is given twice');
  return inputs;
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

function checkAlone(manifests: ManifestSet, plugins: readonly Plugin[]): Report {
  const { snapshot } = manifests;
  const isExternal = externals(manifests);
  const all = [...builtinAnalyzers.filter(isOfManifests), ...plugins.flatMap((plugin) => plugin.analyzers)];
  const analyzers = [
    ...all.map((analyzer) => asIntended(analyzer, isExternal)),
    asIntended(manifestTargetMissing, isExternal),
    manifestRefused,
    ...textRules(manifests),
  ];
  const { report, rehearsal } = diagnoseIntended(snapshot, snapshot, { analyzers });
  const named = { ...report.tool, plugins: plugins.map(({ name, version }) => `${name} ${version}`) };
  return locateReport(
    {
      ...report,
      tool: named,
      // What is in the cluster is no gap in what was asked: the manifests.
      coverage: { complete: true, gaps: [] },
      notices: manifests.notices,
      manifests: manifests.manifests.length,
    },
    manifests,
    rehearsal.snapshot,
  );
}

function checkAgainst(cluster: Snapshot, manifests: ManifestSet, plugins: readonly Plugin[]): Report {
  const isExternal = externals(manifests);
  const analyzers = [...builtinAnalyzers, ...plugins.flatMap((plugin) => plugin.analyzers)];
  const before = diagnose(cluster, { analyzers });
  const { report, rehearsal } = diagnoseIntended(cluster, manifests.snapshot, {
    analyzers: [
      ...analyzers.map((analyzer) => withoutExternals(analyzer, isExternal)),
      manifestTargetMissing,
      ...textRules(manifests, cluster.source.serverVersion),
    ],
  });
  // A workload that the API server refuses is one of the manifests, not of the cluster.
  const refused = diagnose(manifests.snapshot, { analyzers: [manifestRefused] });
  const { breaks, heals, stays } = compareOutcomes(before, report);
  const diagnoses = [...refused.diagnoses, ...breaks].map((diagnosis, i) => ({ ...diagnosis, rank: i + 1 }));
  const known = new Set(before.unexplained.map(({ rule, resource }) => `${rule} ${JSON.stringify(resource)}`));
  return locateReport(
    {
      ...report,
      tool: { ...report.tool, plugins: plugins.map(({ name, version }) => `${name} ${version}`) },
      diagnoses,
      unexplained: report.unexplained.filter(({ rule, resource }) => !known.has(`${rule} ${JSON.stringify(resource)}`)),
      rules: [...report.rules, manifestRefused.meta].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      manifests: manifests.manifests.length,
      deployment: {
        cluster: cluster.source.name,
        created: rehearsal.created.length,
        updated: rehearsal.updated.length,
        heals,
        stays,
      },
    },
    manifests,
    rehearsal.snapshot,
  );
}

function withoutExternals(analyzer: Analyzer, isExternal: ReturnType<typeof externals>): Analyzer {
  return {
    meta: analyzer.meta,
    *analyze(context) {
      for (const finding of analyzer.analyze(context)) {
        const isMissing = context.snapshot.lookup(finding.subject).state === 'absent';
        if (!isMissing || !isExternal(finding.subject)) yield finding;
      }
    },
  };
}

/** The cluster that the manifests are for: live, or captured. */
async function clusterOf(
  flags: CheckFlags,
  against: string,
  { snapshot }: ManifestSet,
  plugins: readonly Plugin[],
  streams: Streams,
): Promise<Snapshot> {
  if (against !== 'live') return readSnapshot(against, { stdin: streams.stdin });
  const analyzers = [...builtinAnalyzers, ...plugins.flatMap((plugin) => plugin.analyzers)];
  const namespaces = new Set(
    snapshot.kinds().flatMap((kind) => snapshot.list(kind).flatMap(({ metadata }) => metadata.namespace ?? [])),
  );
  const [only] = namespaces;
  const live = await collectLive(
    { flags, kinds: kindsToRead(analyzers), namespaceFor: () => (namespaces.size === 1 ? only : undefined) },
    streams,
  );
  return live.snapshot;
}
