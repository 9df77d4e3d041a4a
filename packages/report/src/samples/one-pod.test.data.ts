import { ref, type Report } from '@kroot/types';
import { bareDiagnosis, emptyReport, noImpact, node, rule } from './base.test.data.ts';

const secret = ref('Secret', 'prod', 'db-password');
const pods = ['2m4ks', 'qq8vn', 'x2x9q'].map((end) => ref('Pod', 'prod', `payments-api-7d9f5-${end}`));
const pod = ref('Pod', 'prod', 'payments-api-7d9f5-x2x9q');
const deployment = ref('Deployment', 'prod', 'payments-api');
const service = ref('Service', 'prod', 'payments');
const ingress = ref('Ingress', 'prod', 'payments');

/** Mock-up (b): one missing Secret behind one workload. */
export const onePod: Report = {
  ...emptyReport,
  scope: { namespace: 'prod' },
  counts: { ...emptyReport.counts, objects: 1284, namespaces: 1, pods: 31, podsReady: 28, servicesWithEndpoints: 63 },
  workloads: [ref('CronJob', 'prod', 'cleanup'), deployment, ref('StatefulSet', 'prod', 'ledger-db')],
  rules: [rule('secret-missing-env', 'A Secret that an environment variable needs does not exist', 'critical')],
  diagnoses: [
    {
      ...bareDiagnosis,
      id: '5f0c1d9a7be24e31',
      rootCause: secret,
      resource: ingress,
      message: 'Secret prod/db-password does not exist',
      cause:
        'Container "api" of Deployment/prod/payments-api reads DB_PASS from key "password" of Secret prod/db-password.',
      effect: 'Deployment/payments-api is down: 0 of 3 pods ready',
      since: '2026-11-22T14:02:00Z',
      evidence: [
        {
          source: 'event',
          ref: pod,
          quote: 'Error: secret "db-password" not found',
          count: 34,
          firstSeen: '2026-11-22T14:02:04Z',
          lastSeen: '2026-11-22T14:13:40Z',
        },
        {
          source: 'status',
          ref: pod,
          path: 'status.containerStatuses[0].state.waiting',
          quote: 'CreateContainerConfigError: secret "db-password" not found',
        },
        { source: 'computed', ref: secret, quote: 'listed 41 Secrets in prod, none has that name' },
      ],
      why: node('Secret', 'prod', 'db-password', 'not found', [
        node(
          'Pod',
          'prod',
          'payments-api-7d9f5-x2x9q',
          'container "api" cannot start: needs key "password" (env DB_PASS)',
          [
            node('Deployment', 'prod', 'payments-api', '0/3 ready (2 more pods alike)', [
              node('Service', 'prod', 'payments', '0 endpoints', [
                node('Ingress', 'prod', 'payments', 'https://pay.example.com/api fails'),
              ]),
            ]),
          ],
        ),
      ]),
      traces: [
        {
          chain: [ingress, service, deployment, pod, secret],
          hops: [
            {
              from: ingress,
              to: service,
              mechanism: 'endpoints',
              relation: 'routes-to',
              state: 'backend has no endpoints',
            },
            { from: service, to: deployment, mechanism: 'readiness', relation: 'backed-by', state: '0 endpoints' },
            { from: deployment, to: pod, mechanism: 'availability', relation: 'owns', state: '0/3 ready' },
            {
              from: pod,
              to: secret,
              mechanism: 'container-config',
              relation: 'secret',
              state: 'container "api" cannot start',
            },
          ],
          confidence: 0.8063,
        },
      ],
      symptoms: [
        { rule: 'deploy-unavailable', resource: deployment, state: '0/3 ready', count: 1 },
        { rule: 'create-container-config-error', resource: deployment, state: 'cannot start', count: 3 },
        { rule: 'service-no-endpoints', resource: service, state: '0 endpoints', count: 1 },
      ],
      impact: {
        ...noImpact,
        score: 40.095,
        pods,
        deployments: [deployment],
        services: [service],
        ingresses: [ingress],
        others: [ref('ReplicaSet', 'prod', 'payments-api-7d9f5')],
      },
      notes: ['prod has Secret "db-passwords" with a key "password": a typo?'],
      fixes: [
        {
          summary: 'If it is a typo: name db-passwords in the Deployment, which Argo CD app "payments" manages.',
          steps: ['Change spec.template.spec.containers[0].env[2].valueFrom.secretKeyRef.name in its Git source.'],
          commands: [],
          effect: 'change',
          where: 'git',
        },
        {
          summary: 'If it is not: create the Secret. The pods then start by themselves; no restart is needed.',
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
