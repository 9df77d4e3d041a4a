import { assert, jsonValue, property } from 'fast-check';
import { expect, test } from 'vitest';
import { rebase } from './rebase.ts';

const template = { containers: [{ name: 'api', image: 'a:1' }], tolerations: [{ key: 'x' }], nodeSelector: { d: 's' } };
const pod = {
  nodeName: 'w1',
  containers: [
    { name: 'api', image: 'a:1', volumeMounts: [{ name: 'token' }] },
    { name: 'proxy', image: 'p:1' },
  ],
  tolerations: [{ key: 'x' }, { key: 'node.kubernetes.io/not-ready' }],
  nodeSelector: { d: 's' },
  volumes: [{ name: 'token' }],
};

test.each<[string, object, object]>([
  [
    'a changed container keeps what was injected',
    { ...template, containers: [{ name: 'api', image: 'a:2' }] },
    { ...pod, containers: [{ ...pod.containers[0], image: 'a:2' }, pod.containers[1]] },
  ],
  [
    'a new toleration comes beside those of admission',
    { ...template, tolerations: [{ key: 'x' }, { key: 'y' }] },
    { ...pod, tolerations: [{ key: 'x' }, { key: 'y' }, { key: 'node.kubernetes.io/not-ready' }] },
  ],
  ['a removed field goes', { ...template, nodeSelector: {} }, { ...pod, nodeSelector: {} }],
  [
    'a container that is dropped goes, the injected one stays',
    { ...template, containers: [{ name: 'web' }] },
    { ...pod, containers: [{ name: 'web' }, pod.containers[1]] },
  ],
])('%s', (_, after, expected) => {
  expect(rebase(pod, template, after)).toEqual(expected);
});

test('a faithful copy becomes what its original became', () => {
  assert(
    property(jsonValue(), jsonValue(), (before, after) => {
      expect(rebase(before, before, after)).toEqual(after);
    }),
  );
});

test('without a change the copy stays as it is', () => {
  assert(
    property(jsonValue(), jsonValue(), (copy, before) => {
      expect(rebase(copy, before, before)).toBe(copy);
    }),
  );
});
