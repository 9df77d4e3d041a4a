import { type PodSpec } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { node, pod, rejectionsOf } from './objects.test.support.ts';

const constraint = {
  maxSkew: 1,
  topologyKey: 'zone',
  whenUnsatisfiable: 'DoNotSchedule',
  labelSelector: { matchLabels: { app: 'x' } },
};
const spread = (more: object = {}, spec: Partial<PodSpec> = {}) =>
  pod('p', { topologySpreadConstraints: [{ ...constraint, ...more }], ...spec }, { app: 'x' });
const placed = (name: string, on: string, more = {}) =>
  pod(name, { nodeName: on }, { app: 'x' }, { phase: 'Running', ...more });
const nodes = [node('n', { zone: 'a' }), node('m', { zone: 'b' })];

describe('topology spread', () => {
  it('counts skew over domains', () => {
    expect(rejectionsOf(spread(), [...nodes, placed('q', 'n')])).toEqual([
      {
        plugin: 'PodTopologySpread',
        kind: 'skew',
        topologyKey: 'zone',
        domain: 'a',
        matching: 1,
        fewest: 0,
        skew: 2,
        maxSkew: 1,
        domains: 2,
      },
    ]);
    expect(rejectionsOf(spread(), [...nodes, placed('q', 'n'), placed('r', 'm')])).toEqual([]);
    expect(rejectionsOf(spread({ whenUnsatisfiable: 'ScheduleAnyway' }), [...nodes, placed('q', 'n')])).toEqual([]);
  });

  it('leaves out terminating pods and other namespaces', () => {
    expect(rejectionsOf(spread(), [...nodes, placed('q', 'n', { deletionTimestamp: '2026-01-01T00:00:00Z' })])).toEqual(
      [],
    );
    expect(rejectionsOf(spread(), [...nodes, placed('q', 'n', { namespace: 'dev' })])).toEqual([]);
  });

  it('takes the fewest as 0 below minDomains', () => {
    const both = [...nodes, placed('q', 'n'), placed('r', 'm')];
    expect(rejectionsOf(spread({ minDomains: 3 }), both)).toMatchObject([
      { fewest: 0, skew: 2, domains: 2, minDomains: 3 },
    ]);
  });

  it('honours affinity and, if asked, taints when it counts domains', () => {
    const two = [
      node('n', { zone: 'a', disk: 'ssd' }),
      node('m', { zone: 'b' }, { taints: [{ key: 't', effect: 'NoSchedule' }] }),
    ];
    const withPod = [...two, placed('q', 'n')];
    expect(rejectionsOf(spread({}, { nodeSelector: { disk: 'ssd' } }), withPod)).toEqual([]);
    expect(
      rejectionsOf(spread({ nodeAffinityPolicy: 'Ignore' }, { nodeSelector: { disk: 'ssd' } }), withPod),
    ).toHaveLength(1);
    expect(rejectionsOf(spread({ nodeTaintsPolicy: 'Honor' }), withPod)).toEqual([]);
    expect(rejectionsOf(spread({}), withPod)).toHaveLength(1);
  });

  it('wants the topology label, and counts the own revision with matchLabelKeys', () => {
    expect(rejectionsOf(spread({ topologyKey: 'rack' }), nodes)).toEqual([
      { plugin: 'PodTopologySpread', kind: 'missing-label', topologyKey: 'rack' },
    ]);
    const old = { ...placed('q', 'n'), metadata: { name: 'q', namespace: 'prod', labels: { app: 'x', rev: '1' } } };
    const waiting = spread({ matchLabelKeys: ['rev'] });
    const fresh = { ...waiting, metadata: { ...waiting.metadata, labels: { app: 'x', rev: '2' } } };
    expect(rejectionsOf(fresh, [...nodes, old])).toEqual([]);
  });
});
