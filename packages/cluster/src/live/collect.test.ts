import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, type Json, type ServerPlan, type User } from '@kroot/faultd';
import { BUILTIN_KINDS, ref } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotFromObjects } from '../read-snapshot.ts';
import { collectSnapshot } from './collect.ts';
import { type Collected } from './collect-types.ts';
import { collect, fakeCluster, make, many, NOW } from './fake-cluster.test.support.ts';
import { TransportError } from './transport-error.ts';

const TYPED = BUILTIN_KINDS.map(({ kind }) => kind);

function stateOf({ coverage }: Collected, kind: string, namespace?: string): string | undefined {
  const found = coverage.find((one) => 'kind' in one && one.kind === kind && one.namespace === namespace);
  return found?.state;
}

function reasonOf({ snapshot }: Collected, kind: string, namespace?: string): string | undefined {
  return snapshot.coverage.gap(kind, namespace)?.reason;
}

/** What may be listed, by resource; `pods@a` in one namespace only. */
function user(...allowed: readonly string[]): User {
  return {
    name: 'jane',
    may: (_verb, resource, namespace) => allowed.includes(resource) || allowed.includes(`${resource}@${namespace}`),
  };
}

describe('requests', () => {
  const objects = [
    ...many('Pod', 'a', 1201),
    ...many('Event', 'a', 501),
    make('Secret', 'a', 's'),
    make('Namespace', undefined, 'a'),
  ];

  it('are one list for each kind and page, discovery and the version, and nothing else', async () => {
    const { paths, snapshot } = await collect({ objects }, { kinds: TYPED });
    const lists = paths.filter((path) => path.includes('limit=500'));
    expect(lists).toHaveLength(TYPED.length + 2 + 1);
    expect(paths.filter((path) => !lists.includes(path))).toEqual(['/api', '/apis', '/version']);
    expect(snapshot.list('Pod')).toHaveLength(1201);
    expect(snapshot.list('Event')).toHaveLength(501);
  });

  it('ask for what refers to others first, and for events last', async () => {
    const { paths } = await collect({ objects }, { limits: { chains: 1 } });
    const order = paths.filter((path) => path.includes('limit=')).map((path) => path.split('/').at(-1)?.split('?')[0]);
    expect(order).toEqual(['pods', 'pods', 'pods', 'namespaces', 'secrets', 'configmaps', 'events', 'events']);
  });

  it('never ask for the values of Secrets', async () => {
    const cluster = fakeCluster({ objects });
    await collectSnapshot(cluster, { kinds: TYPED, wanted: [ref('Secret', 'a', 'other')] });
    const asked = cluster.requests.filter(({ path }) => path.includes('/secrets'));
    expect(asked).toHaveLength(2);
    for (const { headers } of asked) expect(headers['accept']).toBe('application/json;as=Table;v=v1;g=meta.k8s.io');
  });
});

describe('a live run sees what a file shows', () => {
  const folder = join(import.meta.dirname, '../../../../fixtures/incidents');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('cluster.json'),
  );

  it.each(files)('%s', async (file) => {
    const list = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { readonly items: readonly Json[] };
    const live = await collect({ objects: list.items }, { kinds: TYPED });
    const captured = snapshotFromObjects(list.items);
    // Metrics are no objects that anyone keeps.
    for (const kind of captured.kinds().filter((name) => name !== 'PodMetrics.metrics.k8s.io')) {
      // The rows of Secrets do not say whether these are immutable; their keys are known where managedFields are there.
      const known = captured
        .list(kind)
        .map((object) => (kind === 'Secret' ? { ...object, dataKeys: undefined } : object));
      const seen = live.snapshot
        .list(kind)
        .map((object) => (kind === 'Secret' ? { ...object, dataKeys: undefined } : object));
      expect(JSON.stringify(seen)).toBe(JSON.stringify(known));
    }
  });
});

