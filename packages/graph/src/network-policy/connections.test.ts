import { type KubernetesObject } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { policyConnections, policyWorkloads, type ConnectionEnd, type PolicyConnection } from './connections.ts';
import { namespace, pod, policy } from './fixtures.test.support.ts';
import { formatPortSet } from './format-ports.ts';
import { diffConnections } from './policy-diff.ts';

const CLOSED = { closedWorld: true };
const textOf = (end: ConnectionEnd): string =>
  end.kind === 'ip' ? `${end.from}-${end.to}` : `${end.owner}/${end.ns}/${end.name}`;
const lineOf = ({ src, dst, allowed }: Pick<PolicyConnection, 'src' | 'dst' | 'allowed'>): string =>
  `${textOf(src)} > ${textOf(dst)}: ${formatPortSet(allowed)}`;
const table = (objects: readonly KubernetesObject[], options = CLOSED): readonly string[] =>
  [...policyConnections(snapshotOf(objects), options)].map((row) => lineOf(row));

function deployment(path: string, labels: Readonly<Record<string, string>>, rest: object = {}): KubernetesObject {
  const [ns = '', name = ''] = path.split('/');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: ns, name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main' }] } },
      ...rest,
    },
  } as KubernetesObject;
}

const owned = (
  name: string,
  labels: Readonly<Record<string, string>>,
  kind: string,
  owner: string,
): KubernetesObject => {
  const made = pod(name, labels);
  const ownerReferences = [{ apiVersion: 'apps/v1', kind, name: owner, controller: true }];
  return { ...made, metadata: { ...made.metadata, ownerReferences } };
};

describe('workloads', () => {
  it('are made of templates where there are no pods', () => {
    expect(table([deployment('shop/web', { app: 'web' }), policy('shop/deny', { podSelector: {} })])).toEqual([
      'Deployment/shop/web > 0.0.0.0-255.255.255.255: all ports',
    ]);
  });

  it('are their pods where there are any', () => {
    const set = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        namespace: 'shop',
        name: 'web-1',
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', controller: true }],
      },
      spec: { template: { metadata: { labels: { app: 'old' } }, spec: { containers: [] } } },
    } as KubernetesObject;
    const objects = [
      deployment('shop/web', { app: 'web' }),
      set,
      owned('shop/web-1-x', { app: 'web' }, 'ReplicaSet', 'web-1'),
    ];
    expect(
      policyWorkloads(snapshotOf(objects), CLOSED).map(({ workload, pods }) => [textOf(workload), pods.length]),
    ).toEqual([['Deployment/shop/web', 1]]);
  });

  it('without pods in a cluster that is known are none', () => {
    expect(table([deployment('shop/web', { app: 'web' }, { replicas: 0 })])).toEqual([]);
    expect(
      policyWorkloads(snapshotOf([deployment('shop/web', { app: 'web' }, { replicas: 0 })], ['Pod']), CLOSED),
    ).toHaveLength(1);
  });

  it('are named by owners even without a kind', () => {
    expect(
      policyWorkloads(
        snapshotOf([owned('shop/a', {}, '', 'team'), owned('shop/b', { x: 'y' }, '', 'team')]),
        CLOSED,
      ).map(({ workload }) => textOf(workload)),
    ).toEqual(['Pod/shop/team']);
  });

  it('leave out finished pods', () => {
    expect(table([pod('shop/job', {}, { status: { phase: 'Succeeded' } })])).toEqual([]);
  });

  it('go on after finished pods, but for Jobs that are done', () => {
    const spec = { template: { metadata: { labels: {} }, spec: { containers: [{ name: 'main' }] } } };
    const make = (apiVersion: string, kind: string, body: object): KubernetesObject =>
      ({ apiVersion, kind, metadata: { namespace: 'shop', name: 'nightly' }, spec: body }) as KubernetesObject;
    const finished = (kind: string): KubernetesObject => {
      const made = owned('shop/done', {}, kind, 'nightly');
      const [apiVersion, status] = ['batch/v1', { phase: 'Succeeded' }];
      const ownerReferences = [{ apiVersion, kind, name: 'nightly', controller: true }];
      return { ...made, metadata: { ...made.metadata, ownerReferences }, status } as KubernetesObject;
    };
    const count = (objects: readonly KubernetesObject[]): number => policyWorkloads(snapshotOf(objects), CLOSED).length;
    expect(count([make('batch/v1', 'CronJob', { jobTemplate: { spec } }), finished('CronJob')])).toBe(1);
    expect(count([make('batch/v1', 'Job', spec), finished('Job')])).toBe(0);
    expect(count([make('batch/v1', 'Job', spec)])).toBe(1);
  });

  it('tell when they are on the network of nodes', () => {
    const [found] = policyWorkloads(snapshotOf([pod('shop/agent', {}, { spec: { hostNetwork: true } })]), CLOSED);
    expect(found?.workload.hostNetwork).toBe(true);
  });
});

