/** Many symptoms that one fault brings about, and how they must be told. */
export interface Cascade {
  readonly cascade: string;
  readonly says: string;
  /** Below fixtures/. */
  readonly input: string;
  /** Every critical, warning and unexplained symptom: the one root. */
  readonly tells: string;
  /** At least so many symptoms are folded under it. */
  readonly symptoms: number;
  /** Objects that a trace of the root passes in this order; names may end in `*`. */
  readonly chain: readonly string[];
}

const own = (file: string): string => `cascades/${file}.yaml`;

/** The cascades by number. */
export const CASCADES: readonly Cascade[] = [
  {
    cascade: 'C1',
    says: 'a node is lost',
    input: 'incidents/node-lost/cluster.json',
    tells: 'critical node-unreachable Node/edge-fra-1',
    symptoms: 8,
    chain: [
      'Ingress/node-heartbeat-lost/checkout',
      'Service/node-heartbeat-lost/checkout',
      'Deployment/node-heartbeat-lost/checkout',
      'Pod/node-heartbeat-lost/checkout-*',
      'Node/edge-fra-1',
    ],
  },
  {
    cascade: 'C3',
    says: 'an image of a new revision',
    input: own('C03-image-of-a-new-revision'),
    tells: 'warning image-not-found Deployment/shop/web',
    symptoms: 3,
    chain: ['Deployment/shop/web', 'ReplicaSet/shop/web-7b6d5c4f9', 'Pod/shop/web-*'],
  },
  {
    cascade: 'C4',
    says: 'a quota',
    input: 'incidents/quota-cascade/cluster.json',
    tells: 'warning quota-exceeded ResourceQuota/cascade-quota-rollout-hpa/team-compute',
    symptoms: 4,
    chain: [
      'HorizontalPodAutoscaler/cascade-quota-rollout-hpa/checkout',
      'Deployment/cascade-quota-rollout-hpa/checkout',
      'ResourceQuota/cascade-quota-rollout-hpa/team-compute',
    ],
  },
  {
    cascade: 'C5',
    says: 'a provisioner',
    input: own('C05-provisioner-down'),
    tells: 'critical image-not-found Deployment/storage/disk-provisioner',
    symptoms: 9,
    chain: [
      'Service/shop/db',
      'StatefulSet/shop/db',
      'Pod/shop/db-0',
      'PersistentVolumeClaim/shop/data-db-0',
      'Deployment/storage/disk-provisioner',
    ],
  },
  {
    cascade: 'C6',
    says: 'a webhook without its program',
    input: own('C06-webhook-outage'),
    tells: 'critical image-not-found Deployment/policy/policy-webhook',
    symptoms: 10,
    chain: [
      'Ingress/shop/api',
      'Service/shop/api',
      'Deployment/shop/api',
      'ValidatingWebhookConfiguration/policy',
      'Service/policy/policy-webhook',
      'Deployment/policy/policy-webhook',
      'Pod/policy/policy-webhook-*',
    ],
  },
  {
    cascade: 'C10',
    says: 'a pull Secret of a ServiceAccount',
    input: own('C10-pull-secret-of-an-account'),
    tells: 'critical image-pull-secret-missing Secret/shop/regcred',
    symptoms: 9,
    chain: ['Deployment/shop/mail', 'Pod/shop/mail-*', 'Secret/shop/regcred'],
  },
  {
    cascade: 'C11',
    says: 'a registry',
    input: own('C11-registry-outage'),
    tells: 'critical image-registry-down-cluster Deployment/bank/pay',
    symptoms: 6,
    chain: ['Deployment/shop/api', 'Pod/shop/api-*', 'Deployment/bank/pay'],
  },
  {
    cascade: 'C12',
    says: 'the metrics server',
    input: own('C12-metrics-server-down'),
    tells: 'critical image-not-found Deployment/kube-system/metrics-server',
    symptoms: 7,
    chain: [
      'HorizontalPodAutoscaler/shop/web',
      'APIService/v1beta1.metrics.k8s.io',
      'Service/kube-system/metrics-server',
      'Deployment/kube-system/metrics-server',
    ],
  },
  {
    cascade: 'C17',
    says: 'a database',
    input: own('C17-database-down'),
    tells: 'critical secret-missing-env Secret/shop/db-admin',
    symptoms: 12,
    chain: [
      'Ingress/shop/api',
      'Service/shop/api',
      'Deployment/shop/api',
      'Pod/shop/api-*',
      'Service/shop/db',
      'StatefulSet/shop/db',
      'Pod/shop/db-0',
      'Secret/shop/db-admin',
    ],
  },
  {
    cascade: 'C18',
    says: 'a ServiceAccount',
    input: own('C18-service-account-deleted'),
    tells: 'critical sa-missing ServiceAccount/shop/payments',
    symptoms: 5,
    chain: ['Ingress/shop/api', 'Service/shop/api', 'Deployment/shop/api', 'ServiceAccount/shop/payments'],
  },
  {
    cascade: 'C20',
    says: 'all nodes cordoned',
    input: own('C20-all-nodes-cordoned'),
    tells: 'critical node-cordoned Node/worker-1',
    symptoms: 8,
    chain: ['Ingress/shop/web', 'Service/shop/web', 'Deployment/shop/web', 'Pod/shop/web-*', 'Node/worker-1'],
  },
  {
    cascade: 'C21',
    says: 'a default limit',
    input: own('C21-default-limit-too-small'),
    tells: 'critical oomkilled-by-limitrange-default LimitRange/shop/defaults',
    symptoms: 9,
    chain: ['Service/shop/web', 'Deployment/shop/web', 'Pod/shop/web-*', 'LimitRange/shop/defaults'],
  },
];
