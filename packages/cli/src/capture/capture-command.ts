import { builtinAnalyzers } from '@kroot/analyzers';
import { checkCaptureFile, kindsToRead, loadPlugins, writeCapture, type Capture } from '@kroot/cluster';
import { cleanText } from '@kroot/report';
import { type ConnectionArguments } from '../connection-options.ts';
import { requireName } from '../dns-label.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { collectLive } from '../live/collect-live.ts';
import { type ScopeFlags } from '../options.ts';
import { resourcesToRead } from '../rbac/rbac-command.ts';
import { type Streams } from '../streams.ts';
import { captureScript } from './capture-script.ts';

/** Values of the options of `kroot capture`. */
export interface CaptureFlags extends ScopeFlags, ConnectionArguments {
  readonly output?: string | undefined;
  readonly force?: boolean | undefined;
  readonly logs?: boolean | undefined;
  readonly printScript?: boolean | undefined;
  readonly plugin?: readonly string[] | undefined;
  readonly strict?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** Writes what a diagnosis would look at into a file; prints the name of the file. */
export async function runCapture(flags: CaptureFlags, streams: Streams): Promise<number> {
  const plugins = await loadPlugins(flags.plugin ?? [], streams.cwd);
  if (flags.printScript === true) {
    const namespace = flags.allNamespaces === true ? undefined : flags.namespace;
    if (namespace !== undefined) requireName('--namespace', namespace);
    streams.stdout.write(captureScript({ resources: resourcesToRead(plugins, true).resources, namespace }));
    return EXIT.ok;
  }
  const { force } = flags;
  if (flags.output === '') throw new UsageError('--output takes the name of a file');
  // Better now than after minutes of collecting.
  if (flags.output !== undefined) await checkCaptureFile(flags.output, { force });
  const kinds = kindsToRead([...builtinAnalyzers, ...plugins.flatMap(({ analyzers }) => analyzers)]);
  const { capture, snapshot, interrupted } = await collectLive(
    {
      flags,
      kinds,
      namespaceFor: (current) => (flags.allNamespaces === true ? undefined : (flags.namespace ?? current)),
    },
    streams,
  );
  const file = flags.output ?? fileName(capture);
  await writeCapture(file, capture, { force });
  const gaps = gapsOf(capture, kinds);
  if (flags.quiet !== true) {
    const where = snapshot.source.namespace === undefined ? 'all namespaces' : `namespace ${snapshot.source.namespace}`;
    streams.stderr.write(
      `kroot: ${snapshot.size} objects of ${cleanText(snapshot.source.name)}, ${cleanText(where)}\n`,
    );
    for (const gap of gaps) streams.stderr.write(`kroot: not in it: ${cleanText(gap)}\n`);
    streams.stderr.write('kroot: no value of a Secret is in it; look through the rest before you give it to others\n');
  }
  streams.stdout.write(`${file}\n`);
  if (interrupted) return EXIT.interrupted;
  return flags.strict === true && gaps.length > 0 ? EXIT.incomplete : EXIT.ok;
}

/** `kroot-prod-eu1-20261125T141400Z.kroot.jsonl.gz`: the context could hold anything, a file name must not. */
function fileName({ manifest: { source, now } }: Capture): string {
  const context = source.name
    .replaceAll(/[^\w.-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 100);
  const time = now.replaceAll(/[-:]|\.\d+/g, '');
  return `kroot-${context === '' ? 'cluster' : context}-${time}.kroot.jsonl.gz`;
}

/** One line for each thing that could not be read and that some rule wants to read. */
function gapsOf({ manifest: { coverage } }: Capture, kinds: readonly string[]): readonly string[] {
  const wanted = new Set(kinds);
  return coverage.flatMap((statement) => {
    if ('ref' in statement || statement.state === 'complete' || statement.state === 'api-absent') return [];
    const { kind, namespace, state, reason } = statement;
    if (!wanted.has(kind)) return [];
    const where = namespace === undefined || namespace === '' ? '' : ` in ${namespace}`;
    return [`${kind}${where} (${state.replaceAll('-', ' ')}${reason === undefined ? '' : `: ${reason}`})`];
  });
}
