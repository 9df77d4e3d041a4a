import { type ApiClient } from './api-client.ts';
import { makeNamespace, makeWorkload, object } from './world.ts';

const STORAGE = 'storage.k8s.io/v1';

/** A namespace in which every reference leads to something that exists. Needs the node of `makeNode`. */
export async function makeWholeNamespace(api: ApiClient, namespace: string): Promise<void> {
  await makeNamespace(api, namespace);
  const name = 'shop';
  const of = (apiVersion: string, kind: string, rest: object): ReturnType<typeof object> =>
    object(apiVersion, kind, namespace, name, { ...rest });
  const volume = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: namespace } };
  const size = { storage: '1Gi' };
  const common = { accessModes: ['ReadWriteOnce'], storageClassName: namespace };
  const claim = of('v1', 'PersistentVolumeClaim', {
    spec: { ...common, volumeName: namespace, resources: { requests: size } },
  });
  await api.create(
    { apiVersion: STORAGE, kind: 'StorageClass', metadata: { name: namespace }, provisioner: 'disk.example.com' },
    {
      ...volume,
      spec: {
        ...common,
        capacity: size,
        csi: { driver: 'disk.example.com', volumeHandle: namespace },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name },
      },
    },
    claim,
    of('v1', 'Secret', { stringData: { password: 'x' } }),
    of('v1', 'ConfigMap', { data: { level: 'info' } }),
    of('v1', 'ServiceAccount', { automountServiceAccountToken: false }),
    of('v1', 'Service', { spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } }),
  );
  await api.setStatus(volume, { phase: 'Bound' });
  await api.setStatus(claim, { phase: 'Bound', accessModes: common.accessModes, capacity: size });
  const pod = await makeWorkload(api, {
    namespace,
    name,
    container: {
      ports: [{ name: 'http', containerPort: 8080 }],
      env: [
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name, key: 'password' } } },
        { name: 'LEVEL', valueFrom: { configMapKeyRef: { name, key: 'level' } } },
      ],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    },
    podSpec: {
      serviceAccountName: name,
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
    },
  });
  const port = { name: 'http', port: 8080, protocol: 'TCP' };
  const targetRef = { kind: 'Pod', namespace, name: pod };
  const path = { path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } };
  await api.create(
    of('discovery.k8s.io/v1', 'EndpointSlice', {
      metadata: { labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [port],
      endpoints: [{ addresses: ['10.244.0.7'], conditions: { ready: true, serving: true }, targetRef }],
    }),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: namespace },
      spec: { controller: 'example.com/ingress' },
    },
    of('networking.k8s.io/v1', 'Ingress', {
      spec: { ingressClassName: namespace, rules: [{ host: 'shop.example.com', http: { paths: [path] } }] },
    }),
  );
}
