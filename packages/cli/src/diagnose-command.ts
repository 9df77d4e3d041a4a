import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { diagnose, findTarget, worstSeverity } from '@kroot/engine';
import { cleanText, renderJson, renderSarif, renderText } from '@kroot/report';
import { SEVERITIES, type Report } from '@kroot/types';
import { UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { requireNamespace } from './namespace.ts';
import { type DiagnoseFlags } from './options.ts';
import { resolveOutputPolicy } from './output-policy.ts';
import { loadPlugins } from './plugins.ts';
import { type Streams } from './streams.ts';
import { type Target } from './target.ts';

/** Reads, diagnoses, prints; gives the exit code. */
export async function runDiagnose(flags: DiagnoseFlags, asked: Target | undefined, streams: Streams): Promise<number> {
  const files = flags.contextFile ?? [];
  if (files.length === 0) {
    throw new UsageError(
      'no input: give captured objects with --context-file FILE (- for standard input); live clusters cannot be read yet',
    );
  }
  // As in kubectl, -A wins. An object that was asked for by its full name is in the namespace of that name.
  const namespace = asked?.namespace ?? (flags.allNamespaces === true ? undefined : flags.namespace);
  const plugins = await loadPlugins(flags.plugin ?? [], streams.cwd);
  const snapshot = await readSnapshot(files, { stdin: streams.stdin });
  if (flags.quiet !== true)
    for (const notice of snapshot.notices) streams.stderr.write(`kroot: ${cleanText(notice)}\n`);
  if (namespace !== undefined) requireNamespace(snapshot, namespace);
  const target = asked === undefined ? undefined : findTarget(snapshot, asked.kind, asked.name, namespace);
  const report = diagnose(snapshot, {
    analyzers: builtinAnalyzers,
    plugins,
    ...(namespace === undefined ? {} : { namespace }),
    ...(target === undefined ? {} : { target }),
  });
  if (flags.quiet !== true) {
    for (const { rule, reason } of report.failures) {
      streams.stderr.write(`kroot: analyzer ${cleanText(rule)} failed and was left out: ${cleanText(reason)}\n`);
    }
  }
  streams.stdout.write(render(report, flags, streams));
  return exitCode(report, flags);
}

function render(report: Report, flags: DiagnoseFlags, streams: Streams): string {
  if (flags.output === 'json') return renderJson(report);
  if (flags.output === 'sarif') return renderSarif(report);
  const policy = resolveOutputPolicy(streams.env, streams.stdout, flags);
  return renderText(report, {
    ...policy,
    details: flags.details === true,
    showFixes: flags.showFixes,
    showCommands: flags.showCommands === true,
  });
}

function exitCode(report: Report, { failOn, exitZero, strict }: DiagnoseFlags): number {
  const worst = worstSeverity(report);
  const threshold = exitZero === true || failOn === 'never' ? -1 : SEVERITIES.indexOf(failOn);
  if (worst !== undefined && SEVERITIES.indexOf(worst) <= threshold) return EXIT.findings;
  const blind = !report.coverage.complete || report.failures.length > 0;
  return strict === true && blind && worst === undefined ? EXIT.incomplete : EXIT.ok;
}
