import { type Json } from '@kroot/faultd';

export const NOW: number = Date.parse('2026-11-20T12:00:00Z');
const OLD = '2026-11-20T10:00:00Z';
const SHOP = 'shop';

type Body = Readonly<Record<string, unknown>>;

function make(
  apiVersion: string,
  kind: string,
  name: string,
  body: Body = {},
  namespace: string | undefined = SHOP,
): Json {
  const { labels, annotations, ownerReferences, managedFields, ...rest } = body;
  const more = { labels, annotations, ownerReferences, managedFields };
  const set = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
  const scope = namespace === '' ? {} : { namespace };
  const metadata = { name, ...scope, uid: `${kind}-${name}`, resourceVersion: '1', creationTimestamp: OLD, ...set };
  return { apiVersion, kind, metadata, ...rest };
}

const owner = (kind: string, name: string): readonly Json[] => [
  { apiVersion: 'apps/v1', kind, name, uid: `${kind}-${name}`, controller: true },
];

interface App {
  readonly name: string;
  readonly spec?: Body;
  readonly container?: Body;
  /** Why the container waits; absent: it runs. */
  readonly waiting?: { readonly reason: string; readonly message: string } | undefined;
  /** It was never placed. */
  readonly unscheduled?: string;
}

/** A Deployment with one pod, and all that belongs to it. */
function app({ name, spec = {}, container = {}, waiting, unscheduled }: App): readonly Json[] {
  const labels = { app: name };
  const ready = waiting === undefined && unscheduled === undefined;
  const podSpec = {
    serviceAccountName: 'default',
    ...spec,
    containers: [
      { name: 'main', image: `registry.example.com/${name}:1`, ports: [{ containerPort: 8080 }], ...container },
    ],
  };
  const state = waiting === undefined ? { running: { startedAt: OLD } } : { waiting };
  const condition = (type: string, status: boolean, more: Body = {}): Json => ({
    type,
    status: status ? 'True' : 'False',
    lastTransitionTime: OLD,
    ...more,
  });
  const scheduled = condition(
    'PodScheduled',
    unscheduled === undefined,
    unscheduled === undefined ? {} : { reason: 'Unschedulable', message: unscheduled },
  );
  const counts = { replicas: 1, readyReplicas: Number(ready), availableReplicas: Number(ready) };
  return [
    make('apps/v1', 'Deployment', name, {
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
      status: {
        ...counts,
        observedGeneration: 1,
        unavailableReplicas: Number(!ready),
        conditions: [condition('Available', ready)],
      },
    }),
    make('apps/v1', 'ReplicaSet', `${name}-1`, {
      labels,
      ownerReferences: owner('Deployment', name),
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
      status: counts,
    }),
    make('v1', 'Pod', `${name}-1-x`, {
      labels,
      ownerReferences: owner('ReplicaSet', `${name}-1`),
      spec: unscheduled === undefined ? { ...podSpec, nodeName: 'worker-1' } : podSpec,
      status: {
        phase: ready ? 'Running' : 'Pending',
        conditions: [scheduled, condition('Ready', ready)],
        containerStatuses:
          unscheduled === undefined ? [{ name: 'main', ready, restartCount: 0, image: 'x', imageID: '', state }] : [],
      },
    }),
    service(name, labels),
    make('discovery.k8s.io/v1', 'EndpointSlice', `${name}-s`, {
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      addressType: 'IPv4',
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      endpoints:
        unscheduled === undefined
          ? [
              {
                addresses: ['10.0.0.9'],
                conditions: { ready },
                targetRef: { kind: 'Pod', name: `${name}-1-x`, namespace: SHOP },
              },
            ]
          : [],
    }),
  ];
}

function service(name: string, selector: Body): Json {
  return make('v1', 'Service', name, {
    spec: {
      type: 'ClusterIP',
      clusterIP: `10.96.${name.length}.${name.charCodeAt(0)}`,
      selector,
      ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
    },
  });
}

function ingress(name: string, backend: string, secretName: string): Json {
  return make('networking.k8s.io/v1', 'Ingress', name, {
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: [`${name}.example.com`], secretName }],
      rules: [
        {
          host: `${name}.example.com`,
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: backend, port: { number: 80 } } } }],
          },
        },
      ],
    },
  });
}

function secret(name: string, type = 'Opaque', keys: readonly string[] = ['token']): Json {
  const managedFields = [
    {
      manager: 'kubectl',
      operation: 'Update',
      apiVersion: 'v1',
      time: OLD,
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { '.': {}, ...Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) } },
    },
  ];
  return make('v1', 'Secret', name, { type, managedFields, data: { token: 'c2VjcmV0' } });
}

