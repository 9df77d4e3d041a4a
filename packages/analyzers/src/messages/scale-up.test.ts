import { describe, expect, test } from 'vitest';
import { nominatedClaim, readKarpenterRefusal, readNoScaleUp } from './scale-up.ts';

describe('readNoScaleUp', () => {
  test.each([
    ["pod didn't trigger scale-up: 1 max node group size reached, 2 Insufficient cpu", 'at-limit'],
    ["pod didn't trigger scale-up: 1 max cluster cpu limit reached", 'at-limit'],
    ["pod didn't trigger scale-up: 1 in backoff after failed scale-up, 1 max node group size reached", 'backoff'],
    ["pod didn't trigger scale-up (it wouldn't fit if a new node is added): 2 Insufficient cpu", 'no-fit'],
    ["pod didn't trigger scale-up:", 'no-fit'],
    ['pod triggered scale-up: [{pool 1->2 (max: 3)}]', undefined],
  ])('%s', (message, expected) => {
    expect(readNoScaleUp(message)).toBe(expected);
  });
});

describe('readKarpenterRefusal', () => {
  test.each([
    [
      'Failed to schedule pod, incompatible with nodepool "default", daemonset overhead={"cpu":"210m"}, no instance type satisfied resources {"cpu":"97"} and requirements',
      { pools: ['default'], lacks: 'instance-types' },
    ],
    [
      'Failed to schedule pod, incompatible with nodepool, daemonset overhead={"cpu":"100m"}, no instance type satisfied resources NodePool="gpu"',
      { pools: ['gpu'], lacks: 'instance-types' },
    ],
    [
      'Failed to schedule pod, all available instance types exceed limits for nodepool: "default"',
      { pools: ['default'], lacks: 'limits' },
    ],
    [
      'Failed to schedule pod, incompatible with nodepool "b", did not tolerate taint x; incompatible with nodepool "a", incompatible requirements, key zone',
      { pools: ['a', 'b'], lacks: 'neither' },
    ],
    ['0/3 nodes are available: 3 Insufficient cpu.', undefined],
  ])('%s', (message, expected) => {
    expect(readKarpenterRefusal(message)).toEqual(expected);
  });
});

test('nominatedClaim', () => {
  expect(nominatedClaim('Pod should schedule on: nodeclaim/default-x7k2p')).toBe('default-x7k2p');
  expect(nominatedClaim('Pod should schedule on: node/worker-1')).toBeUndefined();
});
