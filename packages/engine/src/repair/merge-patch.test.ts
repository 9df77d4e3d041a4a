import { describe, expect, test } from 'vitest';
import { applyMergePatch, applyStrategicPatch } from './merge-patch.ts';

describe('patches that merge', () => {
  const object = { spec: { min: 1, max: 2, containers: [{ name: 'a', image: 'x' }, { name: 'b' }], rules: [1, 2] } };

  test.each<[string, unknown, unknown]>([
    ['null removes', { spec: { min: null } }, { ...object.spec, min: undefined }],
    ['objects are merged', { spec: { min: 3 } }, { ...object.spec, min: 3 }],
    ['lists are replaced', { spec: { containers: [{ name: 'b' }] } }, { ...object.spec, containers: [{ name: 'b' }] }],
    ['what is not there is made', { spec: { a: { b: 1 } } }, { ...object.spec, a: { b: 1 } }],
  ])('merge: %s', (_, patch, spec) => {
    expect(applyMergePatch(object, patch)).toEqual({ spec });
  });

  test('strategic: containers are merged by name, other lists replaced', () => {
    const patch = { spec: { containers: [{ name: 'b', image: 'y' }, { name: 'c' }], rules: [3] } };
    expect(applyStrategicPatch(object, patch)).toEqual({
      spec: {
        ...object.spec,
        containers: [{ name: 'a', image: 'x' }, { name: 'b', image: 'y' }, { name: 'c' }],
        rules: [3],
      },
    });
  });
});