const env = (kind: 'secretKeyRef' | 'configMapKeyRef', name: string, key: string): Body => ({
  env: [{ name: 'X', valueFrom: { [kind]: { name, key } } }],
});
const claim = (claimName: string): Body => ({ volumes: [{ name: 'd', persistentVolumeClaim: { claimName } }] });
const broken = (message: string): App['waiting'] => ({ reason: 'CreateContainerConfigError', message });

/** Faults of every kind that says that something is missing, each beside a healthy twin that has what it needs. */
export const BROKEN_CLUSTER: readonly Json[] = [
  ...[SHOP, 'default', 'kube-system'].map((name) => make('v1', 'Namespace', name, { status: { phase: 'Active' } }, '')),
  make(
    'v1',
    'Node',
    'worker-1',
    {
      spec: {},
      status: {
        allocatable: { cpu: '8', memory: '32Gi', pods: '110' },
        conditions: [
          { type: 'Ready', status: 'True', lastHeartbeatTime: '2026-11-20T11:59:50Z', lastTransitionTime: OLD },
        ],
        nodeInfo: { architecture: 'amd64', operatingSystem: 'linux' },
      },
    },
    '',
  ),
  make('v1', 'ServiceAccount', 'default'),
  make('v1', 'ServiceAccount', 'runner'),
  make(
    'storage.k8s.io/v1',
    'StorageClass',
    'fast',
    { provisioner: 'disk.csi.example.com', volumeBindingMode: 'Immediate' },
    '',
  ),
  make('networking.k8s.io/v1', 'IngressClass', 'nginx', { spec: { controller: 'k8s.io/ingress-nginx' } }, ''),

  ...app({
    name: 'web',
    container: env('secretKeyRef', 'web-token', 'token'),
    spec: { serviceAccountName: 'runner', imagePullSecrets: [{ name: 'pull' }] },
  }),
  secret('web-token'),
  secret('pull', 'kubernetes.io/dockerconfigjson'),
  ...app({
    name: 'api',
    container: env('secretKeyRef', 'api-token', 'token'),
    waiting: broken('secret "api-token" not found'),
  }),
  ...app({
    name: 'pay',
    container: env('secretKeyRef', 'web-token', 'passwd'),
    waiting: broken("couldn't find key passwd in Secret shop/web-token"),
  }),
  ...app({ name: 'cart', container: env('configMapKeyRef', 'cart-config', 'level') }),
  make('v1', 'ConfigMap', 'cart-config', { data: { level: 'info' } }),
  ...app({
    name: 'mail',
    container: env('configMapKeyRef', 'mail-config', 'level'),
    waiting: broken('configmap "mail-config" not found'),
  }),
  ...app({ name: 'disk', spec: claim('disk-data') }),
  make('v1', 'PersistentVolumeClaim', 'disk-data', {
    spec: {
      storageClassName: 'fast',
      volumeName: 'pv-1',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
    },
    status: { phase: 'Bound' },
  }),
  make(
    'v1',
    'PersistentVolume',
    'pv-1',
    {
      spec: {
        storageClassName: 'fast',
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        claimRef: { namespace: SHOP, name: 'disk-data', uid: 'PersistentVolumeClaim-disk-data' },
      },
      status: { phase: 'Bound' },
    },
    '',
  ),
  ...app({
    name: 'queue',
    spec: claim('queue-data'),
    unscheduled: '0/1 nodes are available: persistentvolumeclaim "queue-data" not found.',
  }),
  ...app({
    name: 'blob',
    spec: claim('blob-data'),
    unscheduled: '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
  }),
  make('v1', 'PersistentVolumeClaim', 'blob-data', {
    spec: { storageClassName: 'fats', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    status: { phase: 'Pending' },
  }),

  service('lonely', { app: 'nobody' }),
  secret('web-tls', 'kubernetes.io/tls', ['tls.crt', 'tls.key']),
  ingress('good', 'web', 'web-tls'),
  ingress('bad', 'wbe', 'bad-tls'),
];

/** The kinds whose permissions are taken away in every combination. */
export const MAIN_KINDS: readonly (readonly [kind: string, resource: string])[] = [
  ['Pod', 'pods'],
  ['Service', 'services'],
  ['EndpointSlice', 'endpointslices.discovery.k8s.io'],
  ['Deployment', 'deployments.apps'],
  ['ReplicaSet', 'replicasets.apps'],
  ['Ingress', 'ingresses.networking.k8s.io'],
  ['Secret', 'secrets'],
  ['ConfigMap', 'configmaps'],
  ['ServiceAccount', 'serviceaccounts'],
  ['PersistentVolumeClaim', 'persistentvolumeclaims'],
  ['StorageClass', 'storageclasses.storage.k8s.io'],
  ['Namespace', 'namespaces'],
];
