import { formatRef } from '@kroot/types';
import { engineFor } from '../network-policy/connections.ts';
import { endOf } from '../network-policy/ends.ts';
import {
  explainFlow,
  type AskedEnd,
  type FlowExplanation,
  type PolicyStep,
  type SideExplanation,
} from '../network-policy/flow-explanation.ts';
import { type PolicyChange } from '../network-policy/smallest-change.ts';
import { type Answer, type Direction } from '../network-policy/verdict.ts';
import { inShort, type HopState, type PathHop, type PathTarget, type World } from './path-hop.ts';

const MAX_TARGETS = 50;
const MAX_SOURCES = 10;
const MAX_POLICIES = 3;

/** What the policies at both ends say: those of the sources, then those of the targets. */
export function policyHops(
  world: World,
  sources: readonly AskedEnd[],
  targets: readonly PathTarget[],
): readonly [PathHop, PathHop] {
  const pairs = sources
    .slice(0, MAX_SOURCES)
    .flatMap((from) => distinctTargets(world, targets).map((group) => pairOf(world, from, group)));
  return [hopOf('Egress', pairs), hopOf('Ingress', pairs)];
}

interface Group {
  readonly target: PathTarget;
  count: number;
}

/** Targets that policies cannot tell apart are asked about once. */
function distinctTargets({ snapshot, closedWorld }: World, targets: readonly PathTarget[]): readonly Group[] {
  const engine = engineFor(snapshot, closedWorld);
  const groups = new Map<string, Group>();
  for (const target of targets) {
    const end = endOf(snapshot, target.end);
    const who = end.type === 'pod' ? `${engine.classOf(end.pod).id} ${end.pod.spec.nodeName ?? ''}` : end.text;
    const key = `${who} ${target.protocol} ${target.port}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { target, count: 1 });
    else known.count += 1;
  }
  return [...groups.values()].slice(0, MAX_TARGETS);
}

interface Pair {
  readonly explanation: FlowExplanation;
  readonly count: number;
}

function pairOf({ snapshot, closedWorld }: World, from: AskedEnd, { target, count }: Group): Pair {
  const { port, protocol, end, text } = target;
  const to: AskedEnd = text === undefined ? { end } : { end, text };
  return { explanation: explainFlow(snapshot, { from, to, port: { port, protocol } }, { closedWorld }), count };
}

function hopOf(direction: Direction, pairs: readonly Pair[]): PathHop {
  const asked = pairs.map(({ explanation, count }) => {
    const side = explanation.sides.find((each) => each.direction === direction);
    return { explanation, count, side, answer: side?.answer ?? (explanation.reason === undefined ? 'yes' : 'unknown') };
  });
  const state = stateOf(asked.map(({ answer }) => answer));
  const told = asked.find(({ answer }) => STATES[answer] === state);
  const total = sum(asked.map(({ count }) => count));
  const refused = sum(asked.map(({ count, answer }) => (answer === 'no' ? count : 0)));
  const partly = refused > 0 && refused < total ? `refused for ${refused} of ${total} endpoints: ` : '';
  const ends = asked.map(({ explanation }) => (direction === 'Egress' ? explanation.from : explanation.to));
  return {
    hop: direction === 'Egress' ? 'egress' : 'ingress',
    at: inShort(ends, 2),
    state,
    detail: `${partly}${told === undefined ? 'nobody is asked' : sideWords(told.side, told.explanation)}`,
    changes: distinctChanges(
      asked.flatMap(({ explanation }) => explanation.changes).filter((change) => change.direction === direction),
    ),
  };
}

const STATES: Readonly<Record<Answer, HopState>> = { yes: 'ok', no: 'broken', unknown: 'unknown' };

function stateOf(answers: readonly Answer[]): HopState {
  if (answers.includes('no')) return 'broken';
  return answers.includes('unknown') ? 'unknown' : 'ok';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** What the policies of one side say, in one line. */
export function sideWords(side: SideExplanation | undefined, explanation: Pick<FlowExplanation, 'reason'>): string {
  if (side === undefined) return explanation.reason ?? 'a pod always reaches itself';
  if (side.reason !== undefined) return side.reason;
  if (side.policies.length === 0) return 'no policy is about it';
  const steps = telling(side);
  return steps.length === 0
    ? 'no policy refuses it'
    : inShort(
        steps.map(({ policy, detail }) => `${formatRef(policy)}: ${detail}`),
        MAX_POLICIES,
      );
}

function telling({ answer, policies }: SideExplanation): readonly PolicyStep[] {
  const having = (outcome: PolicyStep['outcome']): readonly PolicyStep[] =>
    policies.filter((step) => step.outcome === outcome);
  if (answer === 'yes') return having('allows').slice(0, 1);
  if (answer === 'unknown') return having('unknown').slice(0, 1);
  const denies = having('denies');
  return denies.length > 0 ? denies.slice(0, 1) : having('misses');
}

/** Each change once. */
export function distinctChanges(changes: readonly PolicyChange[]): readonly PolicyChange[] {
  return [...new Map(changes.map((change) => [JSON.stringify([change.policy, change.patch]), change])).values()];
}
