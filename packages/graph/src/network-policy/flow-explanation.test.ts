import { type KubernetesObject, type Snapshot } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { namespace, pod, policy } from './fixtures.test.support.ts';
import { explainFlow, type FlowExplanation } from './flow-explanation.ts';
import { randomWorld } from './random-world.test.support.ts';
import { type PolicyChange } from './smallest-change.ts';
import { type FlowEnd } from './verdict.ts';

const web = pod('shop/web', { app: 'web', 'pod-template-hash': 'abc' });
const client = pod('other/client', { app: 'client' });
const world: readonly KubernetesObject[] = [web, client, namespace('shop'), namespace('other')];
const port = { port: 80, protocol: 'TCP' };

function explain(objects: readonly KubernetesObject[], from: FlowEnd = client, to: FlowEnd = web): FlowExplanation {
  return explainFlow(
    snapshotOf([...world, ...objects]),
    { from: { end: from }, to: { end: to }, port },
    { closedWorld: true },
  );
}

const brief = ({ sides }: FlowExplanation): readonly string[] =>
  sides.flatMap(({ direction, answer, policies }) => [
    `${direction}: ${answer}`,
    ...policies.map(({ policy: { name }, outcome, detail }) => `${name} ${outcome}: ${detail}`),
  ]);

describe('an explanation', () => {
  it('says for every policy what it does', () => {
    const rule = (name: string, ingress: object): KubernetesObject =>
      policy(`shop/${name}`, {
        podSelector: { matchLabels: { app: 'web' } },
        policyTypes: ['Ingress'],
        ingress: [ingress],
      });
    const anyNamespace = { namespaceSelector: {} };
    expect(
      brief(
        explain([
          policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress'] }),
          rule('peer', { from: [{ podSelector: {} }] }),
          rule('port', { from: [anyNamespace], ports: [{ port: 8080 }] }),
          rule('name', { from: [anyNamespace], ports: [{ port: 'http' }] }),
        ]),
      ),
    ).toEqual([
      'Egress: yes',
      'Ingress: no',
      'deny misses: it has no ingress rule',
      'name misses: its ingress rule names TCP/http, which Pod/shop/web does not declare',
      'peer misses: no ingress rule names Pod/other/client',
      'port misses: its ingress rule names TCP/8080, not TCP/80',
    ]);
  });

  it('says which rule allows, and which tier was not asked', () => {
    const admin = (kind: string, name: string, action: string, more: object = {}): KubernetesObject =>
      ({
        apiVersion: 'policy.networking.k8s.io/v1alpha1',
        kind,
        metadata: { name },
        spec: { subject: { namespaces: {} }, ingress: [{ action, from: [{ namespaces: {} }] }], ...more },
      }) as KubernetesObject;
    const open = policy('shop/open', {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: 1 }] }, {}],
    });
    const baseline = admin('BaselineAdminNetworkPolicy', 'default', 'Deny');
    expect(brief(explain([open, baseline, admin('AdminNetworkPolicy', 'first', 'Pass', { priority: 1 })]))).toEqual([
      'Egress: yes',
      'first silent: none of its rules is about this connection',
      'default silent: none of its rules is about this connection',
      'Ingress: yes',
      'first passes: ingress[0] passes every port from every pod in every namespace',
      'open allows: ingress[1] allows every port from everybody',
      'default not-asked: NetworkPolicies have decided before',
    ]);
    expect(
      brief(explain([open, baseline, admin('AdminNetworkPolicy', 'first', 'Deny', { priority: 1 })])).slice(-3),
    ).toEqual([
      'first denies: ingress[0] denies every port from every pod in every namespace',
      'open not-asked: AdminNetworkPolicy first has decided before',
      'default not-asked: AdminNetworkPolicy first has decided before',
    ]);
  });

  it('needs no rule for a pod itself, for its own node, and for what is no pod', () => {
    const deny = policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(explain([deny], web, web)).toMatchObject({ answer: 'yes', sides: [] });
    const node = pod('shop/agent', {}, { spec: { hostNetwork: true } });
    expect(explain([deny, node], node).sides.map(({ reason }) => reason)).toEqual([
      'policies do not isolate the network of nodes',
      'traffic from its own node always gets in',
    ]);
    expect(explain([], { ip: '203.0.113.9' }).sides[0]?.reason).toBe('policies are about pods only');
  });

  it('tells pods of one workload apart', () => {
    const deny = policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress'] });
    const end = { end: web, text: 'Deployment/shop/web' };
    const { answer } = explainFlow(snapshotOf([...world, deny]), { from: end, to: end, port }, { closedWorld: true });
    expect(answer).toBe('no');
  });

  it('says what cannot be told', () => {
    const finished = pod('shop/job', {}, { status: { phase: 'Failed' } });
    expect(explain([finished], finished)).toMatchObject({
      answer: 'unknown',
      reason: 'Pod/shop/job has finished and has no connections',
    });
  });

  it('without a port has the ports', () => {
    const rule = policy('shop/p', {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }] }, { ports: [{ port: 80 }, { port: 443 }] }],
    });
    const { open, sides, changes } = explainFlow(
      snapshotOf([...world, rule]),
      { from: { end: client }, to: { end: web } },
      { closedWorld: true },
    );
    expect(open.TCP).toEqual([
      [80, 80],
      [443, 443],
    ]);
    expect(sides[1]?.policies).toMatchObject([{ outcome: 'allows', detail: 'ingress[1] allows TCP 80, 443' }]);
    expect(changes).toEqual([]);
  });
});

