import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFailedScheduling } from './failed-scheduling.ts';

describe('parseFailedScheduling', () => {
  it('takes a current message apart', () => {
    expect(
      parseFailedScheduling(
        "0/11 nodes are available: 1 Insufficient cpu, 10 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/11 nodes are available: 1 No preemption victims found for incoming pod, 10 Preemption is not helpful for scheduling.",
      ),
    ).toEqual({
      total: 11,
      reasons: [
        { count: 1, text: 'Insufficient cpu', plugin: 'NodeResourcesFit', resource: 'cpu' },
        { count: 10, text: "node(s) didn't match Pod's node affinity/selector", plugin: 'NodeAffinity' },
      ],
      preemption: {
        text: '1 No preemption victims found for incoming pod, 10 Preemption is not helpful for scheduling',
        reasons: [
          { count: 1, text: 'No preemption victims found for incoming pod' },
          { count: 10, text: 'Preemption is not helpful for scheduling' },
        ],
      },
    });
  });

  it('keeps commas and braces inside a reason', () => {
    const parsed = parseFailedScheduling(
      "0/3 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 2 node(s) had taint {tier: gold}, that the pod didn't tolerate.",
    );
    expect(parsed?.reasons.map(({ count }) => count)).toEqual([1, 2]);
    expect(parsed?.reasons[0]).toMatchObject({
      plugin: 'TaintToleration',
      taint: { key: 'node-role.kubernetes.io/master', value: '' },
    });
  });

  it.each<[message: string, text: string]>([
    [
      '0/11 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
      'pod has unbound immediate PersistentVolumeClaims',
    ],
    [
      '0/4 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.',
      'persistentvolumeclaim "data" not found',
    ],
    [
      '0/4 nodes are available: persistentvolumeclaim "data" not found. not found',
      'persistentvolumeclaim "data" not found',
    ],
    [
      '0/2 nodes are available: waiting for ephemeral volume controller to create the persistentvolumeclaim "a-b". still not schedulable',
      'waiting for ephemeral volume controller to create the persistentvolumeclaim "a-b"',
    ],
    [
      '0/2 nodes are available: persistentvolumeclaim "d" is being deleted.',
      'persistentvolumeclaim "d" is being deleted',
    ],
    [
      '0/2 nodes are available: persistentvolumeclaim "d" bound to non-existent persistentvolume "pv".',
      'persistentvolumeclaim "d" bound to non-existent persistentvolume "pv"',
    ],
  ])('tells a failed check of the pod from the histogram: %s', (message, text) => {
    const parsed = parseFailedScheduling(message);
    expect(parsed?.preFilter).toMatchObject({ text, plugin: 'VolumeBinding' });
    expect(parsed?.reasons).toEqual([]);
  });

  it('reads the other forms', () => {
    expect(parseFailedScheduling('no nodes available to schedule pods')).toEqual({ total: 0, reasons: [] });
    expect(
      parseFailedScheduling(
        '0/1 nodes are available: 1 Too many pods. preemption: not eligible due to preemptionPolicy=Never.',
      ),
    ).toEqual({
      total: 1,
      reasons: [{ count: 1, text: 'Too many pods', plugin: 'NodeResourcesFit', resource: 'pods' }],
      preemption: { text: 'not eligible due to preemptionPolicy=Never', reasons: [] },
    });
    expect(
      parseFailedScheduling('(combined from similar events): 0/2 nodes are available: 2 Insufficient memory.'),
    ).toMatchObject({
      total: 2,
      reasons: [{ count: 2, resource: 'memory' }],
    });
  });

  it.each([
    '',
    "pod didn't trigger scale-up: 1 max node group size reached",
    'Scheduling is blocked due to non-empty scheduling gates',
  ])('leaves other messages alone: %s', (message) => {
    expect(parseFailedScheduling(message)).toBeUndefined();
  });
});

