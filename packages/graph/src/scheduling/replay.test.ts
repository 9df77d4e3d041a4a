import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { node, pod, requesting } from './objects.test.support.ts';
import { replayScheduling } from './replay.ts';

describe('replayScheduling', () => {
  it('answers for all nodes in order of name, and says which fit', () => {
    const replay = replayScheduling(
      snapshotOf([node('b', {}, { unschedulable: true }), node('a'), node('c')]),
      pod('p'),
    );
    expect(replay.nodes.map((entry) => entry.node.name)).toEqual(['a', 'b', 'c']);
    expect(replay.feasible.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(replay.complete).toBe(true);
  });

  it.each(['Node', 'Pod'])('is incomplete without all of %s', (kind) => {
    expect(replayScheduling(snapshotOf([node('a')], [kind]), pod('p')).complete).toBe(false);
  });

  it('answers once for pods of one template, and apart for others', () => {
    const snapshot = snapshotOf([node('a')]);
    const first = replayScheduling(snapshot, pod('p-1', requesting({ cpu: '9' }), { app: 'x' }));
    expect(replayScheduling(snapshot, pod('p-2', requesting({ cpu: '9' }), { app: 'x' }))).toBe(first);
    expect(replayScheduling(snapshot, pod('p-3', requesting({ cpu: '1' }), { app: 'x' }))).not.toBe(first);
  });
});
