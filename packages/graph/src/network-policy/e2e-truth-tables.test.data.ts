import { type NetworkPolicy } from '@kroot/types';

type Spec = NonNullable<NetworkPolicy['spec']>;

/** What must hold while some policies are there: pairs are `namespace/pod`, `*` stands for all, and later lines win. */
export interface Step {
  readonly policies: Readonly<Record<string, Spec>>;
  /** Labels that are changed before, of `x` or of `x/a`. */
  readonly labels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly port?: number;
  readonly protocol?: string;
  readonly expect: readonly (readonly ['yes' | 'no', from: string, to: string])[];
}

/** One test of Kubernetes' own suite. */
export interface Table {
  readonly title: string;
  readonly steps: readonly Step[];
}

const all = {};
const a = { matchLabels: { pod: 'a' } };
const b = { matchLabels: { pod: 'b' } };
const isIn = (...values: readonly string[]): NonNullable<Spec['podSelector']> => ({
  matchExpressions: [{ key: 'pod', operator: 'In', values }],
});
const named = (ns: string): NonNullable<Spec['podSelector']> => ({ matchLabels: { ns } });
const notX = { matchExpressions: [{ key: 'ns', operator: 'NotIn', values: ['x'] }] };
type From = NonNullable<NonNullable<Spec['ingress']>[number]['from']>;
type Ports = NonNullable<NonNullable<Spec['ingress']>[number]['ports']>;
const ingress = (podSelector: NonNullable<Spec['podSelector']>, from?: From, ports?: Ports): Spec => ({
  podSelector,
  policyTypes: ['Ingress'],
  ingress: [{ ...(from !== undefined && { from }), ...(ports !== undefined && { ports }) }],
});
const egress = (podSelector: NonNullable<Spec['podSelector']>, to?: From, ports?: Ports): Spec => ({
  podSelector,
  policyTypes: ['Egress'],
  egress: [{ ...(to !== undefined && { to }), ...(ports !== undefined && { ports }) }],
});
const denyIngress = (podSelector: NonNullable<Spec['podSelector']>): Spec => ({
  podSelector,
  policyTypes: ['Ingress'],
  ingress: [],
});
const denyEgress = (podSelector: NonNullable<Spec['podSelector']>): Spec => ({
  podSelector,
  policyTypes: ['Egress'],
  egress: [],
});
const denyAll: Spec = { podSelector: all, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] };
const only = (...allowed: readonly string[]): Step['expect'] => [
  ['no', '*', 'x/a'],
  ...allowed.map((from) => ['yes', from, 'x/a'] as const),
];
const fromY81 = ingress(a, [{ namespaceSelector: named('y') }], [{ protocol: 'TCP', port: 81 }]);
const fromY80 = ingress(a, [{ namespaceSelector: named('y') }], [{ protocol: 'TCP', port: 80 }]);

/**
 * The truth tables of Kubernetes' own tests: three namespaces (label ns), three pods in each (label pod), which serve ports 80
 * and 81 under the names serve-80-tcp and so on. What the suite leaves out is left out: a pod to itself.
 * https://github.com/kubernetes/kubernetes/blob/master/test/e2e/network/netpol/network_policy.go
 */
