import { describe, expect, it } from 'vitest';
import { snapshotFromObjects } from '../read-snapshot.ts';

type Body = Readonly<Record<string, unknown>>;

function make(kind: string, id: string, body: Body = {}, apiVersion = 'v1'): object {
  const [name, namespace] = id.split('/').toReversed();
  return { apiVersion, kind, metadata: { name, namespace }, ...body };
}

const make2 = (kind: string, ids: readonly string[]): readonly object[] => ids.map((id) => make(kind, id));

function pod(id: string, spec: Body = {}, status: Body = {}, metadata: Body = {}): object {
  const [name, namespace] = id.split('/').toReversed();
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ...metadata },
    spec: { containers: [{ name: 'c' }], ...spec },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], ...status },
  };
}

const env = (kind: 'secretRef' | 'configMapRef', ...names: readonly string[]): Body => ({
  containers: [{ name: 'c', envFrom: names.map((name) => ({ [kind]: { name } })) }],
});
const tokenVolume = { volumes: [{ name: 't', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } }] };
const claim = (claimName: string): Body => ({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] });
const owned = (name: string): Body => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, controller: true }],
});
const bound = (volumeName: string): Body => ({ spec: { volumeName }, status: { phase: 'Bound' } });
const binding = (name: string): Body => ({ roleRef: { kind: 'ClusterRole', name } });
const accounts = make2('ServiceAccount', ['a/default', 'b/default']);
const secrets = make2('Secret', ['a/x', 'b/x']);
const sets = ['a/r1', 'b/r1'].map((id) => make('ReplicaSet', id, {}, 'apps/v1'));
const pods = (names: readonly string[], spec: (name: string) => Body): readonly object[] =>
  names.map((name) => pod(`a/${name}`, spec(name)));
const as = (serviceAccountName: string): Body => ({ serviceAccountName });

describe('a list is believed unless objects contradict it', () => {
  const cases: readonly (readonly [string, readonly object[], string, string | undefined, string])[] = [
    ['accounts that are there', [...accounts, pod('a/p', as('default'))], 'ServiceAccount', 'a', 'complete'],
    ['one account lost under its pod: a fault', [...accounts, pod('a/p', as('x'))], 'ServiceAccount', 'a', 'complete'],
    ['two of three accounts missing', [...accounts, ...pods(['x', 'y'], as)], 'ServiceAccount', 'a', 'partial'],
    ['… which says nothing of b', [...accounts, ...pods(['x', 'y'], as)], 'ServiceAccount', 'b', 'complete'],
    ['… but of the whole cluster', [...accounts, ...pods(['x', 'y'], as)], 'ServiceAccount', undefined, 'partial'],
    ['no account of a namespace with pods', [...accounts, pod('c/p', as('x'))], 'ServiceAccount', 'c', 'partial'],
    [
      'most of several namespaces missing, none proved here',
      [...accounts, pod('c/p', as('x')), pod('d/p', as('y'))],
      'ServiceAccount',
      'e',
      'partial',
    ],
    [
      '… and all that are proved here are there',
      [...accounts, pod('a/p'), pod('c/p', as('x')), pod('d/p', as('y'))],
      'ServiceAccount',
      'a',
      'complete',
    ],
    [
      'accounts of pods that do not run',
      [...accounts, ...['x', 'y'].map((name) => pod(`a/${name}`, as(name), { phase: 'Pending' }))],
      'ServiceAccount',
      'a',
      'complete',
    ],
    [
      'accounts of pods that are being deleted',
      [...accounts, ...['x', 'y'].map((name) => pod(`a/${name}`, as(name), {}, { deletionTimestamp: 'now' }))],
      'ServiceAccount',
      'a',
      'complete',
    ],
    [
      'the root CA under a ready pod',
      [...make2('ConfigMap', ['a/x', 'b/x']), pod('a/p', tokenVolume)],
      'ConfigMap',
      'a',
      'partial',
    ],
    [
      '… and under one that never got ready',
      [...make2('ConfigMap', ['a/x', 'b/x']), pod('a/p', tokenVolume, { conditions: [] })],
      'ConfigMap',
      'a',
      'complete',
    ],
    ['one Secret of two missing', [...secrets, pod('a/p', env('secretRef', 'x', 'y'))], 'Secret', 'a', 'complete'],
    ['the only Secret missing', [...secrets, pod('a/p', env('secretRef', 'y'))], 'Secret', 'a', 'complete'],
    ['all Secrets missing', [...secrets, pod('a/p', env('secretRef', 'y', 'z'))], 'Secret', 'a', 'partial'],
    [
      'all optional Secrets missing',
      [
        ...secrets,
        pod('a/p', {
          volumes: ['y', 'z'].map((name) => ({ name, secret: { secretName: name, optional: true } })),
        }),
      ],
      'Secret',
      'a',
      'complete',
    ],
    [
      'all ConfigMaps missing',
      [...make2('ConfigMap', ['a/x', 'b/x']), pod('a/p', env('configMapRef', 'y', 'z'))],
      'ConfigMap',
      'a',
      'partial',
    ],
    ['one node of two gone', [make('Node', 'n1'), ...pods(['n1', 'n2'], node)], 'Node', undefined, 'complete'],
    ['most nodes missing', [make('Node', 'n1'), ...pods(['n1', 'n2', 'n3'], node)], 'Node', undefined, 'partial'],
    [
      'claims under running pods',
      [...make2('PersistentVolumeClaim', ['a/x', 'b/x']), ...pods(['y', 'z'], claim)],
      'PersistentVolumeClaim',
      'a',
      'partial',
    ],
    [
      'volumes of bound claims',
      [make('PersistentVolume', 'v1'), ...['v2', 'v3'].map((v) => make('PersistentVolumeClaim', `a/${v}`, bound(v)))],
      'PersistentVolume',
      undefined,
      'partial',
    ],
    [
      'owners',
      [...sets, ...['r2', 'r3'].map((name) => pod(`a/${name}`, {}, {}, owned(name)))],
      'ReplicaSet',
      'a',
      'partial',
    ],
    ['one owner', [...sets, pod('a/p', {}, {}, owned('r2'))], 'ReplicaSet', 'a', 'complete'],
    [
      'a role of the API server itself',
      [make('ClusterRole', 'mine'), make('ClusterRoleBinding', 'b', binding('system:basic-user'))],
      'ClusterRole',
      undefined,
      'partial',
    ],
    [
      'a role of somebody else',
      [make('ClusterRole', 'mine'), make('ClusterRoleBinding', 'b', binding('yours'))],
      'ClusterRole',
      undefined,
      'complete',
    ],
    ['a kind that was never listed', [pod('a/p', as('x'))], 'ServiceAccount', 'a', 'not-collected'],
  ];
  it.each(cases)('%s', (_name, objects, kind, namespace, state) => {
    expect(snapshotFromObjects(objects).coverage.state(kind, namespace)).toBe(state);
  });

  it('says why', () => {
    const { coverage } = snapshotFromObjects([...accounts, ...pods(['x', 'y'], as)]);
    expect(coverage.gap('ServiceAccount', 'a')?.reason).toBe(
      '2 of 3 that must exist are not in the input: pods run as them',
    );
  });

  it('a statement of the capture outweighs the doubt', () => {
    const objects = [...accounts, ...pods(['x', 'y'], as)];
    const coverage = [{ kind: 'ServiceAccount', state: 'complete' }] as const;
    expect(snapshotFromObjects(objects, { coverage }).coverage.state('ServiceAccount', 'a')).toBe('complete');
  });
});