const patches = ({ changes }: FlowExplanation): readonly unknown[] =>
  changes.map(({ policy: { kind, name }, patch }) => [kind, name, patch]);

it('without a port says which rules may do what', () => {
  const admin = {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'AdminNetworkPolicy',
    metadata: { name: 'p' },
    spec: {
      priority: 1,
      subject: { namespaces: {} },
      egress: [
        {
          action: 'Deny',
          to: [{ domainNames: ['example.com'] }],
          ports: [{ portNumber: { protocol: 'TCP', port: 443 } }],
        },
      ],
    },
  } as KubernetesObject;
  const question = { from: { end: client }, to: { end: { ip: '203.0.113.9' } } };
  const { sides, doubtful } = explainFlow(snapshotOf([...world, admin]), question, { closedWorld: true });
  expect(sides[0]?.policies).toMatchObject([{ outcome: 'unknown', detail: 'egress[0] may deny TCP 443' }]);
  expect(doubtful.TCP).toEqual([[443, 443]]);
});

describe('the smallest change', () => {
  it('is on the policy that was made for the pod, on each side', () => {
    const objects = [
      policy('other/out', { podSelector: {}, policyTypes: ['Egress'], egress: [] }),
      policy('shop/a-deny', { podSelector: {}, policyTypes: ['Ingress'] }),
      policy('shop/web', {
        podSelector: { matchLabels: { app: 'web' } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: {} }] }],
      }),
    ];
    const peer = (app: string, ns: string): object => ({
      podSelector: { matchLabels: { app } },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ns } },
    });
    const ports = [{ protocol: 'TCP', port: 80 }];
    expect(patches(explain(objects))).toEqual([
      ['NetworkPolicy', 'out', [{ op: 'add', path: '/spec/egress/-', value: { to: [peer('web', 'shop')], ports } }]],
      [
        'NetworkPolicy',
        'web',
        [{ op: 'add', path: '/spec/ingress/-', value: { from: [peer('client', 'other')], ports } }],
      ],
    ]);
  });

  it('is a port where the peer is right', () => {
    const near = policy('shop/near', {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{}, { from: [{ namespaceSelector: {} }], ports: [{ port: 8080 }] }].slice(1),
    });
    expect(
      patches(
        explain([
          policy('shop/deny', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] }),
          near,
        ]),
      ),
    ).toEqual([
      ['NetworkPolicy', 'near', [{ op: 'add', path: '/spec/ingress/0/ports/-', value: { protocol: 'TCP', port: 80 } }]],
    ]);
  });

  it('is a list where there is none', () => {
    expect(
      patches(explain([policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress'] })], { ip: '2001:db8::1' })),
    ).toEqual([
      [
        'NetworkPolicy',
        'deny',
        [
          {
            op: 'add',
            path: '/spec/ingress',
            value: [{ from: [{ ipBlock: { cidr: '2001:db8::1/128' } }], ports: [{ protocol: 'TCP', port: 80 }] }],
          },
        ],
      ],
    ]);
  });

  it('is a rule in front of one that denies', () => {
    const admin = {
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'AdminNetworkPolicy',
      metadata: { name: 'p' },
      spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }] },
    } as KubernetesObject;
    expect(patches(explain([admin]))).toMatchObject([
      ['AdminNetworkPolicy', 'p', [{ op: 'add', path: '/spec/ingress/0' }]],
    ]);
  });

  it('is none where a policy cannot say it', () => {
    const admin = {
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'AdminNetworkPolicy',
      metadata: { name: 'p' },
      spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ planets: {} }] }] },
    } as KubernetesObject;
    expect(explain([admin], { ip: '203.0.113.9' })).toMatchObject({ answer: 'no', changes: [] });
  });

  it('lets the connection through, in random worlds, and no other policy has to change', () => {
    let changed = 0;
    for (let seed = 0; seed < 600; seed += 1) {
      const { objects, pods, outside } = randomWorld(seed);
      const ends: readonly FlowEnd[] = [...pods, { ip: outside[0] ?? '' }];
      for (const [at, from] of ends.entries()) {
        const to = ends[(at + 1) % ends.length] ?? from;
        const question = { from: { end: from }, to: { end: to }, port };
        const before = explainFlow(snapshotOf(objects), question, { closedWorld: true });
        const blocked = before.sides.filter(({ answer }) => answer === 'no').length;
        if (before.answer !== 'no' || before.changes.length < blocked) continue;
        changed += 1;
        const after = explainFlow(patched(objects, before.changes), question, { closedWorld: true });
        // One side may stay one of which it cannot be told.
        expect([seed, at, after.answer === 'no']).toEqual([seed, at, false]);
      }
    }
    expect(changed).toBeGreaterThan(200);
  });
});

/** What `kubectl patch --type=json` would make of the objects. */
function patched(objects: readonly KubernetesObject[], changes: readonly PolicyChange[]): Snapshot {
  const copies = structuredClone(objects) as KubernetesObject[];
  for (const {
    policy: { kind, name, namespace: ns },
    patch,
  } of changes) {
    const object = copies.find(
      ({ kind: own, metadata }) => own === kind && metadata.name === name && metadata.namespace === ns,
    );
    for (const { path, value } of patch) add(object, path.slice(1).split('/'), value);
  }
  return snapshotOf(copies);
}

function add(target: unknown, [step = '', ...rest]: readonly string[], value: unknown): void {
  const parent = target as Record<string, unknown> & unknown[];
  if (rest.length > 0) add(parent[step], rest, value);
  else if (step === '-') parent.push(value);
  else if (Array.isArray(parent)) parent.splice(Number(step), 0, value);
  else (parent as Record<string, unknown>)[step] = value;
}
