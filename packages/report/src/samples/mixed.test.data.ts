import { ref, type Report } from '@kroot/types';
import { bareDiagnosis, emptyReport, noImpact, node, rule } from './base.test.data.ts';

const service = ref('Service', 'shop', 'cart');
const policy = ref('NetworkPolicy', 'shop', 'deny-all');
const claim = ref('PersistentVolumeClaim', 'shop', 'data-search-0');

/** Everything at once: certainty in three grades, what nothing explains, a plugin, a failed rule, an offline source. */
export const mixed: Report = {
  ...emptyReport,
  tool: { name: 'kroot', version: '0.1.0', plugins: ['acme-rules@2.1.0'] },
  source: { type: 'file', name: 'shop-dump.json', capturedAt: '2026-11-22T14:14:00Z', serverVersion: 'v1.33.5' },
  counts: {
    ...emptyReport.counts,
    objects: 87,
    namespaces: 3,
    nodes: 0,
    nodesReady: 0,
    pods: 12,
    podsReady: 9,
    services: 5,
    servicesWithEndpoints: 4,
  },
  coverage: {
    complete: false,
    gaps: [
      'Node',
      'PersistentVolume',
      'StorageClass',
      'CSINode',
      'Lease',
      'RuntimeClass',
      'PriorityClass',
      'Event',
      'IngressClass',
    ].map((kind, index) => ({
      kind,
      namespace: '*',
      state: 'not-collected',
      reason: 'the input holds no object of this kind',
      workloads: [ref('Deployment', 'shop', 'checkout'), ref('Deployment', 'shop', 'cart')],
      rules: ['claim-unbound', 'node-not-ready', `rule-${index}`],
    })),
  },
  rules: [
    rule('acme/queue-stuck', 'A queue does not drain', 'warning'),
    rule('claim-unbound', 'A claim gets no volume', 'warning', 'symptom'),
    rule('network-policy-blocks', 'A NetworkPolicy blocks traffic that is needed', 'warning'),
    rule('service-selector-mismatch', 'The selector of a Service matches no pod', 'warning'),
  ],
  diagnoses: [
    {
      ...bareDiagnosis,
      id: 'aaaa4c31f2d09b55',
      rule: 'service-selector-mismatch',
      severity: 'warning',
      confidence: 0.95,
      rootCause: service,
      resource: ref('Ingress', 'shop', 'shop'),
      message: 'Service shop/cart selects no pod: app=cart, but the pods have app=cart-v2',
      cause: 'The labels of Deployment/shop/cart were changed, the selector of the Service was not.',
      effect: 'Ingress/shop answers 503 for shop.example.com/cart',
      evidence: [
        { source: 'spec', ref: service, path: 'spec.selector', quote: 'app=cart' },
        {
          source: 'computed',
          ref: service,
          quote: 'compared with the labels of 12 pods in shop: 0 match; 3 pods of Deployment/cart differ in app only',
        },
      ],
      why: node('Service', 'shop', 'cart', '0 endpoints', [
        node('Ingress', 'shop', 'shop', 'path /cart has no backend'),
      ]),
      traces: [{ chain: [ref('Ingress', 'shop', 'shop'), service], hops: [], confidence: 0.9025 }],
      impact: { ...noImpact, score: 14.25, services: [service], ingresses: [ref('Ingress', 'shop', 'shop')] },
      fixes: [
        {
          summary: 'Let the Service select the pods of Deployment/cart.',
          steps: ['Set spec.selector.app to cart-v2.', 'See that endpoints appear: they do within seconds.'],
          commands: [
            {
              argv: [
                'kubectl',
                '-n',
                'shop',
                'patch',
                'service',
                'cart',
                '--type=merge',
                '-p',
                '{"spec":{"selector":{"app":"cart-v2"}}}',
              ],
            },
            { argv: ['kubectl', '-n', 'shop', 'get', 'endpointslices', '-l', 'kubernetes.io/service-name=cart'] },
          ],
          effect: 'change',
          where: 'git',
        },
      ],
    },
    {
      ...bareDiagnosis,
      id: 'bbbb4c31f2d09b55',
      rank: 2,
      rule: 'network-policy-blocks',
      severity: 'warning',
      confidence: 0.8,
      rootCause: policy,
      resource: ref('Deployment', 'shop', 'checkout'),
      message: 'NetworkPolicy shop/deny-all blocks the pods of Deployment/shop/checkout from DNS (UDP and TCP 53)',
      cause: 'deny-all selects every pod of shop for egress and allows nothing; no other policy allows port 53.',
      effect: 'Deployment/checkout cannot resolve names',
      evidence: [{ source: 'spec', ref: policy, path: 'spec.policyTypes', quote: 'Ingress, Egress; no egress rules' }],
      why: node('NetworkPolicy', 'shop', 'deny-all', 'allows no egress', [
        node('Deployment', 'shop', 'checkout', 'readiness probe fails'),
      ]),
      impact: { ...noImpact, score: 9.6, deployments: [ref('Deployment', 'shop', 'checkout')] },
      contributing: ['aaaa4c31f2d09b55'],
      remaining: ['Checkout also calls Service/shop/cart, which has no endpoints.'],
      fixes: [
        {
          summary: 'Allow DNS for all pods of shop.',
          steps: [],
          commands: [
            {
              argv: ['kubectl', 'apply', '-f', '-'],
              input:
                'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: allow-dns\n  namespace: shop\nspec:\n  podSelector: {}\n  policyTypes: [Egress]\n  egress:\n    - ports:\n        - {port: 53, protocol: UDP}\n        - {port: 53, protocol: TCP}\n',
            },
          ],
          effect: 'change',
          where: 'cluster',
        },
      ],
    },
    {
      ...bareDiagnosis,
      id: 'cccc4c31f2d09b55',
      rank: 3,
      rule: 'acme/queue-stuck',
      severity: 'info',
      confidence: 0.6,
      rootCause: ref('ConfigMap', 'shop', 'queue'),
      resource: ref('ConfigMap', 'shop', 'queue'),
      message: 'Queue orders does not drain',
      cause: 'Its depth grew in the last three samples.',
      why: node('ConfigMap', 'shop', 'queue', ''),
    },
  ],
  unexplained: [
    {
      rule: 'claim-unbound',
      resource: claim,
      severity: 'warning',
      message: 'PersistentVolumeClaim shop/data-search-0 is Pending',
      since: '2026-11-20T09:00:00Z',
      count: 3,
      checked: [
        'whether its StorageClass exists: unknown, none was collected',
        'events on the claim: none was collected',
      ],
      evidence: [{ source: 'status', ref: claim, path: 'status.phase', quote: 'Pending' }],
    },
  ],
  failures: [{ rule: 'acme/queue-lag', reason: "Cannot read properties of undefined (reading 'spec')" }],
  notices: ['shop-dump.json: 2 items without a kind were skipped'],
};