function node(nodeName: string): Body {
  return { nodeName };
}

describe('a list of everything shows what there is none of', () => {
  const everything: readonly object[] = [
    make('APIService', 's', {}, 'apiregistration.k8s.io/v1'),
    ...['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'].flatMap((kind) =>
      (kind.startsWith('Cluster') ? ['x'] : ['kube-system/x', 'kube-public/x']).map((id) =>
        make(kind, id, {}, 'rbac.authorization.k8s.io/v1'),
      ),
    ),
    ...make2('ConfigMap', ['kube-system/x', 'default/x']),
    ...make2('ServiceAccount', ['kube-system/default', 'default/default']),
    ...make2('Namespace', ['kube-system', 'kube-public', 'default', 'kube-node-lease']),
    ...make2('Service', ['default/kubernetes']),
    ...make2('Node', ['n1']),
    make('EndpointSlice', 'default/kubernetes', {}, 'discovery.k8s.io/v1'),
    make('Lease', 'kube-node-lease/n1', {}, 'coordination.k8s.io/v1'),
    make('FlowSchema', 'x', {}, 'flowcontrol.apiserver.k8s.io/v1'),
    make('PriorityLevelConfiguration', 'x', {}, 'flowcontrol.apiserver.k8s.io/v1'),
    make('PriorityClass', 'system-node-critical', {}, 'scheduling.k8s.io/v1'),
  ];
  const withoutOne = everything.filter((object) => !('kind' in object && object.kind === 'FlowSchema'));
  const ofOneNamespace = everything.filter((object) => !JSON.stringify(object).includes('"namespace":"kube-public"'));
  it.each<readonly [string, readonly object[], string, string]>([
    ['a built-in kind', everything, 'StorageClass', 'complete'],
    ['a custom kind', everything, 'Widget.x.io', 'not-collected'],
    ['Secrets, which people leave out', everything, 'Secret', 'not-collected'],
    ['Events, which people leave out', everything, 'Event', 'not-collected'],
    ['a list that lacks what every cluster has', withoutOne, 'StorageClass', 'not-collected'],
    ['a list of one namespace', ofOneNamespace, 'NetworkPolicy', 'not-collected'],
    [
      'objects that contradict it',
      [...everything, ...['v1', 'v2'].map((v) => make('PersistentVolumeClaim', `default/${v}`, bound(v)))],
      'PersistentVolume',
      'partial',
    ],
  ])('%s', (_name, objects, kind, state) => {
    expect(snapshotFromObjects(objects).coverage.state(kind)).toBe(state);
  });
});
