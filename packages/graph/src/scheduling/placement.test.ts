import { type KubernetesObject, type Placement, type Pod } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { node, pod, requesting } from './objects.test.support.ts';
import { explainPlacement } from './placement.ts';

const explain = (waiting: Pod, others: readonly KubernetesObject[]): Placement | undefined =>
  explainPlacement(snapshotOf([waiting, ...others]), waiting);

const tainted = (name: string): KubernetesObject =>
  node(name, {}, { taints: [{ key: 'dedicated', value: 'ci', effect: 'NoSchedule' }] });

const filled = (name: string, on: string, cpu: string, priority = 0): Pod =>
  pod(name, { ...requesting({ cpu }), nodeName: on, priority }, {}, { phase: 'Running' });

describe('explainPlacement', () => {
  test.each<[string, Pod, readonly KubernetesObject[], readonly string[], string | undefined]>([
    [
      'nodes that refuse alike are one class',
      pod('p'),
      [tainted('a'), tainted('b'), node('c', {}, { unschedulable: true })],
      ['c: cordoned', 'a b: untolerated taint dedicated=ci:NoSchedule'],
      'the node uncordoned for c',
    ],
    [
      'amounts that are short',
      pod('p', requesting({ cpu: '3' })),
      [node('a'), filled('q', 'a', '1500m')],
      ['a: cpu: asks for 3, 2500m of 4 free'],
      '500m cpu less (2500m at most) for a',
    ],
    [
      'a selector that no node fulfils',
      pod('p', { nodeSelector: { pool: 'x' } }),
      [node('a', { pool: 'y' })],
      ['a: nodeSelector pool=x, the node has y'],
      'label pool=x on the node for a',
    ],
  ])('%s', (_, waiting, others, classes, smallest) => {
    const placement = explain(waiting, others);
    const told = placement?.classes.map(
      ({ nodes, reasons }) =>
        `${nodes.map(({ name }) => name).join(' ')}: ${reasons.map(({ text }) => text).join('; ')}`,
    );
    expect(told).toEqual(classes);
    const change = placement?.smallest;
    expect(change === undefined ? undefined : `${change.steps.join(', ')} for ${change.node.name}`).toBe(smallest);
    expect(change?.verified).toBe(true);
  });

  test('a pair of changes, where one does not do', () => {
    const placement = explain(pod('p', { nodeSelector: { pool: 'x' } }), [
      node('a', { pool: 'y' }, { unschedulable: true }),
    ]);
    expect(placement?.smallest).toMatchObject({
      steps: ['the node uncordoned', 'label pool=x on the node'],
      verified: true,
    });
  });

  test('says who holds the room, those of lower priority first', () => {
    const placement = explain(pod('p', { ...requesting({ cpu: '3' }), priority: 10 }), [
      node('a'),
      filled('big', 'a', '2', 100),
      filled('small', 'a', '1', 0),
    ]);
    expect(placement?.holders.map(({ owner, amount, preemptible }) => [owner.name, amount, preemptible])).toEqual([
      ['small', '1', true],
      ['big', '2', false],
    ]);
  });

  test('a pod that fits, and a cluster without nodes, need no explanation', () => {
    expect(explain(pod('p'), [node('a')])).toBeUndefined();
    expect(explain(pod('p'), [])).toBeUndefined();
  });
});
