import { type Toleration } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { node, pod, rejectionsOf } from './objects.test.support.ts';

const dedicated = { key: 'team', value: 'ml', effect: 'NoSchedule' };

const withTerms = (...nodeSelectorTerms: object[]) =>
  pod('p', {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  });
const named = (operator: string, ...values: string[]) => ({
  matchFields: [{ key: 'metadata.name', operator, values }],
});

describe('placement', () => {
  it.each<[name: string, toleration: Toleration, tolerated: boolean]>([
    ['Equal', { key: 'team', operator: 'Equal', value: 'ml' }, true],
    ['no operator', { key: 'team', value: 'ml', effect: 'NoSchedule' }, true],
    ['another value', { key: 'team', value: 'web' }, false],
    ['another effect', { key: 'team', operator: 'Exists', effect: 'NoExecute' }, false],
    ['Exists', { key: 'team', operator: 'Exists' }, true],
    ['Exists without key', { operator: 'Exists' }, true],
    ['another key', { key: 'zone', operator: 'Exists' }, false],
    ['an operator that does not exist', { key: 'team', operator: 'Like', value: 'ml' }, false],
  ])('tolerates a taint by %s: %#', (_name, toleration, tolerated) => {
    const rejections = rejectionsOf(pod('p', { tolerations: [toleration] }), [node('n', {}, { taints: [dedicated] })]);
    expect(rejections).toEqual(tolerated ? [] : [{ plugin: 'TaintToleration', ...dedicated }]);
  });

  it.each([
    ['Gt', '5', true],
    ['Gt', '7', false],
    ['Lt', '8', true],
    ['Lt', '7', false],
    ['Lt', 'many', false],
    ['Lt', '+9', false],
    ['Lt', '09', false],
  ])('compares taints with %s %s', (operator, value, tolerated) => {
    const taints = [{ key: 'sla', value: '7', effect: 'NoExecute' }];
    const rejections = rejectionsOf(pod('p', { tolerations: [{ key: 'sla', operator, value }] }), [
      node('n', {}, { taints }),
    ]);
    expect(rejections.length === 0).toBe(tolerated);
  });

  it('ignores PreferNoSchedule and does not say a cordon twice', () => {
    const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
    const spec = { unschedulable: true, taints: [cordon, { key: 'a', effect: 'PreferNoSchedule' }] };
    expect(rejectionsOf(pod('p'), [node('n', {}, spec)])).toEqual([{ plugin: 'NodeUnschedulable' }]);
    const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }];
    expect(rejectionsOf(pod('p', { tolerations }), [node('n', {}, spec)])).toEqual([]);
  });

  it('names selector keys and the values that the node has', () => {
    const nodeSelector = { disk: 'ssd', zone: 'a', constructor: 'x' };
    expect(rejectionsOf(pod('p', { nodeSelector }), [node('n', { disk: 'hdd', zone: 'a' })])).toEqual([
      { plugin: 'NodeAffinity', kind: 'nodeSelector', key: 'disk', wanted: 'ssd', actual: 'hdd' },
      { plugin: 'NodeAffinity', kind: 'nodeSelector', key: 'constructor', wanted: 'x' },
    ]);
  });

  it.each<[operator: string, values: string[], labels: Record<string, string>, holds: boolean]>([
    ['In', ['a', 'b'], { k: 'b' }, true],
    ['In', ['a'], {}, false],
    ['In', [], { k: '' }, false],
    ['NotIn', ['a'], {}, true],
    ['NotIn', ['a'], { k: 'a' }, false],
    ['Exists', [], { k: '' }, true],
    ['Exists', [], {}, false],
    ['DoesNotExist', [], {}, true],
    ['DoesNotExist', [], { k: 'a' }, false],
    ['Gt', ['3'], { k: '4' }, true],
    ['Gt', ['3'], { k: '3' }, false],
    ['Gt', ['3'], {}, false],
    ['Gt', ['3'], { k: 'four' }, false],
    ['Lt', ['3'], { k: '-2' }, true],
    ['Lt', ['3', '4'], { k: '2' }, false],
    ['Near', ['a'], { k: 'a' }, false],
  ])('evaluates node affinity %s %j on %j', (operator, values, labels, holds) => {
    const matchExpressions = [{ key: 'k', operator, values }];
    const affinity = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
    };
    expect(rejectionsOf(pod('p', { affinity }), [node('n', labels)]).length === 0).toBe(holds);
  });

  it('takes one term that holds, never an empty one, and reads matchFields', () => {
    const nodes = [node('n')];
    expect(rejectionsOf(withTerms(named('In', 'm'), named('In', 'n')), nodes)).toEqual([]);
    expect(rejectionsOf(withTerms(named('NotIn', 'n')), nodes)).toHaveLength(1);
    expect(rejectionsOf(withTerms(named('In', 'n', 'm')), nodes)).toHaveLength(1);
    expect(rejectionsOf(withTerms({}), nodes)).toEqual([
      { plugin: 'NodeAffinity', kind: 'affinity', terms: [{ failed: [], requirements: [] }] },
    ]);
  });

  it('keeps to spec.nodeName and to gates', () => {
    expect(rejectionsOf(pod('p', { nodeName: 'm' }), [node('n')])).toEqual([{ plugin: 'NodeName', wanted: 'm' }]);
    const gated = pod('p', { schedulingGates: [{ name: 'quota' }] });
    expect(rejectionsOf(gated, [node('n')])).toEqual([{ plugin: 'SchedulingGates', gates: ['quota'] }]);
  });
});
