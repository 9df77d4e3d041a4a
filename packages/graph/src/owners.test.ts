import { formatRef, ref, type KubernetesObject, type OwnerReference } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import {
  controlledBy,
  controllerOf,
  ownerChain,
  podsOf,
  templateOf,
  topOwner,
  workloadNamed,
  workloads,
} from './owners.ts';
import { refOf } from './refs.ts';
import { snapshotOf } from './snapshot-of.test.support.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web' }] } };

function made(
  apiVersion: string,
  kind: string,
  name: string,
  owner?: OwnerReference,
  spec?: unknown,
): KubernetesObject {
  const ownerReferences = owner === undefined ? {} : { ownerReferences: [owner] };
  const metadata = { namespace: 'prod', name, ...ownerReferences };
  const body = spec === undefined ? {} : { spec };
  return { apiVersion, kind, metadata, ...body };
}

function by(apiVersion: string, kind: string, name: string): OwnerReference {
  return { apiVersion, kind, name, controller: true };
}

const deployment = made('apps/v1', 'Deployment', 'web', undefined, { template });
const replicaSet = made('apps/v1', 'ReplicaSet', 'web-1', by('apps/v1', 'Deployment', 'web'), {
  replicas: 2,
  template,
});
const pod = made('v1', 'Pod', 'web-1-a', by('apps/v1', 'ReplicaSet', 'web-1'), { containers: [] });
const mirror = made('v1', 'Pod', 'static', by('v1', 'Node', 'w1'), { containers: [] });
const cronJob = made('batch/v1', 'CronJob', 'nightly', undefined, { jobTemplate: { spec: { template } } });
const job = made('batch/v1', 'Job', 'nightly-1', by('batch/v1', 'CronJob', 'nightly'), { template });
const custom = made('example.dev/v1', 'Database', 'db');
const statefulSet = made('apps/v1', 'StatefulSet', 'db', by('example.dev/v1', 'Database', 'db'), {
  replicas: 3,
  template,
});
const namesake = made('example.dev/v1', 'Deployment', 'fake', undefined, { template });
const objects = [deployment, replicaSet, pod, mirror, cronJob, job, custom, statefulSet, namesake];
const snapshot = snapshotOf(objects);

describe('controllerOf', () => {
  const owner = by('apps/v1', 'ReplicaSet', 'web-1');
  const cases: readonly (readonly [string, readonly OwnerReference[], string | undefined])[] = [
    ['no owner', [], undefined],
    ['an owner that does not control', [{ ...owner, controller: false }], undefined],
    ['the one that controls', [{ ...by('v1', 'ConfigMap', 'x'), controller: false }, owner], 'ReplicaSet/prod/web-1'],
    ['a cluster-scoped owner', [by('v1', 'Node', 'w1')], 'Node/w1'],
    ['a custom owner', [by('example.dev/v1', 'Database', 'db')], 'Database.example.dev/prod/db'],
  ];
  it.each(cases)('%s', (_, ownerReferences, wanted) => {
    const found = controllerOf({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'prod', name: 'p', ownerReferences },
    });
    expect(found === undefined ? undefined : formatRef(found)).toBe(wanted);
  });
});

describe('ownerChain and topOwner', () => {
  const cases: readonly (readonly [KubernetesObject, readonly string[], string])[] = [
    [pod, ['ReplicaSet/prod/web-1', 'Deployment/prod/web'], 'Deployment/prod/web'],
    [mirror, ['Node/w1'], 'Pod/prod/static'],
    [job, ['CronJob/prod/nightly'], 'CronJob/prod/nightly'],
    [statefulSet, ['Database.example.dev/prod/db'], 'Database.example.dev/prod/db'],
    [deployment, [], 'Deployment/prod/web'],
    [
      made('v1', 'Pod', 'orphan', by('apps/v1', 'ReplicaSet', 'gone')),
      ['ReplicaSet/prod/gone'],
      'ReplicaSet/prod/gone',
    ],
  ];
  it.each(cases)('%#', (object, chain, top) => {
    expect(ownerChain(snapshot, object).map(formatRef)).toEqual(chain);
    expect(formatRef(topOwner(snapshot, object))).toBe(top);
    expect(formatRef(topOwner(snapshot, object))).toBe(top);
  });

  it('ends in a circle of owners, and after 32 levels', () => {
    const a = made('example.dev/v1', 'A', 'a', by('example.dev/v1', 'A', 'b'));
    const b = made('example.dev/v1', 'A', 'b', by('example.dev/v1', 'A', 'a'));
    expect(ownerChain(snapshotOf([a, b]), a).map(formatRef)).toEqual(['A.example.dev/prod/b']);
    const tower = Array.from({ length: 50 }, (_, i) =>
      made('example.dev/v1', 'A', `${i}`, by('example.dev/v1', 'A', `${i + 1}`)),
    );
    expect(ownerChain(snapshotOf(tower), tower[0] ?? a)).toHaveLength(32);
  });
});

describe('controlledBy and podsOf', () => {
  it.each([
    ['Deployment', 'web', ['ReplicaSet/prod/web-1'], ['Pod/prod/web-1-a']],
    ['ReplicaSet', 'web-1', ['Pod/prod/web-1-a'], ['Pod/prod/web-1-a']],
    ['CronJob', 'nightly', ['Job/prod/nightly-1'], []],
    ['Pod', 'web-1-a', [], []],
  ])('%s/%s', (kind, name, children, pods) => {
    const owner = ref(kind, 'prod', name);
    expect(controlledBy(snapshot, owner).map((child) => formatRef(refOf(child)))).toEqual(children);
    expect(podsOf(snapshot, owner).map((child) => formatRef(refOf(child)))).toEqual(pods);
  });
});

describe('workloads', () => {
  it('are what has a template that is no copy of another workload’s', () => {
    expect(workloads(snapshot).map((workload) => [formatRef(workload.ref), workload.replicas])).toEqual([
      ['CronJob/prod/nightly', undefined],
      ['Deployment/prod/web', 1],
      ['StatefulSet/prod/db', 3],
    ]);
    expect(workloads(snapshot).every((workload) => workload.template === template)).toBe(true);
    expect(workloadNamed(snapshot, ref('StatefulSet', 'prod', 'db'))?.object).toBe(statefulSet);
    expect(workloadNamed(snapshot, ref('ReplicaSet', 'prod', 'web-1'))).toBeUndefined();
  });

  it.each([
    [deployment, template],
    [cronJob, template],
    [pod, undefined],
    [namesake, undefined],
  ])('has the template of $kind', (object, wanted) => {
    expect(templateOf(object)).toBe(wanted);
  });
});
