import { formatRef, ref, type Analyzer, type ResourceRef, type Snapshot } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import {
  deployment,
  ingress,
  pod,
  rule,
  secret,
  service,
  shop,
  snapshotOf,
  type TestObject,
} from '../cluster.test.support.ts';
import { blastRadius } from './blast-radius.ts';
import { whatIfMissing } from './what-if-missing.ts';

const NODES: readonly TestObject[] = [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1', uid: 'n' } }];
const SECRETS: readonly TestObject[] = ['all', 'one', 'idle'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'prod', name, uid: `secret-${name}` },
}));

/** A shop of two pods that need the Secret `all`, one of which needs `one` as well, and `perhaps` if it is there. */
const API: readonly TestObject[] = shop('api', ['x', 'y']).map((object) => {
  const { name } = object['metadata'] as { readonly name: string };
  if (object['kind'] !== 'Pod') return object;
  const needed = [
    { name: 'all' },
    { name: 'perhaps', optional: true },
    ...(name.endsWith('x') ? [{ name: 'one' }] : []),
  ];
  const env = needed.map(({ name: of, optional }) => ({
    name: of.toUpperCase(),
    valueFrom: { secretKeyRef: { name: of, key: 'k', ...(optional === true && { optional }) } },
  }));
  const container = { name: 'main', image: 'registry.example.com/app:1', env };
  return { ...object, spec: { nodeName: 'worker-1', containers: [container] } };
});
const SHOP = [...API, ...NODES, ...SECRETS];

function hits(snapshot: Snapshot, target: ResourceRef): readonly string[] {
  return blastRadius(snapshot, target).hits.map(({ effect, lost, resource, through }) => {
    const share = lost === undefined ? '' : ` ${lost.count}/${lost.of}`;
    return `${effect} ${formatRef(resource)}${share} by ${formatRef(through)}`;
  });
}

/** Says of each Secret that a pod needs and that is proved missing that it is. */
const secretMissing: Analyzer = {
  ...rule('secret-missing', { breaks: ['container-start'] }, []),
  *analyze({ snapshot, graph, now }) {
    const told = new Set<string>();
    for (const { metadata } of snapshot.list('Pod')) {
      for (const { optional, relation, status, to } of graph.dependencies(pod(metadata.name))) {
        if (relation !== 'secret' || status !== 'absent' || optional === true || told.has(to.name)) continue;
        told.add(to.name);
        yield* rule('secret-missing', {}, [{ subject: to }]).analyze({ snapshot, graph, now });
      }
    }
  },
};

const fresh = (snapshot: Snapshot, target: ResourceRef, ...analyzers: readonly Analyzer[]): readonly string[] =>
  whatIfMissing(snapshot, target, { analyzers }).diagnoses.map(
    ({ rank, rootCause, rule: id }) => `${rank} ${id} ${formatRef(rootCause)}`,
  );

describe('blast radius', () => {
  test.each<[string, ResourceRef, readonly string[]]>([
    [
      'what all pods need takes the workload, its Service and its Ingress down',
      secret('all'),
      [
        'stops Deployment/prod/api 2/2 by Pod/prod/api-abc12-y',
        'stops Ingress/prod/api-ing 1/1 by Service/prod/api-svc',
        'stops Pod/prod/api-abc12-x by Secret/prod/all',
        'stops Pod/prod/api-abc12-y by Secret/prod/all',
        'stops ReplicaSet/prod/api-abc12 2/2 by Pod/prod/api-abc12-y',
        'stops Service/prod/api-svc 2/2 by Pod/prod/api-abc12-y',
      ],
    ],
    [
      'what one of two pods needs only degrades, and goes no further than the Service',
      secret('one'),
      [
        'stops Pod/prod/api-abc12-x by Secret/prod/one',
        'degrades Deployment/prod/api 1/2 by Pod/prod/api-abc12-x',
        'degrades ReplicaSet/prod/api-abc12 1/2 by Pod/prod/api-abc12-x',
        'degrades Service/prod/api-svc 1/2 by Pod/prod/api-abc12-x',
      ],
    ],
    ['what is optional hurts nobody', secret('perhaps'), []],
    ['what nothing refers to hurts nobody', secret('idle'), []],
    ['a Service takes its Ingress', service('api-svc'), ['stops Ingress/prod/api-ing 1/1 by Service/prod/api-svc']],
    ['nothing depends on an Ingress', ingress('api-ing'), []],
  ])('%s', (_, target, expected) => {
    expect(hits(snapshotOf(SHOP), target)).toEqual(expected);
    expect(hits(snapshotOf(SHOP.toReversed()), target)).toEqual(expected);
  });

  test.each<[string, readonly TestObject[], string]>([
    ['present', SHOP, 'present'],
    ['missing where others of its kind are known', SHOP.filter((object) => nameOf(object) !== 'all'), 'absent'],
    ['unknown where its kind was not read', [...API, ...NODES], 'unknown'],
  ])('of an object that is %s is the same, and its status is told', (_, objects, status) => {
    const snapshot = snapshotOf(objects);
    expect(blastRadius(snapshot, secret('all')).status).toBe(status);
    expect(hits(snapshot, secret('all'))).toEqual(hits(snapshotOf(SHOP), secret('all')));
  });

  test('distance counts the edges on the way', () => {
    const far = new Map(
      blastRadius(snapshotOf(SHOP), secret('all')).hits.map(({ distance, resource }) => [resource.kind, distance]),
    );
    expect(Object.fromEntries(far)).toEqual({ Pod: 1, ReplicaSet: 2, Service: 2, Deployment: 3, Ingress: 3 });
  });
});