describe('connections', () => {
  const web = { app: 'web' };

  it('of pods that differ are those of any, and say which are not of all', () => {
    const objects = [
      owned('shop/a', { tier: 'x' }, 'StatefulSet', 'db'),
      owned('shop/b', { tier: 'y' }, 'StatefulSet', 'db'),
      pod('shop/web', web),
      policy('shop/p', {
        podSelector: { matchLabels: { tier: 'x' } },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: 80 }] }],
      }),
    ];
    const rows = [...policyConnections(snapshotOf(objects), CLOSED)].filter(
      ({ src, dst }) => textOf(src) === 'Pod/shop/web' && dst.kind === 'workload',
    );
    expect(rows.map(({ allowed, partly }) => [formatPortSet(allowed), formatPortSet(partly)])).toEqual([
      ['all ports', 'TCP 1-79, 81-65535; UDP; SCTP'],
    ]);
  });

  it('between the pods of one workload are given where it has several', () => {
    const rows = table([
      deployment('shop/web', web, { replicas: 2 }),
      policy('shop/p', {
        podSelector: {},
        ingress: [{ ports: [{ port: 7000 }] }],
        policyTypes: ['Ingress', 'Egress'],
        egress: [{}],
      }),
    ]);
    expect(rows[0]).toBe('Deployment/shop/web > Deployment/shop/web: TCP 7000');
    expect(table([deployment('shop/web', web, { replicas: 1 })])[0]).toBe(
      'Deployment/shop/web > 0.0.0.0-255.255.255.255: all ports',
    );
  });

  it('with addresses are joined where policies do not tell them apart', () => {
    const block = { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } };
    const spec = {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [block] }],
      egress: [{ to: [block] }, { to: [{ ipBlock: { cidr: '10.1.0.0/16' } }] }],
    };
    expect(table([pod('shop/web', web), policy('shop/p', spec)])).toEqual([
      'Pod/shop/web > 10.0.0.0-10.255.255.255: all ports',
      '10.0.0.0-10.0.255.255 > Pod/shop/web: all ports',
      '10.2.0.0-10.255.255.255 > Pod/shop/web: all ports',
    ]);
  });

  it('by IPv6 are given where there is any', () => {
    expect(table([pod('shop/web', web, { status: { podIPs: [{ ip: 'fd00::1' }] } })])).toContain(
      'Pod/shop/web > ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff: all ports',
    );
    expect(table([pod('shop/web', web)]).filter((line) => line.includes('::'))).toEqual([]);
  });

  it('in one namespace have an end in it', () => {
    const objects = [pod('shop/web', web), pod('other/x', {}), pod('third/y', {})];
    const rows = [...policyConnections(snapshotOf(objects), { ...CLOSED, namespace: 'shop' })].map((row) =>
      lineOf(row),
    );
    expect(rows).toEqual([
      'Pod/other/x > Pod/shop/web: all ports',
      'Pod/shop/web > Pod/other/x: all ports',
      'Pod/shop/web > Pod/third/y: all ports',
      'Pod/shop/web > 0.0.0.0-255.255.255.255: all ports',
      'Pod/third/y > Pod/shop/web: all ports',
      '0.0.0.0-255.255.255.255 > Pod/shop/web: all ports',
    ]);
  });

  it('of which nothing can be told say why', () => {
    const objects = [
      pod('shop/web', web, { status: { podIP: '10.0.0.1' } }),
      pod('shop/x', {}),
      policy('shop/p', {
        podSelector: { matchLabels: { app: 'web' } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }],
      }),
    ];
    const row = [...policyConnections(snapshotOf(objects), CLOSED)].find(
      ({ src, dst }) => src.kind === 'workload' && dst.kind === 'workload' && dst.name === 'web',
    );
    expect(row).toMatchObject({ reason: 'Pod/shop/x has no address yet, and an ipBlock may hold it' });
    expect(row && [formatPortSet(row.allowed), formatPortSet(row.unknown)]).toEqual(['no ports', 'all ports']);
  });

  it.each([
    ['10.0.0.0/8', 'all ports'],
    ['0.0.0.0/0', 'all ports'],
    ['203.0.113.0/24', 'none'],
  ])('to a pod of a template by block %s: %s may be open', (cidr, expected) => {
    const template = deployment('shop/web', web);
    const spec = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ ipBlock: { cidr } }] }] };
    const rows = [
      ...policyConnections(snapshotOf([template, deployment('shop/x', {}), policy('shop/p', spec)]), CLOSED),
    ];
    const row = rows.find(({ src, dst }) => src.kind === 'workload' && dst.kind === 'workload' && dst.name === 'web');
    expect(row === undefined ? 'none' : formatPortSet(row.unknown)).toBe(expected);
  });

  it('depend on whether there may be more than what is there', () => {
    const objects = [
      pod('shop/web', web),
      pod('other/x', {}),
      policy('shop/p', {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }],
      }),
    ];
    const unknown = (closedWorld: boolean): number =>
      [...policyConnections(snapshotOf(objects, ['Namespace', 'NetworkPolicy']), { closedWorld })].filter(
        ({ reason }) => reason !== undefined,
      ).length;
    expect([unknown(true), unknown(false)]).toEqual([0, 6]);
  });
});

