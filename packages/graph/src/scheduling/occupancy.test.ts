import { type PodSpec } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { node, pod, rejectionsOf, requesting } from './objects.test.support.ts';
import { replayScheduling } from './replay.ts';

const big = requesting({ cpu: '3' });

const holding = (more: Parameters<typeof pod>[3]) => [node('n'), pod('q', { ...big, nodeName: 'n' }, {}, more)];
const nominated = (priority: number) => [node('n'), pod('q', { ...big, priority }, {}, { nominatedNodeName: 'n' })];
const withPort = (port: object): Partial<PodSpec> => ({
  containers: [{ name: 'c', ports: [{ containerPort: 80, ...port }] }],
});

describe('what pods hold', () => {
  it('counts bound pods until they have ended', () => {
    const waiting = pod('p', requesting({ cpu: '1500m' }));
    const misfit = { plugin: 'NodeResourcesFit', resource: 'cpu', requested: 1500n, free: 1000n, allocatable: 4000n };
    expect(rejectionsOf(waiting, holding({ phase: 'Running' }))).toEqual([misfit]);
    expect(rejectionsOf(waiting, holding({ phase: 'Running', deletionTimestamp: '2026-01-01T00:00:00Z' }))).toEqual([
      misfit,
    ]);
    expect(rejectionsOf(waiting, holding({ phase: 'Succeeded' }))).toEqual([]);
    expect(rejectionsOf(waiting, holding({ phase: 'Failed' }))).toEqual([]);
  });

  it('counts pods that are nominated for the node with at least the priority', () => {
    const waiting = pod('p', { ...requesting({ cpu: '1500m' }), priority: 5 });
    expect(rejectionsOf(waiting, nominated(5))).toHaveLength(1);
    expect(rejectionsOf(waiting, nominated(4))).toEqual([]);
  });

  it('does not count a pod against itself', () => {
    const bound = pod('p', { ...big, nodeName: 'n' }, {}, { phase: 'Running' });
    expect(rejectionsOf(bound, [node('n')])).toEqual([]);
  });

  it('counts the slots for pods, and resources that no node has', () => {
    expect(rejectionsOf(pod('p'), [node('n', {}, {}, { pods: '0' })])).toEqual([
      { plugin: 'NodeResourcesFit', resource: 'pods', requested: 1000n, free: 0n, allocatable: 0n },
    ]);
    expect(rejectionsOf(pod('p', requesting({ 'nvidia.com/gpu': '1', storage: '5Gi' })), [node('n')])).toEqual([
      { plugin: 'NodeResourcesFit', resource: 'nvidia.com/gpu', requested: 1000n, free: 0n, allocatable: 0n },
    ]);
  });

  it('says nothing of resources that the node does not tell', () => {
    const silent = { ...node('n'), status: {} };
    const replay = replayScheduling(snapshotOf([silent]), pod('p', big));
    expect(replay.nodes[0]?.rejections).toEqual([]);
    expect(replay.complete).toBe(false);
  });

  it.each([
    [{ hostPort: 80 }, { hostPort: 80 }, true],
    [{ hostPort: 80 }, { hostPort: 81 }, false],
    [{ hostPort: 80 }, { hostPort: 80, protocol: 'UDP' }, false],
    [{ hostPort: 80, hostIP: '10.0.0.1' }, { hostPort: 80, hostIP: '10.0.0.2' }, false],
    [{ hostPort: 80, hostIP: '10.0.0.1' }, { hostPort: 80 }, true],
    [{}, {}, false],
  ])('port %j against %j', (wanted, held, clash) => {
    const holder = pod('q', { ...withPort(held), nodeName: 'n' }, {}, { phase: 'Running' });
    const rejections = rejectionsOf(pod('p', withPort(wanted)), [node('n'), holder]);
    expect(rejections).toMatchObject(clash ? [{ plugin: 'NodePorts', port: 80, heldBy: { name: 'q' } }] : []);
    expect(rejections).toHaveLength(clash ? 1 : 0);
  });
});
