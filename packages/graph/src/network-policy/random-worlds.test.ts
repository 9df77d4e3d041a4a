import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { policyConnections, type ConnectionEnd, type PolicyConnection } from './connections.ts';
import { naiveAllows, type NaiveEnd } from './naive-evaluator.test.support.ts';
import { policyVerdict } from './policy-verdict.ts';
import { hasPort } from './port-set.ts';
import { randomWorld, type RandomWorld } from './random-world.test.support.ts';
import { type Verdict } from './verdict.ts';

/** `pnpm run policy-worlds` is the long run. */
const WORLDS = Number(process.env['KROOT_WORLDS'] ?? 3000);
const PORTS = [78, 79, 80, 81, 82, 83, 84] as const;
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

interface Check {
  readonly from: NaiveEnd;
  readonly to: NaiveEnd;
  readonly port: number;
  readonly protocol: string;
}

/** Every pair of ends that is a connection of some pod, with a few ports in turn. */
function* checks({ pods, outside }: RandomWorld, seed: number): Iterable<Check> {
  const ends: readonly NaiveEnd[] = [...pods, ...outside.map((ip) => ({ ip }))];
  let turn = seed;
  for (const from of ends) {
    for (const to of ends) {
      if (from === to || ('ip' in from && 'ip' in to)) continue;
      turn += 1;
      yield { from, to, port: PORTS[turn % PORTS.length] ?? 80, protocol: PROTOCOLS[turn % 3] ?? 'TCP' };
      yield { from, to, port: 80, protocol: 'TCP' };
    }
  }
}

const nameOf = (end: NaiveEnd): string => ('ip' in end ? end.ip : `${end.metadata.namespace}/${end.metadata.name}`);

describe('the engine agrees with a naive evaluator', () => {
  it(`on single connections in ${WORLDS} random worlds`, { timeout: 3_600_000 }, () => {
    const seen = { yes: 0, no: 0, unknown: 0 };
    const wrong: string[] = [];
    for (let seed = 0; seed < WORLDS; seed += 1) {
      const world = randomWorld(seed);
      const snapshot = snapshotOf(world.objects);
      for (const check of checks(world, seed)) {
        const verdict = policyVerdict(snapshot, check);
        seen[verdict.allowed] += 1;
        if (!isRight(verdict, world, check)) wrong.push(`world ${seed}: ${describeCheck(check)}: ${verdict.allowed}`);
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    // A comparison that only ever met one answer would prove little.
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(WORLDS);
    expect(seen.unknown).toBeLessThan(seen.no / 20);
  });

  it(`on whole tables of connections in ${Math.ceil(WORLDS / 10)} of them`, { timeout: 3_600_000 }, () => {
    const wrong: string[] = [];
    let compared = 0;
    for (let seed = 0; seed < WORLDS / 10; seed += 1) {
      const whole = randomWorld(seed);
      // In a closed world a namespace that is not there has no labels but its name.
      const objects = whole.objects.filter(({ kind }, at) => kind !== 'Namespace' || at % 3 !== seed % 3);
      const rows = [...policyConnections(snapshotOf(objects), { closedWorld: true })];
      for (const check of checks(whole, seed)) {
        const { port, protocol } = check;
        const found = rows.filter(({ src, dst }) => isEnd(src, check.from) && isEnd(dst, check.to));
        const open = found.some(({ allowed }) => hasPort(allowed, protocol, port));
        if (isLeftOut(check, rows) || found.some(({ unknown }) => hasPort(unknown, protocol, port))) continue;
        compared += 1;
        if (either(objects, check).some((answer) => answer !== open))
          wrong.push(`world ${seed}: ${describeCheck(check)}`);
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(compared).toBeGreaterThan(WORLDS);
  });
});

/** The naive answer, whichever way network plugins take blocks for pods. */
function either(objects: RandomWorld['objects'], check: Check): readonly boolean[] {
  return [false, true].map((blocksHoldPods) => naiveAllows(objects, check, blocksHoldPods));
}

function isRight({ allowed, blockedBy, allowedBy }: Verdict, world: RandomWorld, check: Check): boolean {
  if (allowed === 'unknown') return mayDepend(world, check) && allowedBy.length === 0;
  if ((allowed === 'no') !== blockedBy.length > 0 || (allowed === 'no' && allowedBy.length > 0)) return false;
  return either(world.objects, check).every((answer) => answer === (allowed === 'yes'));
}

function describeCheck({ from, to, port, protocol }: Check): string {
  return `${nameOf(from)} to ${nameOf(to)} ${protocol}/${port}`;
}

/** The table of a cluster without IPv6 does not speak of it. */
function isLeftOut({ from, to }: Check, rows: readonly PolicyConnection[]): boolean {
  const isAsked = [from, to].some((end) => 'ip' in end && end.ip.includes(':'));
  return isAsked && !rows.some(({ src, dst }) => [src, dst].some((end) => end.kind === 'ip' && end.from.includes(':')));
}

/** A block names the pod at the other end, or its address is in one. */
function mayDepend({ objects }: RandomWorld, { from, to }: Check): boolean {
  return !('ip' in from) && !('ip' in to) && JSON.stringify(objects).includes('ipBlock');
}

function isEnd(end: ConnectionEnd, asked: NaiveEnd): boolean {
  if (end.kind === 'workload')
    return !('ip' in asked) && end.name === asked.metadata.name && end.ns === asked.metadata.namespace;
  return 'ip' in asked && isBetween(asked.ip, end.from, end.to);
}

function isBetween(ip: string, from: string, to: string): boolean {
  if (ip.includes(':') !== from.includes(':')) return false;
  const [value, first, last] = [ip, from, to].map((text) => numberOf(text));
  return value !== undefined && first !== undefined && last !== undefined && first <= value && value <= last;
}

function numberOf(text: string): bigint {
  if (!text.includes(':')) return BigInt(text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0));
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}
