import { ref, type ResourceRef } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { deployment, secret, service, shop, snapshotOf, type TestObject } from '../cluster.test.support.ts';
import { Draft } from './draft.ts';
import { applyCommand, type Effect } from './effect.ts';
import { valueAt } from './json.ts';
import { customKinds } from './resource-words.ts';

const node: TestObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'w1', labels: { disk: 'hdd' } },
  spec: { taints: [{ key: 'gpu', value: 'true', effect: 'NoSchedule' }], unschedulable: true },
};
const lamp: TestObject = {
  apiVersion: 'light.example.com/v1',
  kind: 'Lamp',
  metadata: { name: 'hall', namespace: 'prod', finalizers: ['light.example.com/x'] },
  spec: { on: true },
};
const snapshot = snapshotOf(shop('api', ['x1', 'x2']), [node, lamp]);
const w1 = ref('Node', undefined, 'w1');
const hall: ResourceRef = { group: 'light.example.com', kind: 'Lamp', namespace: 'prod', name: 'hall' };

function run(words: readonly string[], input?: string): { readonly draft: Draft; readonly effect: Effect } {
  const draft = new Draft(snapshot);
  const command = { argv: ['kubectl', ...words], ...(input === undefined ? {} : { input }) };
  return { draft, effect: applyCommand(draft, command, customKinds(snapshot)) };
}

const container = ['spec', 'template', 'spec', 'containers', '0'];

/** `valueAt` for paths with an index. */
function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (current: unknown, step) =>
      Array.isArray(current) ? (current[Number(step)] as unknown) : valueAt(current, [step]),
    value,
  );
}

describe('what a command does', () => {
  test.each<[string, ResourceRef, readonly string[], unknown]>([
    ['-n prod scale deployment/api --replicas=5', deployment('api'), ['spec', 'replicas'], 5],
    ['-n prod set image deployment/api main=app:2', deployment('api'), [...container, 'image'], 'app:2'],
    ['-n prod set env deploy/api A=b', deployment('api'), [...container, 'env'], [{ name: 'A', value: 'b' }]],
    [
      '-n prod set resources deploy/api -c main --requests=cpu=1,memory=2Gi --limits=cpu=2',
      deployment('api'),
      [...container, 'resources'],
      { requests: { cpu: '1', memory: '2Gi' }, limits: { cpu: '2' } },
    ],
    [
      '-n prod patch svc api-svc --type=json -p [{"op":"replace","path":"/spec/selector/app","value":"web"}]',
      service('api-svc'),
      ['spec', 'selector'],
      { app: 'web' },
    ],
    ['-n prod patch deployment/api -p {"spec":{"replicas":null}}', deployment('api'), ['spec', 'replicas'], undefined],
    ['-n prod patch lamp.light.example.com/hall --type=merge -p {"spec":{"on":false}}', hall, ['spec', 'on'], false],
    ['-n prod label lamps.light.example.com/hall a=b', hall, ['metadata', 'labels'], { a: 'b' }],
    ['label node w1 disk=ssd --overwrite', w1, ['metadata', 'labels', 'disk'], 'ssd'],
    ['label node w1 disk-', w1, ['metadata', 'labels', 'disk'], undefined],
    ['annotate node/w1 a/b=c', w1, ['metadata', 'annotations', 'a/b'], 'c'],
    ['taint node w1 gpu:NoSchedule-', w1, ['spec', 'taints'], []],
    ['taint nodes w1 gpu-', w1, ['spec', 'taints'], []],
    [
      'taint node w1 gpu=false:NoSchedule --overwrite',
      w1,
      ['spec', 'taints'],
      [{ key: 'gpu', value: 'false', effect: 'NoSchedule' }],
    ],
    ['uncordon w1', w1, ['spec', 'unschedulable'], undefined],
    ['-n prod create secret generic db --from-literal=b=1 --from-literal=a=2', secret('db'), ['dataKeys'], ['a', 'b']],
    ['-n prod create serviceaccount robot', ref('ServiceAccount', 'prod', 'robot'), ['kind'], 'ServiceAccount'],
    ['create priorityclass gold --value=1000', ref('PriorityClass', undefined, 'gold'), ['value'], 1000],
  ])('kubectl %s', (text, target, path, value) => {
    const { draft, effect } = run(text.split(' '));
    expect(effect).toEqual({ state: 'changed' });
    expect(at(draft.get(target), path)).toEqual(value);
    const found = draft.build().lookup(target);
    expect(found.state === 'present' ? at(found.object, path) : found).toEqual(value);
  });

  test('a deleted object is gone, a deleted pod of a workload is made anew', () => {
    const { draft } = run(['-n', 'prod', 'delete', 'service', 'api-svc']);
    expect(draft.build().lookup(service('api-svc'))).toEqual({ state: 'absent' });
    expect(draft.build().list('Service')).toEqual([]);
    const pods = run(['-n', 'prod', 'delete', 'pod', 'api-abc12-x1', 'api-abc12-x2']).draft;
    expect(pods.restarted().map(({ name }) => name)).toEqual(['api-abc12-x1', 'api-abc12-x2']);
    expect(pods.build().list('Pod')).toHaveLength(2);
  });

  test.each<[string, Effect['state']]>([
    ['get pods -A', 'looks'],
    ['describe node w1', 'looks'],
    ['-n prod edit deployment/api', 'beyond'],
    ['apply -f -', 'beyond'],
    ['-n prod scale deployment/none --replicas=1', 'beyond'],
    ['-n prod delete lamp.light.example.com/hall', 'beyond'],
    ['-n prod rollout undo deployment/api --to-revision=1', 'beyond'],
  ])('kubectl %s %s', (text, state) => {
    expect(run(text.split(' ')).effect.state).toBe(state);
  });

  test('other programs of the trade are known, and not interpreted', () => {
    const effect = applyCommand(new Draft(snapshot), { argv: ['helm', 'rollback', 'shop', '3'] }, []);
    expect(effect).toEqual({ state: 'beyond', reason: 'what helm changes is not interpreted' });
  });

  test.each<[string, RegExp]>([
    ['get frobs', /no kind frobs/],
    ['-n prod scale deployment/api --replicas=many', /number of replicas/],
    ['-n prod set image deployment/api other=x:1', /no such container/],
    ['-n prod patch deployment/api -p {', /no JSON/],
    ['-n prod patch deployment/api --type=json -p [{"op":"remove","path":"/spec/x"}]', /nothing at \/spec\/x/],
    ['-n prod patch lamp.light.example.com/hall -p {}', /no strategic patch/],
  ])('kubectl %s is refused', (text, words) => {
    expect(() => run(text.split(' '))).toThrow(words);
  });
});

test('a draft without changes is the snapshot, and one with changes leaves it alone', () => {
  const draft = new Draft(snapshot);
  const same = draft.build();
  expect(same.kinds()).toEqual(snapshot.kinds());
  expect(same.size).toBe(snapshot.size);
  const before = snapshot.list('Pod');
  draft.remove(ref('Pod', 'prod', 'api-abc12-x1'));
  const after = draft.build();
  expect(after.size).toBe(snapshot.size - 1);
  expect(after.list('Pod', 'prod').map(({ metadata }) => metadata.name)).toEqual(['api-abc12-x2']);
  expect(after.byUid('uid-api-abc12-x1')).toBeUndefined();
  expect(snapshot.list('Pod')).toBe(before);
});
