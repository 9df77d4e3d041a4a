import { ref, type Report, type ResourceRef } from '@kroot/types';
import { bareDiagnosis, emptyReport, group, noImpact, node, rule } from './base.test.data.ts';

const secret = ref('Secret', 'prod', 'db-password');
const externalSecret: ResourceRef = {
  group: 'external-secrets.io',
  kind: 'ExternalSecret',
  namespace: 'prod',
  name: 'db-password',
};
const worker = ref('Node', undefined, 'worker-7');
const kafka = ref('StatefulSet', 'streams', 'kafka');

function pods(namespace: string, name: string, count: number): readonly ResourceRef[] {
  return Array.from({ length: count }, (_, index) => ref('Pod', namespace, `${name}-${index}`));
}

/** Mock-up (c): 200 pods, one missing Secret and one dead node. */
export const manyPods: Report = {
  ...emptyReport,
  counts: { ...emptyReport.counts, nodesReady: 8, pods: 640, podsReady: 440, servicesWithEndpoints: 50 },
  workloads: [ref('Deployment', 'prod', 'cart'), ref('Deployment', 'shop', 'web'), kafka],
  rules: [
    rule('node-not-ready', 'A node does not report any more', 'critical'),
    rule('secret-missing-env', 'A Secret that an environment variable needs does not exist', 'critical'),
  ],
  diagnoses: [
    {
      ...bareDiagnosis,
      id: '5f0c1d9a7be24e31',
      rootCause: secret,
      resource: ref('Ingress', 'prod', 'pay'),
      cause:
        '34 workloads need the Secret, and ExternalSecret prod/db-password, which makes it, cannot read its source.',
      effect: '188 pods in 34 workloads cannot start',
      since: '2026-11-22T14:02:00Z',
      evidence: [
        {
          source: 'event',
          ref: ref('Pod', 'prod', 'cart-0'),
          quote: 'Error: secret "db-password" not found',
          count: 6412,
          lastSeen: '2026-11-22T14:13:58Z',
        },
        { source: 'computed', ref: secret, quote: 'listed 41 Secrets in prod, none has that name' },
        {
          source: 'condition',
          ref: externalSecret,
          path: 'status.conditions[0]',
          quote: 'SecretSyncedError: access denied',
          lastSeen: '2026-11-22T14:01:12Z',
        },
      ],
      why: node('Secret', 'prod', 'db-password', 'not found', [
        group('188 pods', 'CreateContainerConfigError', [
          node('Deployment', 'prod', 'payments-api', '0/24 ready'),
          node('Deployment', 'prod', 'cart', '0/20 ready'),
          node('Deployment', 'prod', 'ledger', '0/18 ready'),
          group('28 Deployments, 2 StatefulSets, 1 CronJob', 'not ready'),
          group('14 Services', 'no endpoints', [
            group('6 Ingresses', 'fail: pay.example.com, cart.example.com and 4 more'),
          ]),
        ]),
      ]),
      traces: [
        {
          chain: [ref('Ingress', 'prod', 'pay'), ref('Service', 'prod', 'pay'), ref('Pod', 'prod', 'cart-0'), secret],
          hops: [],
          confidence: 0.85,
        },
      ],
      impact: {
        ...noImpact,
        score: 1003.86,
        pods: pods('prod', 'cart', 188),
        services: Array.from({ length: 14 }, (_, index) => ref('Service', 'prod', `svc-${index}`)),
      },
      fixes: [
        {
          summary: 'Repair the ExternalSecret, it recreates the Secret:',
          steps: [],
          commands: [{ argv: ['kubectl', '-n', 'prod', 'describe', 'externalsecret', 'db-password'] }],
          effect: 'none',
          where: 'cluster',
        },
      ],
    },
    {
      ...bareDiagnosis,
      id: '88aa4c31f2d09b55',
      rank: 2,
      rule: 'node-not-ready',
      rootCause: worker,
      resource: kafka,
      message: 'Node worker-7 stopped reporting',
      cause: 'The kubelet on worker-7 sends no heartbeat; the control plane cannot know whether its pods still run.',
      effect: '12 pods are lost',
      since: '2026-11-22T13:58:00Z',
      evidence: [
        {
          source: 'condition',
          ref: worker,
          path: 'status.conditions[3]',
          quote: 'NodeStatusUnknown: Kubelet stopped posting node status.',
          lastSeen: '2026-11-22T13:58:40Z',
        },
        {
          source: 'event',
          ref: ref('Pod', 'streams', 'kafka-1'),
          quote: 'FailedAttachVolume: Multi-Attach error for volume "pvc-3f2" Volume is already used by pod(s) kafka-1',
          count: 3,
          lastSeen: '2026-11-22T14:09:00Z',
        },
      ],
      why: node('Node', undefined, 'worker-7', 'Ready=Unknown, no heartbeat for 16m', [
        group('12 pods', '9 rescheduled, 3 stuck Terminating', [
          node('StatefulSet', 'streams', 'kafka', '2/3 ready: kafka-1 waits for its volume', [
            node('PersistentVolumeClaim', 'streams', 'data-kafka-1', 'PV pvc-3f2 still attached to worker-7'),
          ]),
        ]),
      ]),
      traces: [{ chain: [kafka, ref('Pod', 'streams', 'kafka-1'), worker], hops: [], confidence: 0.9 }],
      impact: { ...noImpact, score: 47.5, pods: pods('streams', 'lost', 12), statefulSets: [kafka] },
      remaining: ['Pods stuck in Terminating keep their volumes until they are deleted with force.'],
      fixes: [
        {
          summary: 'Find out whether the machine is powered off.',
          steps: [],
          commands: [{ argv: ['kubectl', 'describe', 'node', 'worker-7'] }],
          effect: 'none',
          where: 'node',
        },
        {
          summary: 'If worker-7 is really gone, release its pods and volumes.',
          steps: [
            'Check first that the machine is powered off: two writers on one volume corrupt data.',
            'Taint the node as out of service; Kubernetes then detaches its volumes.',
          ],
          commands: [
            {
              argv: [
                'kubectl',
                'taint',
                'node',
                'worker-7',
                'node.kubernetes.io/out-of-service=nodeshutdown:NoExecute',
              ],
            },
          ],
          effect: 'destructive',
          where: 'cluster',
        },
      ],
    },
  ],
};
