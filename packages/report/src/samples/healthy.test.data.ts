import { ref, type Report } from '@kroot/types';
import { bareDiagnosis, emptyReport, rule } from './base.test.data.ts';

const rules = [
  rule('crash-loop', 'A container ends again and again', 'critical'),
  rule('secret-missing-env', 'A Secret that an environment variable needs does not exist', 'critical'),
];

/** Mock-up (a): nothing is wrong. */
export const healthyCluster: Report = {
  ...emptyReport,
  workloads: [ref('DaemonSet', 'kube-system', 'kube-proxy'), ref('Deployment', 'shop', 'cart')],
  rules,
  suppressed: [{ ...bareDiagnosis, severity: 'warning' }],
};

/** Mock-up (e): a healthy pod, with the proof. */
export const healthyPod: Report = {
  ...emptyReport,
  scope: { target: ref('Pod', 'prod', 'payments-api-7d9f5-x2x9q') },
  rules,
  health: [
    { name: 'image', state: 'ok', text: 'registry.example.com/pay:1.8.2 pulled' },
    { name: 'config', state: 'ok', text: '3 Secrets, 2 ConfigMaps: all keys present' },
    { name: 'storage', state: 'ok', text: 'PVC/data bound to pvc-77a (10Gi, gp3)' },
    { name: 'node', state: 'ok', text: 'worker-3 Ready, no pressure' },
    { name: 'traffic', state: 'ok', text: 'Service/payments has 3 endpoints, Ingress/payments routes to it' },
    { name: 'policies', state: 'not-applicable', text: 'no NetworkPolicy selects the pod' },
    { name: 'metrics', state: 'unknown', text: 'not available (metrics.k8s.io is not installed)' },
  ],
};