describe('a list that goes wrong', () => {
  const objects = [...many('Pod', 'a', 1201), make('Namespace', undefined, 'a')];
  const run = async (...faults: readonly Fault[]): Promise<Collected & { readonly paths: readonly string[] }> =>
    collect({ objects, faults }, { kinds: ['Pod'] });

  it.each<readonly [string, Fault, string, number]>([
    ['expires once: begins again', { kind: 'expired', at: 'pods', page: 2, times: 1 }, 'complete', 1201],
    ['expires twice: in one piece', { kind: 'expired', at: 'pods', page: 2, times: 2 }, 'complete', 1201],
    [
      'expires twice, with a token: goes on',
      { kind: 'expired-with-continue', at: 'pods', page: 2, times: 2 },
      'partial',
      1201,
    ],
    ['expires on the third page for ever', { kind: 'expired-with-continue', at: 'pods', page: 3 }, 'partial', 1000],
    ['expires at once for ever', { kind: 'expired', at: 'pods' }, 'not-collected', 0],
    [
      'is too large once: shorter pages',
      { kind: 'huge-body', at: 'pods', page: 1, times: 1, bytes: 2 ** 23 },
      'complete',
      1201,
    ],
    ['is too large for ever', { kind: 'huge-body', at: 'pods', bytes: 2 ** 23 }, 'not-collected', 0],
    ['takes too long: shorter pages', { kind: 'gateway-timeout', at: 'pods', page: 2, times: 1 }, 'complete', 1201],
    ['fails on the second page', { kind: 'internal-error', at: 'pods', page: 2 }, 'partial', 500],
    ['is forbidden from the second page on', { kind: 'forbidden', at: 'pods', page: 2 }, 'partial', 500],
    ['is not found, although it is served', { kind: 'not-found', at: 'pods' }, 'not-collected', 0],
    ['goes on at the same place for ever', { kind: 'same-token', at: 'pods', page: 2 }, 'partial', 1000],
    ['has an empty page in the middle', { kind: 'empty-page', at: 'pods', page: 2, times: 1 }, 'complete', 1201],
    ['has empty pages for ever', { kind: 'empty-page', at: 'pods' }, 'partial', 0],
    ['is garbled once', { kind: 'items-null', at: 'pods', page: 2, times: 1 }, 'complete', 1201],
  ])('%s', async (_name, fault, state, count) => {
    const collected = await run(fault);
    expect(stateOf(collected, 'Pod')).toBe(state);
    expect(collected.snapshot.list('Pod')).toHaveLength(count);
    expect(collected.paths.length).toBeLessThan(60);
    expect(reasonOf(collected, 'Pod') === undefined).toBe(state === 'complete');
  });

  it.each([
    'html',
    'redirect',
    'status-200',
    'wrong-kind',
    'items-null',
    'items-string',
    'null-body',
    'broken-json',
    'cut-gzip',
    'reset',
    'not-found-html',
  ] as const)('is no list (%s): never an empty one', async (kind) => {
    for (const at of ['pods', 'secrets']) {
      // oxlint-disable-next-line no-await-in-loop -- two short runs
      const collected = await collect({ objects: [...objects, make('Secret', 'a', 's')], faults: [{ kind, at }] });
      const name = at === 'pods' ? 'Pod' : 'Secret';
      expect(stateOf(collected, name)).toBe('not-collected');
      expect(collected.snapshot.lookup(ref(name, 'a', 'x')).state).toBe('unknown');
      expect(stateOf(collected, 'ConfigMap')).toBe('complete');
    }
  });

  it('holds an object that cannot be used: the kind is not complete', async () => {
    const odd = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'a', name: 'x/y' } };
    const collected = await collect({ objects: [...objects, odd] });
    expect(stateOf(collected, 'Pod')).toBe('partial');
    expect(reasonOf(collected, 'Pod')).toBe('1 object was of no use and left out');
  });

  it('ends at the limit of objects', async () => {
    const collected = await collect({ objects }, { limits: { objects: 600 } });
    expect(stateOf(collected, 'Pod')).toBe('partial');
    expect(collected.snapshot.size).toBeLessThan(1201);
  });
});

