import { ref, type Report } from '@kroot/types';
import { bareDiagnosis, emptyReport, noImpact, node, rule } from './base.test.data.ts';

const api = ref('Deployment', 'prod', 'api');
const claim = ref('PersistentVolumeClaim', 'prod', 'data-search-0');
const worker = ref('Node', undefined, 'worker-3');

/** All that hides: each carrier, one that is over, a baseline, and weights. */
export const suppressed: Report = {
  ...emptyReport,
  source: { type: 'file', name: 'prod.json', capturedAt: '2026-11-22T14:14:00Z' },
  rules: [
    rule('claim-unbound', 'A claim gets no volume', 'warning', 'symptom'),
    rule('image-pull-auth', 'The registry refuses the pull', 'critical'),
    rule('node-not-ready', 'A node is not ready', 'critical'),
    rule('secret-missing-env', 'A Secret that an environment variable needs does not exist', 'critical'),
  ],
  workloads: [api, ref('Deployment', 'prod', 'web')],
  diagnoses: [
    {
      ...bareDiagnosis,
      id: 'aaaa4c31f2d09b55',
      rule: 'image-pull-auth',
      rootCause: api,
      resource: api,
      message: 'The registry refuses to give registry.example.com/api:3 to Deployment/prod/api',
      why: node('Deployment', 'prod', 'api', 'image cannot be pulled'),
      impact: {
        ...noImpact,
        score: 29.7,
        deployments: [api],
        weight: { value: 5, source: 'annotation', resource: ref('Namespace', undefined, 'prod') },
        risk: { effect: 'change', factor: 0.5 },
      },
      fixes: [{ summary: 'Give it a pull secret.', steps: [], commands: [], effect: 'change', where: 'git' }],
      notes: ['Its suppression expired 3 days ago: waits for the new registry (until 2026-11-18, owner team-a).'],
      suppressionExpired: {
        carrier: 'config',
        reason: 'waits for the new registry',
        until: '2026-11-18',
        owner: 'team-a',
      },
    },
  ],
  unexplained: [
    {
      id: 'bbbb4c31f2d09b55',
      rule: 'claim-unbound',
      resource: claim,
      severity: 'warning',
      message: 'PersistentVolumeClaim prod/data-search-0 is Pending',
      count: 1,
      checked: ['the storage class, its provisioner and matching volumes'],
      evidence: [],
      notes: ['Its suppression expired today: nobody uses it (until 2026-11-21).'],
      suppressionExpired: { carrier: 'annotation', reason: 'nobody uses it', until: '2026-11-21', resource: claim },
    },
  ],
  suppressed: [
    {
      ...bareDiagnosis,
      id: 'cccc4c31f2d09b55',
      suppressedBy: {
        carrier: 'annotation',
        reason: 'created by CI at deploy',
        until: '2027-01-31',
        owner: 'team-shop',
        resource: ref('Deployment', 'prod', 'web'),
      },
    },
    {
      ...bareDiagnosis,
      id: 'dddd4c31f2d09b55',
      rank: 2,
      rule: 'node-not-ready',
      severity: 'warning',
      rootCause: worker,
      resource: ref('Deployment', 'prod', 'web'),
      message: 'Node worker-3 is not ready',
      why: node('Node', undefined, 'worker-3', 'NotReady'),
      suppressedBy: { carrier: 'baseline', reason: 'known before, in kroot-baseline.json' },
    },
  ],
  suppressedSymptoms: [
    {
      id: 'eeee4c31f2d09b55',
      rule: 'claim-unbound',
      resource: ref('PersistentVolumeClaim', 'dev', 'scratch'),
      severity: 'warning',
      message: 'PersistentVolumeClaim dev/scratch is Pending',
      count: 1,
      checked: [],
      evidence: [],
      suppressedBy: { carrier: 'config', reason: 'a playground, where claims come and go and nobody minds' },
    },
  ],
  baseline: { name: 'kroot-baseline.json', known: 1, added: 2, gone: 1, unseen: 1 },
};
