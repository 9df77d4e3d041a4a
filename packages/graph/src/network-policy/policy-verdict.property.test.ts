import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { policyVerdict } from './policy-verdict.ts';
import { randomWorld } from './random-world.test.support.ts';

describe('NetworkPolicies only add up', () => {
  it('one more policy never closes what a policy had opened', () => {
    let seen = 0;
    const closed: string[] = [];
    for (let seed = 0; seed < 2000; seed += 1) {
      const { objects, pods } = randomWorld(seed);
      const [last, ...policies] = objects.filter(({ kind }) => kind === 'NetworkPolicy');
      const rest = objects.filter(({ kind }) => kind === 'Namespace' || kind === 'Pod');
      if (last === undefined) continue;
      const [fewer, more] = [snapshotOf([...rest, ...policies]), snapshotOf([...rest, last, ...policies])];
      for (const [from, to] of pods.flatMap((a) => pods.map((b) => [a, b] as const))) {
        for (const protocol of ['TCP', 'UDP', 'SCTP']) {
          const flow = { from, to, port: 80, protocol };
          const before = policyVerdict(fewer, flow);
          // Only where both sides are isolated already: a first policy isolates.
          if (before.allowed !== 'yes' || new Set(before.allowedBy.map(({ direction }) => direction)).size < 2)
            continue;
          seen += 1;
          if (policyVerdict(more, flow).allowed !== 'yes')
            closed.push(`world ${seed} ${from.metadata.name} ${protocol}`);
        }
      }
    }
    expect(closed).toEqual([]);
    expect(seen).toBeGreaterThan(100);
  });
});
