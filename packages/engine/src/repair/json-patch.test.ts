import { assert, dictionary, integer, jsonValue, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyJsonPatch, PatchError } from './json-patch.ts';

const service = { spec: { selector: { app: 'api', 'a/b~c': 'x' }, ports: [{ port: 80 }, { port: 443 }] } };

describe('applyJsonPatch', () => {
  test.each<[string, unknown, unknown]>([
    ['add to an object', { op: 'add', path: '/spec/type', value: 'NodePort' }, { ...service.spec, type: 'NodePort' }],
    [
      'replace with escaped steps',
      { op: 'replace', path: '/spec/selector/a~1b~0c', value: 'y' },
      { ...service.spec, selector: { app: 'api', 'a/b~c': 'y' } },
    ],
    ['remove of an entry', { op: 'remove', path: '/spec/ports/0' }, { ...service.spec, ports: [{ port: 443 }] }],
    [
      'add at the end',
      { op: 'add', path: '/spec/ports/-', value: { port: 1 } },
      { ...service.spec, ports: [{ port: 80 }, { port: 443 }, { port: 1 }] },
    ],
    [
      'add in between',
      { op: 'add', path: '/spec/ports/1', value: { port: 1 } },
      { ...service.spec, ports: [{ port: 80 }, { port: 1 }, { port: 443 }] },
    ],
    ['a test that holds', { op: 'test', path: '/spec/ports/1/port', value: 443 }, service.spec],
  ])('%s', (_, operation, spec) => {
    const before = structuredClone(service);
    expect(applyJsonPatch(service, [operation])).toEqual({ spec });
    expect(service).toEqual(before);
  });

  test.each<[string, unknown]>([
    ['no list', { op: 'add', path: '/x', value: 1 }],
    ['an operation without path', [{ op: 'add', value: 1 }]],
    ['a path without a slash', [{ op: 'add', path: 'spec', value: 1 }]],
    ['add without a value', [{ op: 'add', path: '/spec/x' }]],
    ['a replace of nothing', [{ op: 'replace', path: '/spec/type', value: 'x' }]],
    ['a remove of nothing', [{ op: 'remove', path: '/spec/selector/tier' }]],
    ['a parent that is not there', [{ op: 'add', path: '/spec/template/x', value: 1 }]],
    ['an entry beyond the end', [{ op: 'replace', path: '/spec/ports/2', value: {} }]],
    ['an index with a zero in front', [{ op: 'replace', path: '/spec/ports/01', value: {} }]],
    ['a step into a number', [{ op: 'add', path: '/spec/ports/0/port/x', value: 1 }]],
    ['a test that fails', [{ op: 'test', path: '/spec/ports/0/port', value: 81 }]],
    ['another operation', [{ op: 'move', path: '/spec/ports', value: '/x' }]],
    ['a member that objects inherit', [{ op: 'replace', path: '/spec/constructor', value: 1 }]],
  ])('refuses %s', (_, operations) => {
    expect(() => applyJsonPatch(service, operations)).toThrow(PatchError);
  });

  test('what was added can be removed again', () => {
    assert(
      property(dictionary(string(), jsonValue()), string(), integer(), (object, key, value) => {
        const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const { [key]: _, ...bare } = object;
        const added = applyJsonPatch(bare, [{ op: 'add', path, value }]);
        expect(applyJsonPatch(added, [{ op: 'remove', path }])).toEqual(bare);
      }),
    );
  });
});
