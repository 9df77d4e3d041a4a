import { type KubernetesObject } from '@kroot/types';

type Body = Readonly<Record<string, unknown>> & { readonly metadata?: object };

function object(apiVersion: string, kind: string, name: string, body: Body = {}): KubernetesObject {
  const slash = name.indexOf('/');
  const { metadata, ...rest } = body;
  const place = slash === -1 ? { name } : { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
  const uid = `uid-${kind}-${name}`;
  return {
    apiVersion,
    kind,
    metadata: { ...place, uid, creationTimestamp: '2026-01-01T10:00:00Z', ...metadata },
    ...rest,
  };
}

function ownedBy(apiVersion: string, kind: string, namespace: string, name: string): Body {
  const uid = namespace === '' ? `uid-${kind}-${name}` : `uid-${kind}-${namespace}/${name}`;
  return { ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }] };
}

const webLabels = { app: 'web' };

const webSpec: Body = {
  serviceAccountName: 'web',
  priorityClassName: 'high',
  runtimeClassName: 'gvisor',
  dnsPolicy: 'ClusterFirst',
  imagePullSecrets: [{ name: 'registry' }],
  initContainers: [
    { name: 'migrate', image: 'web:1', envFrom: [{ configMapRef: { name: 'constructor', optional: true } }] },
  ],
  containers: [
    {
      name: 'web',
      image: 'web:1',
      env: [
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
        { name: 'DB_URL', value: 'postgres://db.prod.svc.cluster.local:5432/web' },
      ],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    },
  ],
  volumes: [
    { name: 'config', configMap: { name: 'settings', items: [{ key: 'web.yaml', path: 'web.yaml' }] } },
    { name: 'data', persistentVolumeClaim: { claimName: 'web-data' } },
    { name: 'keys', csi: { driver: 'secrets-store.csi.k8s.io' } },
  ],
};

const template: Body = { metadata: { labels: webLabels }, spec: webSpec };
const plainSpec: Body = { dnsPolicy: 'Default', containers: [{ name: 'main', image: 'tool:1' }] };
const running: Body = { phase: 'Running', podIP: '10.0.0.7', podIPs: [{ ip: '10.0.0.7' }] };
const pods: Body = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' };

