import { askedPort, flowEnds, policyNotes } from '@kroot/engine';
import {
  explainFlow,
  formatPortSet,
  type AskedPort,
  type FlowExplanation,
  type PolicyStep,
  type SideExplanation,
} from '@kroot/graph';
import { cleanJson, cleanText } from '@kroot/report';
import { formatRef } from '@kroot/types';
import { EXIT } from '../exit-codes.ts';
import { resolveOutputPolicy } from '../output-policy.ts';
import { type Streams } from '../streams.ts';
import { changeJson, changesInLines } from './change-lines.ts';
import { type NetpolExplainFlags } from './netpol-flags.ts';
import { policyInput, type PolicyInput } from './policy-input.ts';
import { portsJson } from './ports-json.ts';
import { hanging, wordsInLines } from './words-in-lines.ts';

/** A connection as the user wrote it. */
export interface AskedConnection {
  readonly src: string;
  readonly dst: string;
  readonly port?: string | undefined;
}

/** Says which rules decide about a connection; ends with 1 where it is refused. */
export async function runNetpolExplain(
  flags: NetpolExplainFlags,
  { src, dst, port: text }: AskedConnection,
  streams: Streams,
): Promise<number> {
  const port = text === undefined ? undefined : askedPort(text);
  const input = await policyInput(flags, streams);
  const explanations = flowsBetween(src, dst, port, input);
  const notes = policyNotes(input);
  if (flags.output === 'json') streams.stdout.write(json(explanations, port, notes));
  else {
    const { width } = resolveOutputPolicy(streams.env, streams.stdout, {});
    const lines = explanations.flatMap((explanation) => [...textLines(explanation, port, width), '']);
    const remarks = notes.flatMap((note) => wordsInLines(cleanText(note), width));
    streams.stdout.write(`${[...lines, ...remarks].join('\n')}\n`);
  }
  if (input.interrupted) return EXIT.interrupted;
  return explanations.some(({ answer }) => answer === 'no') ? EXIT.findings : EXIT.ok;
}

/** Pods of one workload that policies tell apart are explained one by one. */
function flowsBetween(
  src: string,
  dst: string,
  port: AskedPort | undefined,
  input: PolicyInput,
): readonly FlowExplanation[] {
  const from = flowEnds(src, input);
  const to = flowEnds(dst, input);
  return from.ends.flatMap((source) =>
    to.ends.map((destination) =>
      explainFlow(
        input.snapshot,
        { from: source, to: destination, ...(port !== undefined && { port }) },
        { closedWorld: input.closedWorld },
      ),
    ),
  );
}

const WORDS = { yes: 'allowed', no: 'refused', unknown: 'cannot be told' } as const;

function* textLines(explanation: FlowExplanation, port: AskedPort | undefined, width: number): Iterable<string> {
  const { from, to, answer, reason, sides, open, doubtful, changes } = explanation;
  const what = port === undefined ? '' : ` ${port.protocol} ${port.port}`;
  const verdict = port === undefined && answer === 'yes' ? formatPortSet(open) : WORDS[answer];
  yield* hanging('', '  ', cleanText(`${from} to ${to}${what}: ${verdict}`), width);
  if (port === undefined && answer === 'unknown') yield* hanging('  ', '  ', formatPortSet(doubtful), width);
  if (reason !== undefined) yield* hanging('  ', '  ', cleanText(reason), width);
  if (sides.length === 0 && reason === undefined) yield '  a pod always reaches itself';
  for (const side of sides) yield* sideLines(side, port, width);
  yield* changesInLines(changes, width);
}

function* sideLines(side: SideExplanation, port: AskedPort | undefined, width: number): Iterable<string> {
  const verdict = port === undefined ? formatPortSet(side.open) : WORDS[side.answer];
  yield '';
  yield* hanging('', '  ', cleanText(`${side.direction} of ${side.end}: ${verdict}`), width);
  if (side.reason !== undefined) yield* hanging('  ', '  ', cleanText(side.reason), width);
  else if (side.policies.length === 0) yield '  no policy is about it';
  for (const step of side.policies) {
    yield* hanging(`  ${markOf(step, side)} `, '    ', cleanText(formatRef(step.policy)), width);
    yield* hanging('    ', '    ', cleanText(`for ${step.selects}`), width);
    yield* hanging('    ', '      ', cleanText(step.detail), width);
  }
}

/** That one policy does not allow what another does is nothing to worry about. */
function markOf({ outcome }: PolicyStep, { answer }: SideExplanation): string {
  return outcome === 'misses' && answer === 'yes' ? '.' : MARKS[outcome];
}

const MARKS: Readonly<Record<PolicyStep['outcome'], string>> = {
  allows: '+',
  denies: '-',
  misses: '-',
  passes: '>',
  silent: '.',
  unknown: '?',
  'not-asked': '.',
};

function json(explanations: readonly FlowExplanation[], port: AskedPort | undefined, notes: readonly string[]): string {
  const flows = explanations.map(({ from, to, answer, reason, sides, open, doubtful, changes }) => ({
    from,
    to,
    ...(port !== undefined && { protocol: port.protocol, port: port.port }),
    answer,
    ...(reason !== undefined && { reason }),
    open: portsJson(open),
    unknown: portsJson(doubtful),
    sides: sides.map((side) => ({
      direction: side.direction,
      end: side.end,
      answer: side.answer,
      ...(side.reason !== undefined && { reason: side.reason }),
      open: portsJson(side.open),
      policies: side.policies.map(({ policy, ...step }) => ({ policy: formatRef(policy), ...step })),
    })),
    changes: changes.map((change) => changeJson(change)),
  }));
  return `${cleanJson(JSON.stringify({ flows, notes }, null, 2))}\n`;
}
