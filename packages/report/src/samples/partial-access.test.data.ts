import { ref, type Report } from '@kroot/types';
import { bareDiagnosis, emptyReport, noImpact, node, rule } from './base.test.data.ts';

const pod = ref('Pod', 'prod', 'payments-api-7d9f5-x2x9q');
const deployment = ref('Deployment', 'prod', 'payments-api');
const secret = ref('Secret', 'prod', 'db-password');
const forbidden = 'system:serviceaccount:ops:viewer may not list it';

/** Mock-up (d): the same fault, seen by somebody who may not list Secrets. */
export const partialAccess: Report = {
  ...emptyReport,
  scope: { namespace: 'prod' },
  coverage: {
    complete: false,
    gaps: [
      {
        kind: 'Secret',
        namespace: 'prod',
        state: 'forbidden',
        reason: forbidden,
        rules: ['secret-missing-env', 'tls-secret-missing'],
      },
      {
        kind: 'Node',
        namespace: '',
        state: 'forbidden',
        reason: forbidden,
        rules: ['node-not-ready', 'node-pressure', 'pod-unschedulable', 'node-cordoned'],
      },
      {
        kind: 'NetworkPolicy',
        namespace: 'prod',
        state: 'partial',
        reason: 'the list timed out after 30s',
        rules: ['network-blocked'],
      },
      { kind: 'Lease', namespace: '*', state: 'not-collected', reason: 'no rule needs it', rules: [] },
      {
        kind: 'PodMetrics.metrics.k8s.io',
        namespace: 'prod',
        state: 'api-absent',
        reason: 'metrics.k8s.io is not installed',
        rules: ['hpa-no-metrics'],
      },
    ],
  },
  counts: { ...emptyReport.counts, objects: 611, namespaces: 1, nodes: 0, nodesReady: 0, pods: 31, podsReady: 28 },
  rules: [rule('secret-missing-env', 'A Secret that an environment variable needs does not exist', 'critical')],
  diagnoses: [
    {
      ...bareDiagnosis,
      id: '5f0c1d9a7be24e31',
      confidence: 0.8,
      rootCause: secret,
      resource: deployment,
      message: 'Secret prod/db-password is missing, says the kubelet',
      cause:
        'The kubelet could not find the Secret; kroot could not look for itself, as it may not list Secrets in prod.',
      effect: 'Deployment/payments-api is down: 0 of 3 pods ready',
      since: '2026-11-22T14:02:00Z',
      evidence: [
        {
          source: 'event',
          ref: pod,
          quote: 'Error: secret "db-password" not found',
          count: 34,
          lastSeen: '2026-11-22T14:13:40Z',
        },
      ],
      why: node('Secret', 'prod', 'db-password', 'reported missing', [
        node('Pod', 'prod', 'payments-api-7d9f5-x2x9q', 'CreateContainerConfigError', [
          node('Deployment', 'prod', 'payments-api', '0/3 ready'),
        ]),
      ]),
      impact: { ...noImpact, score: 16.8, pods: [pod], deployments: [deployment] },
      fixes: [
        {
          summary: 'Let somebody with access look whether it exists.',
          steps: [],
          commands: [{ argv: ['kubectl', '-n', 'prod', 'get', 'secret', 'db-password'] }],
          effect: 'none',
          where: 'cluster',
        },
        {
          summary: 'If it is absent, create it.',
          steps: [],
          commands: [
            {
              argv: [
                'kubectl',
                '-n',
                'prod',
                'create',
                'secret',
                'generic',
                'db-password',
                { prefix: '--from-literal=password=', secret: 'DB_PASS' },
              ],
            },
          ],
          effect: 'change',
          where: 'cluster',
        },
      ],
    },
  ],
};