/** A small cluster that has every relation once, with some names missing. */
export const FIXTURE: readonly KubernetesObject[] = [
  object('v1', 'Namespace', 'prod', { metadata: { labels: { 'kubernetes.io/metadata.name': 'prod', team: 'shop' } } }),
  object('v1', 'Namespace', 'kube-system', { metadata: { labels: { 'kubernetes.io/metadata.name': 'kube-system' } } }),
  object('v1', 'Node', 'w1'),
  object('apps/v1', 'Deployment', 'prod/web', {
    spec: { replicas: 1, selector: { matchLabels: webLabels }, template },
  }),
  object('apps/v1', 'ReplicaSet', 'prod/web-5d', {
    metadata: ownedBy('apps/v1', 'Deployment', 'prod', 'web'),
    spec: { replicas: 1, selector: { matchLabels: webLabels }, template },
  }),
  object('apps/v1', 'ReplicaSet', 'prod/web-4c', {
    metadata: ownedBy('apps/v1', 'Deployment', 'prod', 'web'),
    spec: { replicas: 0, selector: { matchLabels: webLabels }, template },
  }),
  object('v1', 'Pod', 'prod/web-5d-x', {
    metadata: { labels: webLabels, ...ownedBy('apps/v1', 'ReplicaSet', 'prod', 'web-5d') },
    spec: { ...webSpec, nodeName: 'w1' },
    status: running,
  }),
  object('v1', 'Pod', 'prod/web-5d-old', {
    metadata: { labels: webLabels },
    spec: { ...plainSpec, serviceAccountName: 'web' },
    status: { phase: 'Failed', reason: 'Evicted' },
  }),
  object('v1', 'Pod', 'kube-system/static-w1', {
    metadata: {
      annotations: { 'kubernetes.io/config.mirror': 'abc' },
      ...ownedBy('v1', 'Node', '', 'w1'),
    },
    spec: { ...plainSpec, nodeName: 'w1' },
    status: { phase: 'Running' },
  }),
  object('apps/v1', 'StatefulSet', 'prod/db', {
    spec: {
      replicas: 1,
      serviceName: 'db-headless',
      selector: { matchLabels: { app: 'db' } },
      template: { metadata: { labels: { app: 'db' } }, spec: plainSpec },
    },
  }),
  object('batch/v1', 'CronJob', 'prod/report', {
    spec: {
      schedule: '@daily',
      jobTemplate: {
        spec: {
          template: {
            spec: {
              ...plainSpec,
              containers: [{ name: 'main', image: 'tool:1', envFrom: [{ secretRef: { name: 'report' } }] }],
            },
          },
        },
      },
    },
  }),
  object('batch/v1', 'Job', 'prod/report-1', {
    metadata: ownedBy('batch/v1', 'CronJob', 'prod', 'report'),
    spec: { template: { spec: plainSpec } },
    status: { succeeded: 1, completionTime: '2026-01-01T11:00:00Z' },
  }),
  object('pipelines.dev/v1', 'Run', 'prod/build'),
  object('v1', 'Pod', 'prod/build-step', {
    metadata: { labels: { run: 'build' }, ...ownedBy('pipelines.dev/v1', 'Run', 'prod', 'build') },
    spec: { ...plainSpec, volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { spec: {} } } }] },
    status: { phase: 'Running' },
  }),
  object('v1', 'Pod', 'prod/foreign', {
    metadata: ownedBy('apps/v1', 'ReplicaSet', 'kube-system', 'elsewhere'),
    spec: { ...plainSpec, serviceAccountName: 'web' },
    status: { phase: 'Running' },
  }),
  object('apps/v1', 'ReplicaSet', 'kube-system/elsewhere', { spec: { replicas: 0, selector: {} } }),
  object('v1', 'Secret', 'prod/db', { type: 'Opaque', dataKeys: ['password'] }),
  object('v1', 'ConfigMap', 'prod/settings', { data: { 'web.yaml': 'a: b' } }),
  object('v1', 'ServiceAccount', 'prod/web', { imagePullSecrets: [{ name: 'registry' }] }),
  object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'prod/web', {
    subjects: [
      { kind: 'ServiceAccount', name: 'web', namespace: 'prod' },
      { kind: 'Group', name: 'admins' },
    ],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'web' },
  }),
  object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'web-view', {
    subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'prod' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
  }),
  object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'view', { rules: [] }),
  object('scheduling.k8s.io/v1', 'PriorityClass', 'high', { value: 1000 }),
  object('node.k8s.io/v1', 'RuntimeClass', 'gvisor', { handler: 'runsc' }),
  object('v1', 'PersistentVolumeClaim', 'prod/web-data', {
    spec: { storageClassName: 'fast', volumeName: 'pv-1', accessModes: ['ReadWriteOnce'] },
    status: { phase: 'Bound' },
  }),
  object('v1', 'PersistentVolumeClaim', 'prod/build-step-scratch', {
    spec: { accessModes: ['ReadWriteOnce'] },
    status: { phase: 'Pending' },
  }),
  object('v1', 'PersistentVolumeClaim', 'prod/archive', {
    spec: { storageClassName: '', accessModes: ['ReadWriteOnce'] },
    status: { phase: 'Pending' },
  }),
  object('v1', 'PersistentVolume', 'pv-1', {
    metadata: { annotations: { 'pv.kubernetes.io/provisioned-by': 'ebs.csi.aws.com' } },
    spec: {
      storageClassName: 'fast',
      csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' },
      claimRef: {
        kind: 'PersistentVolumeClaim',
        namespace: 'prod',
        name: 'web-data',
        uid: 'uid-PersistentVolumeClaim-prod/web-data',
      },
    },
    status: { phase: 'Bound' },
  }),
  object('v1', 'PersistentVolume', 'pv-nfs', {
    spec: {
      storageClassName: 'manual',
      nfs: { server: 'nas', path: '/' },
      claimRef: { namespace: 'prod', name: 'archive' },
    },
    status: { phase: 'Available' },
  }),
  object('storage.k8s.io/v1', 'StorageClass', 'fast', { provisioner: 'ebs.csi.aws.com' }),
  object('storage.k8s.io/v1', 'StorageClass', 'older', {
    metadata: {
      creationTimestamp: '2025-01-01T00:00:00Z',
      annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
    },
    provisioner: 'kubernetes.io/no-provisioner',
  }),
  object('storage.k8s.io/v1', 'StorageClass', 'newer', {
    metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'kubernetes.io/gce-pd',
  }),
  object('storage.k8s.io/v1', 'VolumeAttachment', 'csi-1', {
    spec: { attacher: 'ebs.csi.aws.com', nodeName: 'w1', source: { persistentVolumeName: 'pv-1' } },
    status: { attached: true },
  }),
  object('storage.k8s.io/v1', 'CSIDriver', 'ebs.csi.aws.com', { spec: { attachRequired: true } }),
  object('v1', 'Service', 'prod/web', {
    spec: { clusterIP: '10.1.0.1', selector: webLabels, ports: [{ port: 80, targetPort: 8080 }] },
  }),
  object('v1', 'Service', 'prod/db', {
    spec: { clusterIP: '10.1.0.2', selector: { app: 'db' }, ports: [{ port: 5432 }] },
  }),
  object('v1', 'Endpoints', 'prod/db', {
    subsets: [{ notReadyAddresses: [{ ip: '10.0.0.9', targetRef: { kind: 'Pod', namespace: 'prod', name: 'db-0' } }] }],
  }),
  object('v1', 'Service', 'kube-system/kube-dns', {
    metadata: { labels: { 'k8s-app': 'kube-dns' } },
    spec: {
      clusterIP: '10.1.0.10',
      selector: { 'k8s-app': 'kube-dns' },
      ports: [{ name: 'dns', port: 53, protocol: 'UDP' }],
    },
  }),
  object('discovery.k8s.io/v1', 'EndpointSlice', 'prod/web-abc', {
    metadata: { labels: { 'kubernetes.io/service-name': 'web' }, ...ownedBy('v1', 'Service', 'prod', 'web') },
    addressType: 'IPv4',
    endpoints: [
      { addresses: ['10.0.0.7'], targetRef: { kind: 'Pod', namespace: 'prod', name: 'web-5d-x' } },
      { addresses: ['10.9.9.9'] },
    ],
    ports: [{ port: 8080, protocol: 'TCP' }],
  }),
  object('networking.k8s.io/v1', 'Ingress', 'prod/shop', {
    spec: {
      ingressClassName: 'nginx',
      defaultBackend: { resource: { apiGroup: 'buckets.dev', kind: 'Bucket', name: 'static' } },
      rules: [
        {
          host: 'shop.example',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
          },
        },
        { host: 'none.example' },
      ],
      tls: [{ hosts: ['shop.example'], secretName: 'shop-tls' }],
    },
  }),
  object('networking.k8s.io/v1', 'Ingress', 'prod/legacy', {
    metadata: { annotations: { 'kubernetes.io/ingress.class': 'traefik' } },
    spec: { defaultBackend: { service: { name: 'gone', port: { name: 'http' } } } },
  }),
  object('networking.k8s.io/v1', 'Ingress', 'prod/plain', { spec: {} }),
  object('networking.k8s.io/v1', 'IngressClass', 'nginx', {
    metadata: { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    spec: { controller: 'k8s.io/ingress-nginx' },
  }),
  object('gateway.networking.k8s.io/v1', 'Gateway', 'prod/edge', {
    spec: {
      gatewayClassName: 'envoy',
      listeners: [{ name: 'https', tls: { certificateRefs: [{ name: 'shop-tls' }] } }],
    },
  }),
  object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'prod/shop', {
    spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }, 'odd'] },
  }),
  object('route.openshift.io/v1', 'Route', 'prod/shop', {
    spec: { to: { kind: 'Service', name: 'web', weight: 100 }, port: { targetPort: 'http' }, alternateBackends: null },
  }),
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'prod/web', {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 5,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu' } },
        { type: 'External', external: { metric: { name: 'queue' } } },
      ],
    },
  }),
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'prod/build', {
    spec: { scaleTargetRef: { apiVersion: 'pipelines.dev/v1', kind: 'Run', name: 'build' }, maxReplicas: 2 },
  }),
  object('apiregistration.k8s.io/v1', 'APIService', 'v1beta1.metrics.k8s.io', {
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      service: { namespace: 'kube-system', name: 'metrics-server' },
    },
  }),
  object('apiregistration.k8s.io/v1', 'APIService', 'v1.apps', { spec: { group: 'apps', version: 'v1' } }),
  object('policy/v1', 'PodDisruptionBudget', 'prod/web', {
    spec: { minAvailable: 1, selector: { matchLabels: webLabels } },
  }),
  object('policy/v1', 'PodDisruptionBudget', 'prod/nothing', { spec: { minAvailable: 1 } }),
  object('networking.k8s.io/v1', 'NetworkPolicy', 'prod/deny', {
    spec: { podSelector: { matchLabels: webLabels }, policyTypes: ['Ingress', 'Egress'] },
  }),
  object('v1', 'ResourceQuota', 'prod/quota', { spec: { hard: { pods: '5' } } }),
  object('v1', 'LimitRange', 'prod/limits', { spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] } }),
  object('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'inject', {
    webhooks: [
      {
        name: 'shop.inject.dev',
        clientConfig: { service: { namespace: 'kube-system', name: 'inject', port: 8443 } },
        namespaceSelector: { matchLabels: { team: 'shop' } },
        objectSelector: { matchLabels: webLabels },
        rules: [pods],
      },
      {
        name: 'other-namespace.inject.dev',
        clientConfig: { url: 'https://elsewhere.example' },
        namespaceSelector: { matchLabels: { team: 'other' } },
        rules: [pods],
      },
      { name: 'updates.inject.dev', clientConfig: {}, rules: [{ ...pods, operations: ['UPDATE'] }] },
      { name: 'services.inject.dev', clientConfig: {}, rules: [{ ...pods, resources: ['services'] }] },
    ],
  }),
  object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'all', {
    webhooks: [
      {
        name: 'all.policy.dev',
        clientConfig: { service: { namespace: 'kube-system', name: 'policy' } },
        rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }],
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }],
        },
      },
    ],
  }),
  object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'runs.pipelines.dev', {
    spec: {
      group: 'pipelines.dev',
      scope: 'Namespaced',
      names: { kind: 'Run', plural: 'runs' },
      conversion: { strategy: 'Webhook', webhook: { clientConfig: { service: { namespace: 'prod', name: 'web' } } } },
    },
  }),
];
