import { type Builder, object } from './builder.ts';

const SINCE = '2026-11-01T12:01:00Z';

/** A namespace. */
export function namespace(name: string): Builder {
  return object(
    'v1',
    'Namespace',
    { name, labels: { 'kubernetes.io/metadata.name': name } },
    { status: { phase: 'Active' } },
  );
}

/** A node that is ready and has room. */
export function node(name: string, labels: Readonly<Record<string, string>> = {}): Builder {
  const room = { cpu: '4', memory: '16Gi', pods: '110' };
  const all = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', ...labels };
  return object(
    'v1',
    'Node',
    { name, labels: all },
    {
      spec: {},
      status: {
        capacity: room,
        allocatable: room,
        conditions: [
          nodeCondition('MemoryPressure', 'False'),
          nodeCondition('DiskPressure', 'False'),
          nodeCondition('PIDPressure', 'False'),
          nodeCondition('Ready', 'True'),
        ],
      },
    },
  );
}

/** A Secret with these keys; what values they have nobody needs to know. */
export function secret(name: string, keys: readonly string[], inNamespace = 'shop'): Builder {
  return object(
    'v1',
    'Secret',
    { name, namespace: inNamespace },
    {
      type: 'Opaque',
      data: Object.fromEntries(keys.map((key) => [key, 'eA=='])),
    },
  );
}

/** A ConfigMap. */
export function configMap(name: string, data: Readonly<Record<string, string>>, inNamespace = 'shop'): Builder {
  return object('v1', 'ConfigMap', { name, namespace: inNamespace }, { data });
}

/** A service account. */
export function serviceAccount(name: string, inNamespace = 'shop'): Builder {
  return object('v1', 'ServiceAccount', { name, namespace: inNamespace });
}

/** A Service on port 80 for the pods with these labels, which listen on 8080. */
export function service(name: string, selector: Readonly<Record<string, string>>, inNamespace = 'shop'): Builder {
  return object(
    'v1',
    'Service',
    { name, namespace: inNamespace },
    {
      spec: {
        type: 'ClusterIP',
        clusterIP: '10.96.0.10',
        clusterIPs: ['10.96.0.10'],
        selector,
        ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
      },
    },
  );
}

/** The endpoints of a Service, by the names of their pods. */
export function endpointSlice(
  ofService: string,
  pods: readonly { readonly name: string; readonly ready: boolean }[],
  inNamespace = 'shop',
): Builder {
  return object(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    { name: `${ofService}-x`, namespace: inNamespace, labels: { 'kubernetes.io/service-name': ofService } },
    {
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: pods.map(({ name, ready }, i) => ({
        addresses: [`10.0.0.${i + 10}`],
        conditions: { ready, serving: ready, terminating: false },
        nodeName: 'worker-1',
        targetRef: { kind: 'Pod', name, namespace: inNamespace },
      })),
    },
  );
}

/** A Deployment of one replica, whose pods have the label `app` with its name. */
export function deployment(
  name: string,
  inNamespace = 'shop',
  { ready = true, podSpec = {} }: { readonly ready?: boolean; readonly podSpec?: object } = {},
): Builder {
  const count = ready ? 1 : 0;
  return object(
    'apps/v1',
    'Deployment',
    { name, namespace: inNamespace, labels: { app: name } },
    {
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            serviceAccountName: 'default',
            containers: [{ name: 'main', image: 'registry.example.com/app:1.0.0' }],
            ...podSpec,
          },
        },
      },
      status: {
        observedGeneration: 1,
        replicas: 1,
        updatedReplicas: 1,
        readyReplicas: count,
        availableReplicas: count,
        conditions: [
          condition('Available', ready, ready ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable'),
          condition('Progressing', true, 'NewReplicaSetAvailable'),
        ],
      },
    },
  );
}

function nodeCondition(type: string, status: string): object {
  return { type, status, lastHeartbeatTime: '2026-11-20T11:59:30Z', lastTransitionTime: SINCE };
}

function condition(type: string, good: boolean, reason: string): object {
  return { type, status: good ? 'True' : 'False', reason, lastTransitionTime: SINCE, lastUpdateTime: SINCE };
}
