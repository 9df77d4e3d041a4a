import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { policyConnections, type ConnectionEnd } from './connections.ts';
import { naiveAllows, type NaiveEnd } from './naive-evaluator.test.support.ts';
import { policyVerdict } from './policy-verdict.ts';
import { hasPort } from './port-set.ts';
import { randomWorld, type RandomWorld } from './random-world.test.support.ts';

/** `KROOT_WORLDS=100000 vitest …` for a long run. */
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
    for (let seed = 0; seed < WORLDS; seed += 1) {
      const world = randomWorld(seed);
      const snapshot = snapshotOf(world.objects);
      for (const check of checks(world, seed)) {
        const { allowed, blockedBy, allowedBy } = policyVerdict(snapshot, check);
        seen[allowed] += 1;
        const either = [naiveAllows(world.objects, check, false), naiveAllows(world.objects, check, true)];
        const told = `world ${seed}: ${nameOf(check.from)} to ${nameOf(check.to)} ${check.protocol}/${check.port}`;
        // Whether blocks hold pods is left to plugins: unknown is right only where that could matter.
        if (allowed === 'unknown') expect(mayDepend(world, check), told).toBe(true);
        else expect([told, ...either]).toEqual([told, allowed === 'yes', allowed === 'yes']);
        if (allowed === 'no') expect(blockedBy.length, told).toBeGreaterThan(0);
        if (allowed !== 'yes') expect(allowedBy, told).toEqual([]);
      }
    }
    if (WORLDS > 10_000) process.stdout.write(`${JSON.stringify(seen)}\n`);
    // A comparison that only ever met one answer would prove little.
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(WORLDS);
  });

  it(`on whole tables of connections in ${Math.ceil(WORLDS / 10)} of them`, { timeout: 3_600_000 }, () => {
    for (let seed = 0; seed < WORLDS / 10; seed += 1) {
      const whole = randomWorld(seed);
      // In a closed world a namespace that is not there has no labels but its name.
      const world = {
        ...whole,
        objects: whole.objects.filter(({ kind }, at) => kind !== 'Namespace' || at % 3 !== seed % 3),
      };
      const rows = [...policyConnections(snapshotOf(world.objects), { closedWorld: true })];
      for (const { from, to, port, protocol } of checks(world, seed)) {
        const found = rows.filter(({ src, dst }) => isEnd(src, from) && isEnd(dst, to));
        const open = found.some(({ allowed }) => hasPort(allowed, protocol, port));
        const doubtful = found.some(({ unknown }) => hasPort(unknown, protocol, port));
        const either = [
          naiveAllows(world.objects, { from, to, port, protocol }, false),
          naiveAllows(world.objects, { from, to, port, protocol }, true),
        ];
        const told = `world ${seed}: ${nameOf(from)} to ${nameOf(to)} ${protocol}/${port}`;
        // The table of a cluster without IPv6 does not speak of it.
        const isLeftOut =
          [from, to].some((end) => 'ip' in end && end.ip.includes(':')) &&
          !rows.some(({ src, dst }) => [src, dst].some((end) => end.kind === 'ip' && end.from.includes(':')));
        if (!doubtful && !isLeftOut) expect([told, ...either]).toEqual([told, open, open]);
      }
    }
  });
});

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
