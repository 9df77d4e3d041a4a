import { serviceEndpoints } from '@kroot/graph';
import { ref, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { deployment, pod, service, shop, snapshotOf, type TestObject } from '../cluster.test.support.ts';
import { letControllersAct } from './controllers.ts';
import { Draft } from './draft.ts';
import { applyCommand } from './effect.ts';
import { forgetWords } from './forget.ts';

const X1 = 'api-abc12-x1';

/** What kubectl commands and then the controllers make of objects. */
function after(base: Snapshot, ...commands: readonly string[]): Draft {
  const draft = new Draft(base);
  for (const text of commands) applyCommand(draft, { argv: ['kubectl', ...text.split(' ')] }, []);
  letControllersAct(draft);
  return draft;
}

function podOf(snapshot: Snapshot, name = X1): Pod | undefined {
  const found = snapshot.lookup({ ...pod(name), kind: 'Pod' as const });
  return found.state === 'present' ? found.object : undefined;
}

function object(apiVersion: string, kind: string, name: string, rest: TestObject): TestObject {
  const namespace = kind === 'Node' || kind === 'PersistentVolume' ? {} : { namespace: 'prod' };
  return { apiVersion, kind, metadata: { name, ...namespace }, ...rest };
}

describe('what controllers make of a change', () => {
  test('a new template reaches the pods of the newest revision', () => {
    const draft = after(snapshotOf(shop('api', ['x1'])), '-n prod set image deployment/api main=app:2');
    expect(podOf(draft.build())?.spec.containers[0]?.image).toBe('app:2');
    expect(draft.restarted()).toEqual([pod(X1)]);
  });

  test('not while the rollout is paused', () => {
    const paused = shop('api', ['x1']).map((one): TestObject =>
      one['kind'] === 'Deployment' ? { ...one, spec: { ...(one['spec'] as TestObject), paused: true } } : one,
    );
    const draft = after(snapshotOf(paused), '-n prod set image deployment/api main=app:2');
    expect(draft.restarted()).toEqual([]);
  });

  test('a Service gets the endpoints that its new selector selects', () => {
    const slice = object('discovery.k8s.io/v1', 'EndpointSlice', 'web-1', {
      metadata: { name: 'web-1', namespace: 'prod', labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: [],
    });
    const web = object('v1', 'Service', 'web', { spec: { selector: { app: 'wbe' }, ports: [{ port: 80 }] } });
    const ready = shop('api', ['x1']).map((one): TestObject =>
      one['kind'] === 'Pod'
        ? { ...one, status: { phase: 'Running', podIP: '10.0.0.9', conditions: [{ type: 'Ready', status: 'True' }] } }
        : one,
    );
    const patch = '[{"op":"replace","path":"/spec/selector/app","value":"api"}]';
    const snapshot = after(
      snapshotOf(ready, [slice, web]),
      `-n prod patch service/web --type=json -p ${patch}`,
    ).build();
    const found = snapshot.lookup({ ...service('web'), kind: 'Service' as const });
    const endpoints = found.state === 'present' ? serviceEndpoints(snapshot, found.object) : undefined;
    expect(endpoints?.ready.map(({ address }) => address)).toEqual(['10.0.0.9']);
  });

  test.each<[string, TestObject, string, ResourceRef, readonly string[], unknown]>([
    [
      'a quota takes its new limits',
      object('v1', 'ResourceQuota', 'q', { spec: { hard: { pods: '1' } }, status: { hard: { pods: '1' } } }),
      '-n prod patch resourcequota q --type=merge -p {"spec":{"hard":{"pods":"3"}}}',
      ref('ResourceQuota', 'prod', 'q'),
      ['status', 'hard', 'pods'],
      '3',
    ],
    [
      'a volume without its claim is free',
      object('v1', 'PersistentVolume', 'pv', {
        spec: { claimRef: { name: 'c', namespace: 'prod', uid: 'u' } },
        status: { phase: 'Released' },
      }),
      'patch pv/pv --type=merge -p {"spec":{"claimRef":null}}',
      ref('PersistentVolume', undefined, 'pv'),
      ['status', 'phase'],
      'Available',
    ],
  ])('%s', (_, one, command, target, path, value) => {
    const found = after(snapshotOf([one]), command).get(target);
    expect(path.reduce((current: unknown, key) => (current as TestObject)[key], found)).toBe(value);
  });

  test('a deleted pod comes back from the template of today', () => {
    const stale = shop('api', ['x1']).map((one): TestObject =>
      one['kind'] === 'Pod' ? { ...one, spec: { containers: [{ name: 'main', image: 'old' }], nodeName: 'w1' } } : one,
    );
    const account = object('v1', 'ServiceAccount', 'default', { imagePullSecrets: [{ name: 'regcred' }] });
    const made = podOf(after(snapshotOf(stale, [account]), `-n prod delete pod ${X1}`).build());
    expect(made?.spec.containers[0]?.image).toBe('registry.example.com/app:1');
    expect(made?.spec.imagePullSecrets).toEqual([{ name: 'regcred' }]);
  });
});

describe('what is forgotten', () => {
  const room = (name: string, cpu: string): TestObject =>
    object('v1', 'Node', name, { status: { allocatable: { cpu, memory: '8Gi', pods: '10' } } });
  const waiting = shop('api', ['x1', 'x2']).map((one): TestObject => {
    if (one['kind'] !== 'Pod') return one;
    const containers = [{ name: 'main', image: 'a', resources: { requests: { cpu: '1500m' } } }];
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'old words' }];
    return { ...one, spec: { containers }, status: { phase: 'Pending', conditions } };
  });
  const event = object('v1', 'Event', 'e', {
    involvedObject: { kind: 'Pod', namespace: 'prod', name: X1 },
    reason: 'FailedScheduling',
    message: 'old words',
  });

  test('events and conditions of a pod, and it gets a node if one takes it', () => {
    const draft = new Draft(snapshotOf(waiting, [room('w1', '2'), room('w2', '1'), event]));
    forgetWords(draft, [pod(X1), pod('api-abc12-x2'), deployment('api')], []);
    const snapshot = draft.build();
    expect(snapshot.list('Event')).toEqual([]);
    // The second pod does not get the room of the first.
    expect(podOf(snapshot)?.spec.nodeName).toBe('w1');
    expect(podOf(snapshot, 'api-abc12-x2')?.spec.nodeName).toBeUndefined();
    expect(JSON.stringify(snapshot.list('Pod'))).not.toContain('old words');
  });
});