describe('permissions', () => {
  const objects = [
    ...['a', 'b', 'default'].flatMap((name) => [
      make('Namespace', undefined, name),
      make('Pod', name, 'p'),
      make('Secret', name, 's', { type: 'Opaque' }),
    ]),
    make('Node', undefined, 'n'),
  ];
  const asJane = async (...allowed: readonly string[]): Promise<Collected & { readonly paths: readonly string[] }> => {
    const cluster = fakeCluster({ objects, users: { jane: user(...allowed) } }, 'jane');
    return { ...(await collectSnapshot(cluster, { kinds: ['Pod', 'Secret', 'Node'] })), paths: cluster.paths };
  };

  it('in one namespace only: that one is complete', async () => {
    const collected = await asJane('namespaces', 'pods@a', 'secrets');
    expect(['a', 'b', 'default'].map((namespace) => collected.snapshot.coverage.state('Pod', namespace))).toEqual([
      'complete',
      'forbidden',
      'forbidden',
    ]);
    expect(stateOf(collected, 'Pod')).toBe('forbidden');
    expect(reasonOf(collected, 'Pod', 'b')).toBe('you may not list pods');
    expect(collected.snapshot.list('Pod')).toHaveLength(1);
    expect(stateOf(collected, 'Secret')).toBe('complete');
    expect(stateOf(collected, 'Node')).toBe('forbidden');
  });

  it('without namespaces: the current one is tried', async () => {
    const collected = await asJane('pods@default', 'secrets@a');
    expect(collected.snapshot.coverage.state('Pod', 'default')).toBe('complete');
    expect(collected.snapshot.list('Secret')).toEqual([]);
    expect(collected.snapshot.coverage.state('Secret', 'a')).toBe('forbidden');
  });

  it('none at all: forbidden everywhere, and soon given up', async () => {
    const collected = await asJane();
    expect(['Pod', 'Secret', 'Node'].map((kind) => stateOf(collected, kind))).toEqual(
      Array<string>(3).fill('forbidden'),
    );
    expect(collected.snapshot.size).toBe(0);
    expect(collected.paths.length).toBeLessThan(12);
  });

  it('a namespace that denies three kinds and allows none is left alone', async () => {
    const kinds = TYPED.filter((kind) => kind !== 'Namespace');
    const cluster = fakeCluster({ objects, users: { jane: user('namespaces', 'pods@a') } }, 'jane');
    await collectSnapshot(cluster, { kinds });
    expect(cluster.paths.filter((path) => path.includes('/namespaces/b/'))).toHaveLength(3);
    expect(cluster.paths.filter((path) => path.includes('/namespaces/a/')).length).toBeGreaterThan(10);
  });

  it('to get one object, not to list: it is read by itself', async () => {
    const may: User['may'] = (verb, resource, _namespace, name) =>
      resource === 'pods' && verb === 'get' && name !== 'q';
    const cluster = fakeCluster({ objects, users: { jane: { name: 'jane', may } } }, 'jane');
    const wanted = [ref('Pod', 'a', 'p'), ref('Pod', 'a', 'gone'), ref('Pod', 'a', 'q')];
    const { snapshot } = await collectSnapshot(cluster, { kinds: ['Pod'], wanted });
    expect(wanted.map((target) => snapshot.lookup(target).state)).toEqual(['present', 'absent', 'unknown']);
    expect(snapshot.lookup(ref('Pod', 'a', 'x')).state).toBe('unknown');
  });

  it('rejected credentials end the run', async () => {
    await expect(collect({ objects, users: {} })).rejects.toMatchObject({ problem: 'auth' });
    const faults: readonly Fault[] = [{ kind: 'unauthorized', at: 'configmaps' }];
    const collected = await collect({ objects, faults }, { limits: { chains: 1 } });
    expect(['Pod', 'Secret', 'ConfigMap', 'Event'].map((kind) => stateOf(collected, kind))).toEqual([
      'complete',
      'complete',
      'not-collected',
      'not-collected',
    ]);
    expect(collected.paths.at(-1)).toContain('configmaps');
  });
});