export const E2E_TABLES: readonly Table[] = [
  {
    title: 'default-deny-ingress',
    steps: [{ policies: { 'x/p': denyIngress(all) }, expect: [['no', '*', 'x/*']] }],
  },
  {
    title: 'default-deny-all',
    steps: [
      {
        policies: { 'x/p': denyAll },
        expect: [
          ['no', '*', 'x/*'],
          ['no', 'x/*', '*'],
        ],
      },
    ],
  },
  {
    title: 'traffic from pods within the server namespace based on PodSelector',
    steps: [{ policies: { 'x/p': ingress(a, [{ podSelector: b }]) }, expect: only('x/b') }],
  },
  {
    title: 'ingress traffic for a target',
    steps: [
      {
        policies: { 'x/deny': denyIngress(all), 'x/p': ingress(a, [{ podSelector: all, namespaceSelector: all }]) },
        expect: [
          ['no', '*', 'x/*'],
          ['yes', '*', 'x/a'],
        ],
      },
    ],
  },
  {
    title: 'ingress traffic from pods in all namespaces',
    steps: [{ policies: { 'x/p': ingress(a, [{ namespaceSelector: { matchLabels: {} } }]) }, expect: [] }],
  },
  {
    title: 'traffic only from a different namespace, based on NamespaceSelector',
    steps: [{ policies: { 'x/p': ingress(a, [{ namespaceSelector: named('y') }]) }, expect: only('y/*') }],
  },
  {
    title: 'PodSelector with MatchExpressions',
    steps: [{ policies: { 'x/p': ingress(a, [{ podSelector: isIn('b') }]) }, expect: only('x/b') }],
  },
  {
    title: 'NamespaceSelector with MatchExpressions',
    steps: [
      {
        policies: {
          'x/p': ingress(a, [
            { namespaceSelector: { matchExpressions: [{ key: 'ns', operator: 'In', values: ['y'] }] } },
          ]),
        },
        expect: only('y/*'),
      },
    ],
  },
  {
    title: 'PodSelector or NamespaceSelector',
    steps: [
      {
        policies: { 'x/p': ingress(a, [{ namespaceSelector: notX }, { podSelector: b }]) },
        expect: [['no', 'x/c', 'x/a']],
      },
    ],
  },
  {
    title: 'PodSelector and NamespaceSelector',
    steps: [
      {
        policies: { 'x/p': ingress(a, [{ namespaceSelector: notX, podSelector: b }]) },
        expect: only('y/b', 'z/b'),
      },
    ],
  },
  {
    title: 'multiple PodSelectors and NamespaceSelectors',
    steps: [
      {
        policies: { 'x/p': ingress(a, [{ namespaceSelector: notX, podSelector: isIn('b', 'c') }]) },
        expect: only('y/b', 'y/c', 'z/b', 'z/c'),
      },
    ],
  },
  {
    title: 'any PodSelectors',
    steps: [
      {
        policies: { 'x/p': ingress(a, [{ podSelector: b }, { podSelector: { matchLabels: { pod: 'c' } } }]) },
        expect: only('x/b', 'x/c'),
      },
    ],
  },
  {
    title: 'traffic only from a pod in a different namespace',
    steps: [
      { policies: { 'x/p': ingress(a, [{ namespaceSelector: named('y'), podSelector: a }]) }, expect: only('y/a') },
    ],
  },
  {
    title: 'ports',
    steps: [{ policies: { 'x/p': fromY81 }, port: 81, expect: only('y/*') }],
  },
  {
    title: 'multiple, stacked policies with overlapping podSelectors',
    steps: [
      { policies: { 'x/p': fromY81 }, port: 81, expect: only('y/*') },
      { policies: { 'x/p': fromY81 }, port: 80, expect: only() },
      { policies: { 'x/p': fromY81, 'x/q': fromY80 }, port: 80, expect: only('y/*') },
    ],
  },
  {
    title: 'allow-all',
    steps: [
      { policies: { 'x/p': ingress(all) }, port: 80, expect: [] },
      { policies: { 'x/p': ingress(all) }, port: 81, expect: [] },
    ],
  },
  {
    title: 'ingress access on one named port',
    steps: [
      { policies: { 'x/p': ingress(all, undefined, [{ port: 'serve-81-tcp' }]) }, port: 81, expect: [] },
      {
        policies: { 'x/p': ingress(all, undefined, [{ port: 'serve-81-tcp' }]) },
        port: 80,
        expect: [['no', '*', 'x/*']],
      },
    ],
  },
  {
    title: 'ingress access from namespace on one named port',
    steps: [80, 81].map((port) => ({
      policies: { 'x/p': ingress(a, [{ namespaceSelector: named('y') }], [{ protocol: 'TCP', port: 'serve-80-tcp' }]) },
      port,
      expect: port === 80 ? only('y/*') : only(),
    })),
  },
  {
    title: 'egress access on one named port',
    steps: [
      { policies: { 'x/p': egress(all, undefined, [{ port: 'serve-80-tcp' }]) }, port: 80, expect: [] },
      {
        policies: { 'x/p': egress(all, undefined, [{ port: 'serve-80-tcp' }]) },
        port: 81,
        expect: [['no', 'x/*', '*']],
      },
    ],
  },
  {
    title: 'updated policy',
    steps: [
      { policies: { 'x/p': ingress(all) }, port: 81, expect: [] },
      { policies: { 'x/p': denyIngress(all) }, port: 81, expect: [['no', '*', 'x/*']] },
    ],
  },
  {
    title: 'ingress access from updated namespace',
    steps: [
      { policies: { 'x/p': ingress(a, [{ namespaceSelector: { matchLabels: { ns2: 'updated' } } }]) }, expect: only() },
      {
        policies: { 'x/p': ingress(a, [{ namespaceSelector: { matchLabels: { ns2: 'updated' } } }]) },
        labels: { y: { ns: 'y', ns2: 'updated' } },
        expect: only('y/*'),
      },
    ],
  },
  {
    title: 'ingress access from updated pod',
    steps: [
      {
        policies: { 'x/p': ingress(a, [{ podSelector: { matchLabels: { pod: 'b', pod2: 'updated' } } }]) },
        expect: only(),
      },
      {
        policies: { 'x/p': ingress(a, [{ podSelector: { matchLabels: { pod: 'b', pod2: 'updated' } } }]) },
        labels: { 'x/b': { pod: 'b', pod2: 'updated' } },
        expect: only('x/b'),
      },
    ],
  },
  {
    title: 'deny ingress from pods on other namespaces',
    steps: [
      {
        policies: { 'x/p': ingress(all, [{ podSelector: { matchLabels: {} } }]) },
        expect: [
          ['no', 'y/*', 'x/*'],
          ['no', 'z/*', 'x/*'],
        ],
      },
    ],
  },
  {
    title: 'deny ingress access to updated pod',
    steps: [
      { policies: { 'x/p': denyIngress({ matchLabels: { target: 'isolated' } }) }, expect: [] },
      {
        policies: { 'x/p': denyIngress({ matchLabels: { target: 'isolated' } }) },
        labels: { 'x/a': { pod: 'a', target: 'isolated' } },
        expect: only(),
      },
    ],
  },
  {
    title: 'deny egress from pods based on PodSelector',
    steps: [{ policies: { 'x/p': denyEgress(a) }, expect: [['no', 'x/a', '*']] }],
  },
  {
    title: 'deny egress from all pods in a namespace',
    steps: [{ policies: { 'x/p': denyEgress(all) }, expect: [['no', 'x/*', '*']] }],
  },
  {
    title: 'Ingress, Egress specified together',
    steps: [80, 81].map((port) => ({
      policies: {
        'x/p': {
          podSelector: a,
          policyTypes: ['Egress', 'Ingress'],
          ingress: [{ from: [{ podSelector: b }] }],
          egress: [{ ports: [{ port: 80 }] }],
        },
      },
      port,
      expect: [...only('x/b'), ...(port === 81 ? ([['no', 'x/a', '*']] as const) : [])],
    })),
  },
  {
    title: 'denying of egress traffic on the client side, even if the server explicitly allows it',
    steps: [
      {
        policies: {
          'x/out': egress(a, [{ namespaceSelector: named('y'), podSelector: a }]),
          'y/to-a': ingress(a, [{ namespaceSelector: named('x'), podSelector: a }]),
          'y/to-b': ingress(b, [{ namespaceSelector: named('x'), podSelector: a }]),
        },
        expect: [
          ['no', 'x/a', '*'],
          ['no', '*', 'y/a'],
          ['yes', 'x/a', 'y/a'],
          ['no', '*', 'y/b'],
        ],
      },
    ],
  },
  {
    title: 'egress to a server in a different namespace based on PodSelector and NamespaceSelector',
    steps: [
      {
        policies: { 'x/p': egress(a, [{ namespaceSelector: named('y'), podSelector: a }]) },
        expect: [
          ['no', 'x/a', '*'],
          ['yes', 'x/a', 'y/a'],
        ],
      },
    ],
  },
  {
    title: 'any port on a specific protocol',
    steps: ['TCP', 'UDP'].map((protocol) => ({
      policies: { 'x/p': ingress(a, undefined, [{ protocol: 'TCP' }]) },
      protocol,
      expect: protocol === 'TCP' ? [] : only(),
    })),
  },
  {
    title: 'multiple ingress policies with allow-all taking precedence',
    steps: [
      { policies: { 'x/p': ingress(all, undefined, [{ port: 80 }]) }, port: 81, expect: [['no', '*', 'x/*']] },
      { policies: { 'x/p': ingress(all, undefined, [{ port: 80 }]), 'x/q': ingress(all) }, port: 81, expect: [] },
    ],
  },
  {
    title: 'multiple egress policies with allow-all taking precedence',
    steps: [
      { policies: { 'x/p': egress(all, undefined, [{ port: 80 }]) }, port: 81, expect: [['no', 'x/*', '*']] },
      { policies: { 'x/p': egress(all, undefined, [{ port: 80 }]), 'x/q': egress(all) }, port: 81, expect: [] },
    ],
  },
  {
    title: 'stop enforcing policies after they are deleted',
    steps: [
      {
        policies: { 'x/p': denyAll },
        expect: [
          ['no', 'x/*', '*'],
          ['no', '*', 'x/*'],
        ],
      },
      { policies: {}, expect: [] },
    ],
  },
  {
    title: 'ingress and egress controlled independently',
    steps: [
      { policies: { 'x/p': egress(a) }, expect: [] },
      { policies: { 'x/p': egress(a), 'x/q': denyIngress(a) }, expect: only() },
    ],
  },
  {
    title: "not treat 'protocol: SCTP' as 'protocol: TCP'",
    steps: [
      {
        policies: { 'x/deny': denyIngress(all), 'x/p': ingress(a, undefined, [{ protocol: 'SCTP', port: 81 }]) },
        port: 81,
        expect: [['no', '*', 'x/*']],
      },
    ],
  },
  {
    title: 'isolate pods that are selected by a policy allowing SCTP',
    steps: [{ policies: { 'x/p': ingress(a, undefined, [{ protocol: 'SCTP', port: 80 }]) }, port: 81, expect: only() }],
  },
  {
    title: 'no access by TCP when a policy specifies only UDP',
    steps: [{ policies: { 'x/p': ingress(a, undefined, [{ protocol: 'UDP', port: 81 }]) }, port: 81, expect: only() }],
  },
  {
    title: 'NamespaceSelector with MatchLabels using the default namespace label',
    steps: [
      {
        policies: {
          'x/p': ingress(a, [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }]),
        },
        expect: only('y/*'),
      },
    ],
  },
  {
    title: 'NamespaceSelector with MatchExpressions using the default namespace label',
    steps: [
      {
        policies: {
          'x/p': egress(a, [
            {
              namespaceSelector: {
                matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['y'] }],
              },
            },
          ]),
        },
        expect: [['no', 'x/a', 'y/*']],
      },
    ],
  },
  ...['UDP', 'SCTP'].flatMap((protocol): readonly Table[] => [
    {
      title: `using ${protocol}: default-deny-ingress`,
      steps: [{ policies: { 'x/p': denyIngress(all) }, protocol, expect: [['no', '*', 'x/*']] }],
    },
    {
      title: `using ${protocol}: ports`,
      steps: [
        {
          policies: { 'x/p': ingress(a, [{ namespaceSelector: named('y') }], [{ protocol, port: 81 }]) },
          port: 81,
          protocol,
          expect: only('y/*'),
        },
      ],
    },
    {
      title: `using ${protocol}: traffic only from a pod in a different namespace`,
      steps: [
        {
          policies: { 'x/p': ingress(a, [{ namespaceSelector: named('y'), podSelector: a }]) },
          protocol,
          expect: only('y/a'),
        },
      ],
    },
  ]),
];