describe('what if it were missing', () => {
  test('tells the fault that a deletion would make, and leaves the snapshot as it was', () => {
    const snapshot = snapshotOf(SHOP);
    const before = JSON.stringify(snapshot.list('Secret'));
    const outcome = whatIfMissing(snapshot, secret('all'), { analyzers: [secretMissing] });
    expect({ state: outcome.state, gone: outcome.gone }).toEqual({ state: 'removed', gone: [] });
    expect(outcome.diagnoses).toMatchObject([{ rank: 1, rule: 'secret-missing', rootCause: secret('all') }]);
    expect(outcome.radius.hits).toHaveLength(6);
    expect(JSON.stringify(snapshot.list('Secret'))).toBe(before);
  });

  test.each<[string, ResourceRef]>([
    ['what is optional', secret('perhaps')],
    ['what nothing needs', secret('idle')],
  ])('%s makes no fault', (_, target) => {
    expect(fresh(snapshotOf(SHOP), target, secretMissing)).toEqual([]);
  });

  test('what is wrong already is not told again', () => {
    const known = rule('known', {}, [{ subject: deployment('api') }]);
    const snapshot = snapshotOf(SHOP.filter((object) => nameOf(object) !== 'one'));
    expect(fresh(snapshot, secret('all'), secretMissing, known)).toEqual(['1 secret-missing Secret/prod/all']);
  });

  test('a workload goes with its ReplicaSets and pods, which are no finding of their own', () => {
    const gonePods: Analyzer = {
      ...rule('pods-gone', {}, []),
      *analyze({ snapshot, graph, now }) {
        if (snapshot.list('Pod').length > 0) return;
        const said = [pod('api-abc12-x'), service('api-svc')].map((subject) => ({ subject }));
        yield* rule('pods-gone', {}, said).analyze({ snapshot, graph, now });
      },
    };
    const outcome = whatIfMissing(snapshotOf(SHOP), deployment('api'), { analyzers: [gonePods] });
    expect(outcome.gone.map((each) => formatRef(each)).toSorted()).toEqual([
      'Pod/prod/api-abc12-x',
      'Pod/prod/api-abc12-y',
      'ReplicaSet/prod/api-abc12',
    ]);
    expect(outcome.diagnoses.map(({ rootCause }) => rootCause)).toEqual([service('api-svc')]);
  });

  test('a rule that throws is left out, and the others answer', () => {
    const broken: Analyzer = {
      ...rule('broken', {}, []),
      // oxlint-disable-next-line require-yield -- it never comes to that
      *analyze() {
        throw new Error('no');
      },
    };
    expect(fresh(snapshotOf(SHOP), secret('all'), broken, secretMissing)).toEqual(['1 secret-missing Secret/prod/all']);
  });

  test.each<[string, ResourceRef, readonly TestObject[], string]>([
    ['absent', secret('gone'), SHOP, 'absent'],
    ['not read', ref('ConfigMap', 'prod', 'settings'), SHOP, 'unknown'],
  ])('of what is %s nothing is taken away, and nothing is claimed', (_, target, objects, state) => {
    const outcome = whatIfMissing(snapshotOf(objects), target, { analyzers: [secretMissing] });
    expect(outcome).toMatchObject({ state, gone: [], diagnoses: [] });
  });
});

function nameOf(object: TestObject): string {
  return (object['metadata'] as { readonly name: string }).name;
}
