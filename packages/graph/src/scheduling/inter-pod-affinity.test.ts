import { type PodAffinityTerm } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { node, pod, rejectionsOf } from './objects.test.support.ts';
import { replayScheduling } from './replay.ts';

const near = (topologyKey: string, app: string, more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  topologyKey,
  labelSelector: { matchLabels: { app } },
  ...more,
});
const wants = (term: PodAffinityTerm) => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
});
const shuns = (term: PodAffinityTerm) => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
});
const nodes = [node('n', { zone: 'a' }), node('m', { zone: 'b' }), node('o', { zone: 'b' })];
const placed = (name: string, on: string, labels = {}, spec = {}, more = {}) =>
  pod(name, { nodeName: on, ...spec }, labels, { phase: 'Running', ...more });

describe('inter-pod affinity', () => {
  it('wants a pod in the same domain, and names one elsewhere', () => {
    const term = near('zone', 'db');
    expect(rejectionsOf(pod('p', wants(term)), [...nodes, placed('db', 'm', { app: 'db' })])).toEqual([
      {
        plugin: 'InterPodAffinity',
        kind: 'affinity',
        term,
        missingLabel: false,
        other: { group: '', kind: 'Pod', namespace: 'prod', name: 'db' },
      },
    ]);
    expect(rejectionsOf(pod('p', wants(term)), [...nodes, placed('db', 'n', { app: 'db' })])).toEqual([]);
  });

  it('lets the first of a group that selects itself go anywhere with the label', () => {
    expect(rejectionsOf(pod('p', wants(near('zone', 'x')), { app: 'x' }), nodes)).toEqual([]);
    expect(rejectionsOf(pod('p', wants(near('rack', 'x')), { app: 'x' }), nodes)).toMatchObject([
      { missingLabel: true },
    ]);
  });

  it('shuns a pod in the same domain, in both directions', () => {
    const term = near('zone', 'x');
    const other = placed('q', 'n', { app: 'x' });
    expect(rejectionsOf(pod('p', shuns(term)), [...nodes, other])).toMatchObject([
      { kind: 'anti-affinity', other: { name: 'q' } },
    ]);
    const holder = placed('h', 'n', {}, shuns(term));
    expect(rejectionsOf(pod('p', {}, { app: 'x' }), [...nodes, holder])).toMatchObject([
      { kind: 'existing-anti-affinity', other: { name: 'h' } },
    ]);
    expect(rejectionsOf(pod('p', {}, { app: 'y' }), [...nodes, holder])).toEqual([]);
  });

  it('looks at the namespaces that the term names', () => {
    const other = placed('q', 'n', { app: 'x' }, {}, { namespace: 'dev' });
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'dev', labels: { env: 'dev' } } };
    const clashes = (more: Partial<PodAffinityTerm>) =>
      rejectionsOf(pod('p', shuns(near('zone', 'x', more))), [...nodes, other, namespace]).length > 0;
    expect(clashes({})).toBe(false);
    expect(clashes({ namespaces: ['dev'] })).toBe(true);
    expect(clashes({ namespaceSelector: {} })).toBe(true);
    expect(clashes({ namespaceSelector: { matchLabels: { env: 'dev' } } })).toBe(true);
    expect(clashes({ namespaceSelector: { matchLabels: { env: 'prod' } } })).toBe(false);
  });

  it('works matchLabelKeys and mismatchLabelKeys in', () => {
    const other = placed('q', 'n', { app: 'x', rev: '1' });
    const clashes = (more: Partial<PodAffinityTerm>, rev: string) =>
      rejectionsOf(pod('p', shuns(near('zone', 'x', more)), { rev }), [...nodes, other]).length > 0;
    expect(clashes({ matchLabelKeys: ['rev'] }, '1')).toBe(true);
    expect(clashes({ matchLabelKeys: ['rev'] }, '2')).toBe(false);
    expect(clashes({ mismatchLabelKeys: ['rev'] }, '1')).toBe(false);
  });

  it('is incomplete when a namespace cannot be seen', () => {
    const other = placed('q', 'n', { app: 'x' }, {}, { namespace: 'dev' });
    const waiting = pod('p', shuns(near('zone', 'x', { namespaceSelector: { matchLabels: { env: 'dev' } } })));
    const replay = replayScheduling(snapshotOf([...nodes, other], ['Namespace']), waiting);
    expect(replay.gaps.map(({ kind }) => kind)).toEqual(['Namespace']);
    expect(replay.feasible).toHaveLength(3);
  });
});