const WORDINGS: readonly (readonly [text: string, plugin: string | undefined])[] = [
  ['Insufficient cpu', 'NodeResourcesFit'],
  ['Insufficient ephemeral-storage', 'NodeResourcesFit'],
  ['Insufficient nvidia.com/gpu', 'NodeResourcesFit'],
  ['Too many pods', 'NodeResourcesFit'],
  ['node(s) had untolerated taint {critical: true}', 'TaintToleration'],
  ['node(s) had untolerated taint(s)', 'TaintToleration'],
  ["node(s) had taint {a: b}, that the pod didn't tolerate", 'TaintToleration'],
  ["node(s) had taints that the pod didn't tolerate", 'TaintToleration'],
  ['node(s) were unschedulable', 'NodeUnschedulable'],
  ["node(s) didn't match Pod's node affinity/selector", 'NodeAffinity'],
  ["node(s) didn't match Pod's node affinity", 'NodeAffinity'],
  ["node(s) didn't match node selector", 'NodeAffinity'],
  ["node(s) didn't satisfy plugin(s) [NodeAffinity]", 'NodeAffinity'],
  ["node(s) didn't match the requested node name", 'NodeName'],
  ["node(s) didn't match the requested hostname", 'NodeName'],
  ["node(s) didn't match pod affinity rules", 'InterPodAffinity'],
  ["node(s) didn't match pod anti-affinity rules", 'InterPodAffinity'],
  ["node(s) didn't match pod affinity/anti-affinity rules", 'InterPodAffinity'],
  ["node(s) didn't satisfy existing pods anti-affinity rules", 'InterPodAffinity'],
  ["node(s) didn't match pod topology spread constraints", 'PodTopologySpread'],
  ["node(s) didn't match pod topology spread constraints (missing required label)", 'PodTopologySpread'],
  ["node(s) didn't have free ports for the requested pod ports", 'NodePorts'],
  ['node(s) had volume node affinity conflict', 'VolumeBinding'],
  ["node(s) didn't match PersistentVolume's node affinity", 'VolumeBinding'],
  ["node(s) didn't find available persistent volumes to bind", 'VolumeBinding'],
  ['node(s) did not have enough free storage', 'VolumeBinding'],
  ['node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)', 'VolumeBinding'],
  ['pod has unbound immediate PersistentVolumeClaims', 'VolumeBinding'],
  ['node(s) exceed max volume count', 'NodeVolumeLimits'],
  ['node(s) had no available volume zone', 'VolumeZone'],
  [
    'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
    'VolumeRestrictions',
  ],
  ['cannot allocate all claims', 'DynamicResources'],
  ['node(s) did something that no version says', undefined],
];

describe('the wordings of all versions', () => {
  const counted = fc.record({ count: fc.integer({ min: 1, max: 5000 }), wording: fc.constantFrom(...WORDINGS) });
  const tails = [
    '',
    ' no new claims to deallocate',
    ' still not schedulable',
    ' not found',
    ' preemption: 0/9 nodes are available: 4 Preemption is not helpful for scheduling, 5 No preemption victims found for incoming pod.',
    ' no new claims to deallocate, preemption: 0/9 nodes are available: 9 Preemption is not helpful for scheduling.',
    ' preemption: not eligible due to terminating pod on the nominated node.',
  ];

  it('comes out as it went in, whatever follows', () => {
    fc.assert(
      fc.property(
        fc.array(counted, { minLength: 1, maxLength: 6 }),
        fc.nat(9999),
        fc.constantFrom(...tails),
        (entries, total, tail) => {
          // The scheduler sorts its entries as text, and counts may add up to more than there are nodes.
          const sorted = entries.toSorted((a, b) => (said(a) < said(b) ? -1 : 1));
          const message = `0/${total} nodes are available: ${sorted.map((entry) => said(entry)).join(', ')}.${tail}`;
          const parsed = parseFailedScheduling(message);
          expect(parsed?.total).toBe(total);
          expect(parsed?.preFilter).toBeUndefined();
          expect(parsed?.reasons.map(({ count, text, plugin }) => [count, text, plugin])).toEqual(
            sorted.map(({ count, wording: [text, plugin] }) => [count, text, plugin]),
          );
          expect(parsed?.preemption !== undefined).toBe(tail.includes('preemption'));
        },
      ),
    );
  });
});

function said({ count, wording }: { readonly count: number; readonly wording: (typeof WORDINGS)[number] }): string {
  return `${count} ${wording[0]}`;
}
