import { ref, type Report } from '@kroot/types';
import { emptyReport } from './base.test.data.ts';
import { onePod } from './one-pod.test.data.ts';

const [diagnosis] = onePod.diagnoses;
const file = './k8s/a b/payments.yaml';

/** Manifests that were held against a cluster: one thing breaks, one heals, one stays. */
export const manifests: Report = {
  ...onePod,
  source: { type: 'file', name: 'k8s' },
  manifests: 12,
  diagnoses:
    diagnosis === undefined
      ? []
      : [
          {
            ...diagnosis,
            location: { file, line: 24, column: 15, endLine: 24, endColumn: 31 },
            evidence: [
              {
                source: 'spec',
                ref: ref('Deployment', 'prod', 'payments-api'),
                path: 'spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef',
                quote: 'db-password, key password',
                location: { file, line: 24, column: 15 },
              },
              ...diagnosis.evidence,
            ],
          },
        ],
  unexplained: [
    {
      rule: 'pod-not-ready',
      resource: ref('Pod', 'prod', 'api-1'),
      severity: 'warning',
      message: 'Pod prod/api-1 fits on no node',
      count: 1,
      checked: ['nodes'],
      evidence: [],
      location: { file: '<stdin>', line: 3, column: 1, template: 'web/templates/api.yaml' },
    },
  ],
  deployment: {
    cluster: 'prod-eu1',
    created: 3,
    updated: 9,
    heals: [
      {
        id: '0a1b2c3d4e5f6071',
        rule: 'image-not-found',
        resource: ref('Deployment', 'prod', 'web'),
        message: 'Image web:1 of Deployment prod/web does not exist',
        severity: 'critical',
        certain: false,
      },
    ],
    stays: [
      {
        id: '1a1b2c3d4e5f6071',
        rule: 'node-disk-pressure',
        resource: ref('Node', undefined, 'w1'),
        message: 'Node w1 has no disk space left',
        severity: 'warning',
        certain: true,
      },
    ],
  },
  counts: emptyReport.counts,
};
