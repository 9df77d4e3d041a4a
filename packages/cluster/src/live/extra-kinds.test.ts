import { type Fault, type Json } from '@kroot/faultd';
import { describe, expect, it } from 'vitest';
import { captureSnapshot, toCapture } from '../capture/capture.ts';
import { collectSnapshot } from './collect.ts';
import { CONDITION_GROUPS, namesGroup } from './condition-groups.ts';
import { extraKinds } from './extra-kinds.ts';
import { collect, fakeCluster, make } from './fake-cluster.test.support.ts';

function crd(group: string, kind: string, scope: 'Namespaced' | 'Cluster' = 'Namespaced'): Json {
  const plural = `${kind.toLowerCase()}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope, names: { plural, kind }, versions: [{ name: 'v1', served: true }] },
  };
}

function custom(group: string, kind: string, namespace: string | undefined, name: string): Json {
  const conditions = [{ type: 'Ready', status: 'False', reason: 'Broken', message: 'it is broken' }];
  return { ...make(kind, namespace, name), apiVersion: `${group}/v1`, status: { conditions } };
}

const objects = [
  make('Namespace', undefined, 'a'),
  make('Namespace', undefined, 'b'),
  make('Pod', 'a', 'p'),
  make('Event', 'a', 'e'),
  crd('karpenter.sh', 'NodePool', 'Cluster'),
  crd('source.toolkit.fluxcd.io', 'GitRepository'),
  crd('example.com', 'Widget'),
  custom('karpenter.sh', 'NodePool', undefined, 'pool'),
  custom('source.toolkit.fluxcd.io', 'GitRepository', 'a', 'repo'),
  custom('source.toolkit.fluxcd.io', 'GitRepository', 'b', 'other'),
  custom('example.com', 'Widget', 'a', 'w'),
];
const POOL = 'NodePool.karpenter.sh';
const REPO = 'GitRepository.source.toolkit.fluxcd.io';
const asked = { kinds: ['Pod', 'Event'], groups: CONDITION_GROUPS };

describe.each(['aggregated', 'legacy'] as const)('kinds that only their group was asked for (%s)', (discovery) => {
  it('are read with their conditions, those of other groups are not', async () => {
    const { snapshot, paths, notices } = await collect({ objects, discovery }, asked);
    expect(snapshot.kinds()).toEqual(['Event', REPO, 'Namespace', POOL, 'Pod']);
    expect(snapshot.list(POOL)[0]).toMatchObject({ status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    expect(snapshot.list(REPO)).toHaveLength(2);
    expect(snapshot.coverage.state(POOL)).toBe('complete');
    expect(paths.filter((path) => path.includes('widgets'))).toEqual([]);
    expect(paths.filter((path) => path.includes('limit=')).slice(-2)).toEqual([
      '/apis/karpenter.sh/v1/nodepools?limit=500',
      '/apis/source.toolkit.fluxcd.io/v1/gitrepositorys?limit=500',
    ]);
    expect(notices).toEqual([]);
  });

  it('are no more than the limit, and what is left out is told', async () => {
    const { snapshot, notices } = await collect({ objects, discovery }, { ...asked, limits: { extraKinds: 1 } });
    expect(snapshot.kinds()).not.toContain(REPO);
    expect(snapshot.list(POOL)).toHaveLength(1);
    expect(notices).toEqual([
      `1 kinds of custom objects that no rule names were read, 1 more was not (first: ${REPO})`,
    ]);
  });
});

it('those of one namespace are read there only, those of none as a whole', async () => {
  const { snapshot } = await collect({ objects }, { ...asked, namespace: 'a' });
  expect(snapshot.list(REPO).map(({ metadata }) => metadata.name)).toEqual(['repo']);
  expect(snapshot.list(POOL)).toHaveLength(1);
  expect([snapshot.coverage.state(REPO, 'a'), snapshot.coverage.state(REPO, 'b')]).toEqual([
    'complete',
    'not-collected',
  ]);
});

it('are nothing without the groups', async () => {
  const { snapshot } = await collect({ objects }, { kinds: asked.kinds });
  expect(snapshot.kinds()).toEqual(['Event', 'Namespace', 'Pod']);
});

it('may be refused: one request, a statement, and nothing else', async () => {
  const may = (_verb: string, resource: string): boolean => resource !== 'gitrepositorys.source.toolkit.fluxcd.io';
  const cluster = fakeCluster({ objects, users: { jane: { name: 'jane', may } } }, 'jane');
  const { snapshot, notices } = await collectSnapshot(cluster, asked);
  expect(snapshot.coverage.state(REPO)).toBe('forbidden');
  expect(
    snapshot.lookup({ group: 'source.toolkit.fluxcd.io', kind: 'GitRepository', namespace: 'a', name: 'repo' }).state,
  ).toBe('unknown');
  expect(cluster.paths.filter((path) => path.includes('gitrepositorys'))).toHaveLength(1);
  expect(notices).toEqual([]);
});

it.each(['internal-error', 'html', 'not-found', 'reset', 'items-null'] as const)(
  'may fail (%s): the rest is as complete as ever',
  async (kind) => {
    const faults: readonly Fault[] = [{ kind, at: 'nodepools.karpenter.sh' }];
    const { snapshot } = await collect({ objects, faults }, asked);
    expect(snapshot.coverage.state(POOL)).toBe('not-collected');
    expect(snapshot.coverage.gap(POOL)?.reason).not.toBe('');
    expect(['Pod', 'Event', REPO].map((each) => snapshot.coverage.state(each))).toEqual(
      Array<string>(3).fill('complete'),
    );
  },
);

it('do not make a run of one that could read nothing else', async () => {
  const faults = ['pods', 'events', 'namespaces'].map((at): Fault => ({ kind: 'internal-error', at }));
  const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  await expect(collect({ objects: definitions, faults }, asked)).rejects.toMatchObject({ problem: 'transient' });
});

it('are in a capture as they were seen', async () => {
  const collected = await collect({ objects }, asked);
  const again = captureSnapshot(toCapture(collected, 'kroot'));
  expect(again.list(POOL)).toEqual(collected.snapshot.list(POOL));
  expect(again.list(REPO)).toEqual(collected.snapshot.list(REPO));
  expect(again.coverage.state(POOL)).toBe('complete');
});

it('are counted beyond those that are read in any case', () => {
  const found = Array.from({ length: 63 }, (_, index) => `Kind${index}.argoproj.io`);
  expect(extraKinds(found, ['Kind0.argoproj.io', 'Kind1.argoproj.io'], 60)).toEqual({
    kinds: found.slice(2, 62),
    notices: ['60 kinds of custom objects that no rule names were read, 1 more was not (first: Kind62.argoproj.io)'],
  });
});

it.each([
  ['argoproj.io', true],
  ['new.toolkit.fluxcd.io', true],
  ['toolkit.fluxcd.io', false],
  ['generators.external-secrets.io', false],
  ['', false],
])('group %s: %s', (group, expected) => {
  expect(namesGroup(CONDITION_GROUPS, group)).toBe(expected);
});