describe('what differs', () => {
  const before = [pod('shop/web', { app: 'web' }), pod('shop/old', {}), namespace('shop')];
  const after = [pod('shop/web', { app: 'web' }), pod('shop/new', {}), namespace('shop')];
  const closed = (cidr: string): KubernetesObject =>
    policy('shop/p', {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ ipBlock: { cidr } }], ports: [{ port: 80 }] }],
    });
  const diff = (a: readonly KubernetesObject[], b: readonly KubernetesObject[]): readonly string[] =>
    diffConnections(snapshotOf(a), snapshotOf(b), { before: CLOSED, after: CLOSED }).map(
      ({ src, dst, added, removed, workload = '' }) =>
        `${textOf(src)} > ${textOf(dst)}: +${formatPortSet(added)} -${formatPortSet(removed)} ${workload}`,
    );

  it('is nothing where all is the same', () => {
    expect(diff(before, before)).toEqual([]);
  });

  it('is told for addresses in whole ranges', () => {
    expect(diff([...before.slice(0, 1), closed('10.0.0.0/8')], [...before.slice(0, 1), closed('10.0.0.0/9')])).toEqual([
      '10.128.0.0-10.255.255.255 > Pod/shop/web: +no ports -TCP 80 ',
    ]);
  });

  it('says which workloads are new and which are gone', () => {
    expect(diff(before, after).map((line) => line.replaceAll('0.0.0.0-255.255.255.255', 'all'))).toEqual([
      'Pod/shop/new > Pod/shop/web: +all ports -no ports new',
      'Pod/shop/new > all: +all ports -no ports new',
      'Pod/shop/old > Pod/shop/web: +no ports -all ports gone',
      'Pod/shop/old > all: +no ports -all ports gone',
      'Pod/shop/web > Pod/shop/new: +all ports -no ports new',
      'Pod/shop/web > Pod/shop/old: +no ports -all ports gone',
      'all > Pod/shop/new: +all ports -no ports new',
      'all > Pod/shop/old: +no ports -all ports gone',
    ]);
  });
});
