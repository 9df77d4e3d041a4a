import { policyNotes } from '@kroot/engine';
import { diffConnections, formatPortSet, isNoPorts, type ConnectionChange } from '@kroot/graph';
import { cleanJson, cleanText } from '@kroot/report';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { resolveOutputPolicy } from '../output-policy.ts';
import { type Streams } from '../streams.ts';
import { csvRow } from './csv.ts';
import { endText } from './end-text.ts';
import { type NetpolDiffFlags } from './netpol-flags.ts';
import { fromFiles } from './policy-input.ts';
import { portsJson } from './ports-json.ts';
import { hanging, wordsInLines } from './words-in-lines.ts';

/** Prints the connections that are open in one input and not in the other; like diff, it ends with 1 where there are any. */
export async function runNetpolDiff(
  flags: NetpolDiffFlags,
  before: string,
  after: string,
  streams: Streams,
): Promise<number> {
  if (before === '-' && after === '-') throw new UsageError('only one of the two can be standard input');
  const inputs = [await fromFiles([before], flags, streams), await fromFiles([after], flags, streams)] as const;
  const [older, newer] = inputs;
  if (flags.quiet !== true) {
    for (const { snapshot } of inputs)
      for (const notice of snapshot.notices) streams.stderr.write(`kroot: ${cleanText(notice)}\n`);
  }
  const changes = diffConnections(older.snapshot, newer.snapshot, { before: older, after: newer });
  const notes = [...new Set(inputs.flatMap((input) => policyNotes(input)))];
  const { stdout } = streams;
  if (flags.output === 'text') {
    const { width } = resolveOutputPolicy(streams.env, stdout, {});
    for (const line of textLines(changes, notes, width)) stdout.write(`${line}\n`);
  } else {
    stdout.write(flags.output === 'json' ? json(changes) : csv(changes));
    if (flags.quiet !== true) for (const note of notes) streams.stderr.write(`kroot: ${cleanText(note)}\n`);
  }
  return changes.length === 0 ? EXIT.ok : EXIT.findings;
}

function json(changes: readonly ConnectionChange[]): string {
  const rows = changes.map(({ src, dst, before, after, added, removed, workload }) => ({
    src,
    dst,
    before: portsJson(before),
    after: portsJson(after),
    added: portsJson(added),
    removed: portsJson(removed),
    ...(workload !== undefined && { workload }),
  }));
  return `${cleanJson(JSON.stringify(rows, null, 2))}\n`;
}

function csv(changes: readonly ConnectionChange[]): string {
  const rows = changes.map(({ src, dst, before, after, workload = '' }) =>
    csvRow([endText(src), endText(dst), formatPortSet(before), formatPortSet(after), workload]),
  );
  return [csvRow(['src', 'dst', 'before', 'after', 'workload']), ...rows].join('');
}

function* textLines(changes: readonly ConnectionChange[], notes: readonly string[], width: number): Iterable<string> {
  if (changes.length === 0) yield 'The same connections are open.';
  for (const change of changes) {
    yield* hanging('', '  ', cleanText(`${endText(change.src)} to ${endText(change.dst)}${remark(change)}`), width);
    if (!isNoPorts(change.added)) yield* hanging('  + ', '    ', formatPortSet(change.added), width);
    if (!isNoPorts(change.removed)) yield* hanging('  - ', '    ', formatPortSet(change.removed), width);
  }
  yield '';
  for (const note of notes) yield* wordsInLines(cleanText(note), width);
}

function remark({ workload }: ConnectionChange): string {
  return workload === undefined ? '' : ` (${workload === 'new' ? 'new' : 'gone'} workload)`;
}
