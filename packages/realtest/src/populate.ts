import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, type Json, type Manifest } from './api-client.ts';
import { object } from './world.ts';

/** How large a cluster to make. */
export interface Population {
  readonly pods: number;
  readonly replicas: number;
  readonly namespaces: number;
  readonly nodes: number;
}

const AT_A_TIME = 12;
const WITHIN = 15 * 60_000;

/** Fills a cluster that has controllers, and waits until every pod runs. */
export async function populate(
  api: ApiClient,
  { pods, replicas, namespaces, nodes }: Population,
  onProgress: (ready: number) => void,
): Promise<void> {
  await each(nodes, async (i) => addNode(api, `node-${i}`));
  await api.create({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'public' },
    spec: { controller: 'example.com/ingress' },
  });
  await each(namespaces, async (i) => {
    await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `team-${i}` } });
  });
  await each(Math.ceil(pods / replicas), async (i) => {
    await api.create(...application(`team-${i % namespaces}`, `app-${i}`, replicas));
  });
  const until = Date.now() + WITHIN;
  for (;;) {
    const ready = await readyPods(api);
    onProgress(ready);
    if (ready >= pods) return;
    if (Date.now() > until) throw new Error(`only ${ready} of ${pods} pods are ready`);
    await sleep(3000);
  }
}

/** A node that kwok plays the kubelet of. */
export async function addNode(api: ApiClient, name: string): Promise<void> {
  const capacity = { cpu: '32', memory: '128Gi', pods: '110', 'ephemeral-storage': '500Gi' };
  await api.create({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
    },
    status: { capacity, allocatable: capacity },
  });
}

async function readyPods(api: ApiClient): Promise<number> {
  const { body } = await api.send('GET', '/apis/apps/v1/deployments');
  const items = body['items'] as readonly { readonly status?: { readonly readyReplicas?: number } }[];
  return items.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0);
}

async function each(count: number, task: (index: number) => Promise<void>): Promise<void> {
  for (let i = 0; i < count; i += AT_A_TIME) {
    const batch = Array.from({ length: Math.min(AT_A_TIME, count - i) }, async (_, at) => task(i + at));
    await Promise.all(batch);
  }
}

/** What a team deploys: configuration, a Deployment of two containers with probes, a Service, an Ingress, a policy. */
function application(namespace: string, name: string, replicas: number): readonly Manifest[] {
  const selector = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': namespace };
  const labels = { ...selector, 'app.kubernetes.io/part-of': 'bench', 'app.kubernetes.io/version': '1.0.0' };
  const of = (apiVersion: string, kind: string, rest: Json): Manifest =>
    object(apiVersion, kind, namespace, name, { ...rest, metadata: { labels } });
  const path = { path: `/${name}`, pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } };
  return [
    of('v1', 'ConfigMap', { data: { level: 'info', 'app.yaml': 'listen: 8080\n'.repeat(40) } }),
    of('v1', 'Secret', { stringData: { password: 'not-a-secret' } }),
    of('apps/v1', 'Deployment', {
      spec: {
        replicas,
        selector: { matchLabels: selector },
        template: { metadata: { labels, annotations: { 'prometheus.io/scrape': 'true' } }, spec: podSpec(name) },
      },
    }),
    of('v1', 'Service', { spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }] } }),
    of('networking.k8s.io/v1', 'Ingress', {
      spec: { ingressClassName: 'public', rules: [{ host: 'example.com', http: { paths: [path] } }] },
    }),
  ];
}

function podSpec(name: string): Json {
  const probe = { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10, failureThreshold: 3 };
  const resources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } };
  const plain = Array.from({ length: 8 }, (_, i) => ({ name: `SETTING_${i}`, value: `value-${i}-of-${name}` }));
  return {
    containers: [
      {
        name: 'main',
        image: `registry.example.com/team/${name}:1.0.0`,
        ports: [{ name: 'http', containerPort: 8080 }],
        env: [
          ...plain,
          { name: 'LEVEL', valueFrom: { configMapKeyRef: { name, key: 'level' } } },
          { name: 'PASSWORD', valueFrom: { secretKeyRef: { name, key: 'password' } } },
          { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        ],
        volumeMounts: [{ name: 'config', mountPath: '/etc/app' }],
        readinessProbe: probe,
        livenessProbe: probe,
        resources,
      },
      {
        name: 'proxy',
        image: 'registry.example.com/mesh/proxy:2.3.4',
        args: ['--log-level', 'warning', '--upstream', '127.0.0.1:8080'],
        ports: [{ name: 'metrics', containerPort: 9090 }],
        resources,
      },
    ],
    volumes: [
      { name: 'config', configMap: { name } },
      { name: 'scratch', emptyDir: {} },
    ],
    terminationGracePeriodSeconds: 30,
  };
}
