import { pathGoal, pathStart, policyNotes } from '@kroot/engine';
import { requestPaths, type HopKind, type HopState, type PathHop, type RequestPath } from '@kroot/graph';
import { cleanJson, cleanText } from '@kroot/report';
import { EXIT } from '../exit-codes.ts';
import { changeJson, changesInLines } from '../netpol/change-lines.ts';
import { policyInput } from '../netpol/policy-input.ts';
import { hanging, wordsInLines } from '../netpol/words-in-lines.ts';
import { resolveOutputPolicy } from '../output-policy.ts';
import { type Streams } from '../streams.ts';
import { type AskedPath, type PathFlags } from './path-flags.ts';

/** What decides about requests besides policies and the ends of connections. */
const KINDS: readonly string[] = [
  'EndpointSlice',
  'Endpoints',
  'Ingress',
  'IngressClass',
  ...['Gateway', 'HTTPRoute', 'GRPCRoute'].map((kind) => `${kind}.gateway.networking.k8s.io`),
];

/** Follows a request hop by hop; ends with 1 where it does not get through. */
export async function runPath(flags: PathFlags, { from, to }: AskedPath, streams: Streams): Promise<number> {
  const input = await policyInput(flags, streams, KINDS);
  const start = pathStart(from, input);
  const paths = requestPaths(input, { from: start, to: pathGoal(to, start, input) });
  const notes = policyNotes(input);
  if (flags.output === 'json') streams.stdout.write(json(paths, notes));
  else {
    const { width } = resolveOutputPolicy(streams.env, streams.stdout, {});
    const lines = paths.flatMap((path) => [...pathLines(path, width), '']);
    const remarks = notes.flatMap((note) => wordsInLines(cleanText(note), width));
    streams.stdout.write(`${[...lines, ...remarks].join('\n')}\n`);
  }
  if (input.interrupted) return EXIT.interrupted;
  return paths.some(({ state }) => state === 'broken') ? EXIT.findings : EXIT.ok;
}

/** What a hop is called. */
const NAMES: Readonly<Record<HopKind, string>> = {
  class: 'class',
  controller: 'controller',
  entry: 'way in',
  route: 'route',
  name: 'name',
  service: 'Service',
  node: 'node',
  endpoints: 'endpoints',
  pods: 'pods',
  egress: 'egress policies',
  ingress: 'ingress policies',
  port: 'port',
  outside: 'outside',
};

const MARKS: Readonly<Record<HopState, string>> = { ok: '+', broken: '-', unknown: '?' };

function* pathLines({ from, to, hops, state, brokenAt }: RequestPath, width: number): Iterable<string> {
  const first = brokenAt === undefined ? undefined : hops[brokenAt];
  yield* hanging('', '  ', cleanText(`${from} to ${to}: ${verdict(state, first)}`), width);
  for (const hop of hops) {
    yield* hanging(`  ${MARKS[hop.state]} `, '      ', cleanText(`${NAMES[hop.hop]}: ${hop.at}`), width);
    yield* hanging('      ', '      ', cleanText(hop.detail), width);
  }
  yield* changesInLines(
    hops.flatMap(({ changes }) => changes),
    width,
  );
}

function verdict(state: HopState, first: PathHop | undefined): string {
  if (first !== undefined) return `broken at ${NAMES[first.hop]} (${first.at})`;
  return state === 'ok' ? 'gets through' : 'nothing is known to be broken, but not every hop can be told';
}

function json(paths: readonly RequestPath[], notes: readonly string[]): string {
  const made = paths.map(({ from, to, state, hops, brokenAt }) => ({
    from,
    to,
    state,
    ...(brokenAt !== undefined && { brokenAt }),
    hops: hops.map(({ changes, ...hop }) => ({ ...hop, changes: changes.map((change) => changeJson(change)) })),
  }));
  return `${cleanJson(JSON.stringify({ paths: made, notes }, null, 2))}\n`;
}
