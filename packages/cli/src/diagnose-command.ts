import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { diagnose, findTarget, worstSeverity } from '@kroot/engine';
import { cleanText, renderJson, renderSarif, renderText } from '@kroot/report';
import { SEVERITIES, type Report, type ResourceRef, type Snapshot } from '@kroot/types';
import { UsageError } from './errors.ts';
import { type DiagnoseFlags } from './options.ts';
import { resolveOutputPolicy } from './output-policy.ts';
import { loadPlugins } from './plugins.ts';
import { type Streams } from './streams.ts';

/** Exit codes of a diagnosis. 2 is for runs that could not be done. */
export const EXIT = { ok: 0, findings: 1, failed: 2, incomplete: 3 } as const;

/** What to diagnose: everything, or one object by kind and name. */
export type Target = { readonly kind: string; readonly name: string } | undefined;

/** Reads, diagnoses, prints; gives the exit code. */
export async function runDiagnose(flags: DiagnoseFlags, asked: Target, streams: Streams): Promise<number> {
  if (flags.allNamespaces && flags.namespace !== undefined) {
    throw new UsageError('--namespace and --all-namespaces exclude each other: give one of them');
  }
  if (flags.contextFile.length === 0) {
    throw new UsageError('no input: live clusters are not supported yet; give captured objects with --context-file FILE (or - for standard input)');
  }
  const plugins = await loadPlugins(flags.plugin, process.cwd());
  const snapshot = await readSnapshot(flags.contextFile, { stdin: streams.stdin });
  if (!flags.quiet) for (const notice of snapshot.notices) streams.stderr.write(`kroot: ${cleanText(notice)}\n`);
  const target = asked === undefined ? undefined : targetOf(snapshot, asked, flags);
  const report = diagnose(snapshot, {
    analyzers: builtinAnalyzers,
    plugins,
    ...(flags.namespace === undefined ? {} : { namespace: flags.namespace }),
    ...(target === undefined ? {} : { target }),
  });
  if (!flags.quiet) {
    for (const { rule, reason } of report.failures) {
      streams.stderr.write(`kroot: analyzer ${cleanText(rule)} failed and was left out: ${cleanText(reason)}\n`);
    }
  }
  streams.stdout.write(render(report, flags, streams));
  return exitCode(report, flags);
}

function targetOf(snapshot: Snapshot, { kind, name }: NonNullable<Target>, flags: DiagnoseFlags): ResourceRef {
  return findTarget(snapshot, kind, name, flags.namespace);
}

function render(report: Report, flags: DiagnoseFlags, streams: Streams): string {
  if (flags.output === 'json') return renderJson(report);
  if (flags.output === 'sarif') return renderSarif(report);
  const policy = resolveOutputPolicy(streams.env, streams.stdout, flags);
  return renderText(report, {
    ...policy,
    details: flags.details,
    showFixes: flags.showFixes,
    showCommands: flags.showCommands,
  });
}

function exitCode(report: Report, { failOn, exitZero, strict }: DiagnoseFlags): number {
  const worst = worstSeverity(report);
  const threshold = exitZero || failOn === 'never' ? -1 : SEVERITIES.indexOf(failOn);
  if (worst !== undefined && SEVERITIES.indexOf(worst) <= threshold) return EXIT.findings;
  const blind = !report.coverage.complete || report.failures.length > 0;
  return strict && blind && worst === undefined ? EXIT.incomplete : EXIT.ok;
}