describe('one namespace', () => {
  const objects = ['a', 'b', 'kube-system', 'kube-node-lease'].flatMap((name) => [
    make('Namespace', undefined, name),
    make('Pod', name, 'p'),
    make('Secret', name, 's', { type: 'Opaque' }),
    { ...make('Lease', name, 'l'), apiVersion: 'coordination.k8s.io/v1' },
  ]);

  it('is listed alone, with what is needed of others', async () => {
    const kinds = ['Pod', 'Secret', 'Lease', 'Node'];
    const collected = await collect({ objects }, { kinds, namespace: 'a' });
    const { coverage } = collected.snapshot;
    const states = (kind: string): readonly string[] =>
      [undefined, 'a', 'b', 'kube-system', 'openshift-dns', 'kube-node-lease'].map((name) =>
        coverage.state(kind, name),
      );
    expect(states('Pod')).toEqual([
      'not-collected',
      'complete',
      'not-collected',
      'complete',
      'complete',
      'not-collected',
    ]);
    expect(states('Secret')).toEqual(['not-collected', 'complete', ...Array<string>(4).fill('not-collected')]);
    expect(states('Lease')).toEqual([
      'not-collected',
      'complete',
      'not-collected',
      'complete',
      'not-collected',
      'complete',
    ]);
    expect(coverage.state('Node')).toBe('complete');
    expect(collected.snapshot.list('Namespace')).toHaveLength(4);
    expect(collected.paths.some((path) => path.includes('openshift-dns'))).toBe(false);
    expect(reasonOf(collected, 'Pod')).toBe('only namespace a was asked for');
    expect(collected.source.namespace).toBe('a');
  });

  it('has its labels even where namespaces may not be listed', async () => {
    const may: User['may'] = (verb, resource, namespace) =>
      namespace === 'a' || (verb === 'get' && resource === 'namespaces');
    const cluster = fakeCluster({ objects, users: { jane: { name: 'jane', may } } }, 'jane');
    const { snapshot } = await collectSnapshot(cluster, { kinds: ['Pod'], namespace: 'a' });
    expect(snapshot.list('Namespace').map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(snapshot.coverage.state('Namespace')).toBe('forbidden');
  });
});

describe('what looks missing is read once more', () => {
  const pod = (name: string, secret: string, phase: string): Json =>
    make('Pod', 'a', name, {
      spec: { containers: [{ name: 'c', envFrom: [{ secretRef: { name: secret } }] }] },
      status: { phase },
    });
  const before = [
    make('Namespace', undefined, 'a'),
    pod('p', 'late', 'Pending'),
    pod('q', 'gone', 'Pending'),
    pod('r', 'unused', 'Running'),
  ];
  const after = [...before, make('Secret', 'a', 'late', { type: 'Opaque' })];

  it('only for pods that wait, and by name', async () => {
    const [lists, objects] = [fakeCluster({ objects: before }), fakeCluster({ objects: after })];
    const get: typeof lists.transport.get = async (path, options) =>
      (path.includes('/secrets/') ? objects : lists).transport.get(path, options);
    const connection = { ...lists, transport: { ...lists.transport, get } };
    const collected = await collectSnapshot(connection, { kinds: ['Pod', 'Secret', 'ServiceAccount'] });
    expect(objects.paths).toEqual(['/api/v1/namespaces/a/secrets/late', '/api/v1/namespaces/a/secrets/gone']);
    expect(collected.snapshot.lookup(ref('Secret', 'a', 'late')).state).toBe('present');
    expect(collected.coverage).toContainEqual({ ref: ref('Secret', 'a', 'gone'), state: 'absent' });
  });

  it('within a limit', async () => {
    const pods = Array.from({ length: 80 }, (_, index) => pod(`p${index}`, `s${index}`, 'Pending'));
    const { paths } = await collect({ objects: [make('Namespace', undefined, 'a'), ...pods] });
    expect(paths.filter((path) => path.includes('/secrets/'))).toHaveLength(50);
  });
});

describe('the end of the time', () => {
  const objects = [...many('Pod', 'a', 1201), make('Secret', 'a', 's'), make('Namespace', undefined, 'a')];
  it.each(['interrupted', 'over'])('leaves what was read by then (%s)', async (word) => {
    const stop = new AbortController();
    const cluster = fakeCluster({ objects }, 'admin', async (path) => {
      if (!path.includes('continue')) return;
      if (word === 'interrupted') stop.abort();
      else await new Promise((resolve) => setTimeout(resolve, 80));
    });
    const limits = { chains: 1 };
    const deadline = word === 'over' ? 40 : undefined;
    const collected = await collectSnapshot(cluster, {
      kinds: ['Pod', 'Secret'],
      signal: stop.signal,
      deadline,
      limits,
    });
    expect(collected.snapshot.list('Pod')).toHaveLength(500);
    expect(stateOf(collected, 'Pod')).toBe('partial');
    expect(stateOf(collected, 'Secret')).toBe('not-collected');
    expect(reasonOf(collected, 'Secret')).toContain(word);
    expect(cluster.paths.filter((path) => path.includes('secrets'))).toEqual([]);
  });
});

it('the order of answers changes nothing', async () => {
  const objects = [
    ...many('Pod', 'a', 25),
    ...many('Event', 'b', 25),
    ...['a', 'b', 'c'].map((name) => make('Namespace', undefined, name)),
    make('Secret', 'a', 's'),
  ];
  const faults: readonly Fault[] = [{ kind: 'internal-error', at: 'services' }];
  const users: ServerPlan['users'] = {
    jane: { name: 'jane', may: (_verb, resource, namespace) => resource !== 'secrets' || namespace === 'a' },
  };
  const runs = await Promise.all(
    Array.from({ length: 6 }, async (_, seed) => {
      let state = seed;
      const wait = async (): Promise<void> => {
        state = (state * 1103515245 + 12345) % 2147483648;
        await new Promise((resolve) => setTimeout(resolve, state % 3));
      };
      const cluster = fakeCluster({ objects, faults, users }, 'jane', wait);
      const { snapshot: _snapshot, ...parts } = await collectSnapshot(cluster, {
        kinds: TYPED,
        limits: { page: 10, chains: 1 + (seed % 4) },
      });
      return JSON.stringify(parts);
    }),
  );
  expect(new Set(runs).size).toBe(1);
});

it('tells how far it is, and when it speaks of', async () => {
  const told: string[] = [];
  const collected = await collect(
    { objects: [...many('Pod', 'a', 3), make('Namespace', undefined, 'a')] },
    { onProgress: ({ step, done, of }) => void told.push(`${step} ${done}/${of}`), limits: { chains: 1 } },
  );
  expect(told).toEqual([
    'discovery 0/5',
    'discovery 0/5',
    'discovery 0/5',
    'Pod 0/5',
    'Namespace 1/5',
    'Secret 2/5',
    'ConfigMap 3/5',
    'Event 4/5',
  ]);
  expect(collected.snapshot.now.getTime()).toBe(NOW);
  expect(collected.source).toEqual({
    type: 'live',
    name: 'fake',
    capturedAt: '2026-11-20T12:00:00.000Z',
    serverVersion: 'v1.34.1',
  });
});

it('fails where nothing could be read', async () => {
  const faults: readonly Fault[] = [{ kind: 'internal-error', at: '*' }];
  await expect(collect({ objects: [], faults })).rejects.toBeInstanceOf(TransportError);
});
