import { policyNotes } from '@kroot/engine';
import { formatPortSet, isNoPorts, policyConnections, type ConnectionEnd, type PolicyConnection } from '@kroot/graph';
import { cleanJson, cleanText } from '@kroot/report';
import { EXIT } from '../exit-codes.ts';
import { resolveOutputPolicy } from '../output-policy.ts';
import { type Streams } from '../streams.ts';
import { csvRow } from './csv.ts';
import { endText } from './end-text.ts';
import { type NetpolFlags } from './netpol-flags.ts';
import { policyInput } from './policy-input.ts';
import { portsJson } from './ports-json.ts';
import { wordsInLines } from './words-in-lines.ts';

/** Prints every connection that policies allow. */
export async function runNetpolList(flags: NetpolFlags, streams: Streams): Promise<number> {
  const input = await policyInput(flags, streams);
  const rows = policyConnections(input.snapshot, input);
  const notes = policyNotes(input);
  const { stdout } = streams;
  if (flags.output === 'text') {
    const { width } = resolveOutputPolicy(streams.env, stdout, {});
    for (const line of textLines(rows, notes, width)) stdout.write(`${line}\n`);
  } else {
    if (flags.output === 'json') writeJson(rows, streams);
    else writeCsv(rows, streams);
    if (flags.quiet !== true) for (const note of notes) streams.stderr.write(`kroot: ${cleanText(note)}\n`);
  }
  return input.interrupted ? EXIT.interrupted : EXIT.ok;
}

/** One connection a line: of a large cluster there are more than fit into one text. */
function writeJson(rows: Iterable<PolicyConnection>, { stdout }: Streams): void {
  let before = '[\n';
  for (const { src, dst, allowed, partly, unknown, reason } of rows) {
    const row = {
      src,
      dst,
      allowed: portsJson(allowed),
      ...(isNoPorts(partly) ? {} : { partly: portsJson(partly) }),
      ...(isNoPorts(unknown) ? {} : { unknown: portsJson(unknown), reason }),
    };
    stdout.write(`${before}${cleanJson(JSON.stringify(row))}`);
    before = ',\n';
  }
  stdout.write(before === '[\n' ? '[]\n' : '\n]\n');
}

function writeCsv(rows: Iterable<PolicyConnection>, { stdout }: Streams): void {
  stdout.write(csvRow(['src', 'dst', 'allowed', 'partly', 'unknown', 'reason']));
  for (const { src, dst, allowed, partly, unknown, reason = '' } of rows) {
    const ports = [allowed, partly, unknown].map((set) => (isNoPorts(set) ? '' : formatPortSet(set)));
    stdout.write(csvRow([endText(src), endText(dst), ...ports, reason]));
  }
}

function* textLines(rows: Iterable<PolicyConnection>, notes: readonly string[], width: number): Iterable<string> {
  let group: PolicyConnection[] = [];
  let any = false;
  for (const row of rows) {
    any = true;
    const [first] = group;
    if (first !== undefined && headingOf(first) !== headingOf(row)) {
      yield* groupLines(group, width);
      group = [];
    }
    group.push(row);
  }
  yield* groupLines(group, width);
  if (!any) yield 'Nothing may connect to anything.';
  yield '';
  for (const note of notes) yield* wordsInLines(cleanText(note), width);
}

/** Who comes from outside is told under the workload that it comes to. */
function headingOf({ src, dst }: PolicyConnection): string {
  return src.kind === 'ip' ? `${endText(dst)} from outside` : `${endText(src)} to`;
}

function* groupLines(rows: readonly PolicyConnection[], width: number): Iterable<string> {
  const [first] = rows;
  if (first === undefined) return;
  yield cleanText(headingOf(first));
  const others = rows.map((row) => cleanText(endText(otherEnd(row))));
  const column = Math.min(Math.max(...others.map(({ length }) => length)), 48);
  for (const [at, row] of rows.entries()) {
    const other = others[at] ?? '';
    const [line = '', ...more] = describe(row).flatMap((text) => wordsInLines(text, Math.max(20, width - column - 4)));
    const indent = ' '.repeat(column + 4);
    if (other.length > column) {
      yield `  ${other}`;
      yield `${indent}${line}`;
    } else yield `  ${other.padEnd(column)}  ${line}`;
    for (const next of more) yield `${indent}${next}`;
  }
}

function otherEnd({ src, dst }: PolicyConnection): ConnectionEnd {
  return src.kind === 'ip' ? src : dst;
}

function describe({ allowed, partly, unknown, reason }: PolicyConnection): readonly string[] {
  return [
    ...(isNoPorts(allowed) ? [] : [formatPortSet(allowed)]),
    ...(isNoPorts(partly) ? [] : [`not between all their pods: ${formatPortSet(partly)}`]),
    ...(isNoPorts(unknown)
      ? []
      : [`cannot be told: ${formatPortSet(unknown)}${reason === undefined ? '' : ` (${cleanText(reason)})`}`]),
  ];
}
