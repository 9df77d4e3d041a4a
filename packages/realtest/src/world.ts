import { type ApiClient, type Json, type Manifest } from './api-client.ts';

// Objects as a cluster with kubelets and controllers would have them, for a control plane that has neither.

/** A workload to make: a Deployment, its ReplicaSet and one pod on a node. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly container?: Json;
  readonly podSpec?: Json;
  /** Why the container waits; absent: it runs and is ready. */
  readonly waiting?: { readonly reason: string; readonly message: string };
}

const NODE = 'worker-1';
const IMAGE = 'registry.example.com/team/app:1.0.0';

/** A namespace with the ServiceAccount that pods run as. */
export async function makeNamespace(api: ApiClient, name: string): Promise<void> {
  await api.create(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: name },
      // The ConfigMap with the authority, which a token volume needs, comes from a controller.
      automountServiceAccountToken: false,
    },
  );
}

/** A node that has just reported. */
export async function makeNode(api: ApiClient): Promise<void> {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE, labels: { 'kubernetes.io/os': 'linux' } } };
  const capacity = { cpu: '16', memory: '64Gi', pods: '110' };
  await api.create(node);
  await api.setStatus(node, {
    capacity,
    allocatable: capacity,
    conditions: [
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID'],
      ['Ready', 'True', 'KubeletReady'],
    ].map(([type, status, reason]) => ({ type, status, reason, lastHeartbeatTime: now(), lastTransitionTime: now() })),
    nodeInfo: { kubeletVersion: 'v1.34.10', operatingSystem: 'linux', architecture: 'amd64' },
  });
  // New nodes are tainted until a controller has seen them ready.
  await api.patch(node, 'merge-patch', { spec: { taints: null } });
}

/** A workload whose pod the kubelet has dealt with; gives the pod's name. */
export async function makeWorkload(api: ApiClient, workload: Workload): Promise<string> {
  const { namespace, name } = workload;
  const template = templateOf(workload);
  const selector = { matchLabels: { app: name } };
  const deployment = object('apps/v1', 'Deployment', namespace, name, { spec: { replicas: 1, selector, template } });
  const [owner] = await api.create(deployment);
  const revision = { 'deployment.kubernetes.io/revision': '1' };
  const replicaSet = object('apps/v1', 'ReplicaSet', namespace, `${name}-7d4b9c`, {
    spec: { replicas: 1, selector: labelled(selector, 'matchLabels'), template: labelled(template, 'metadata') },
    metadata: { ...owned(owner), annotations: revision, labels: { app: name, 'pod-template-hash': '7d4b9c' } },
  });
  const [set] = await api.create(replicaSet);
  const pod = object('v1', 'Pod', namespace, `${name}-7d4b9c-x2x4z`, {
    metadata: { ...owned(set), labels: { app: name, 'pod-template-hash': '7d4b9c' } },
    spec: { ...(template['spec'] as Json), nodeName: NODE },
  });
  await api.create(pod);
  const ready = workload.waiting === undefined;
  await api.setStatus(pod, podStatus(workload));
  const counts = { replicas: 1, observedGeneration: 1, ...(ready ? { readyReplicas: 1, availableReplicas: 1 } : {}) };
  await api.setStatus(replicaSet, { ...counts, fullyLabeledReplicas: 1 });
  await api.setStatus(deployment, {
    ...counts,
    updatedReplicas: 1,
    ...(ready ? {} : { unavailableReplicas: 1 }),
    conditions: [condition('Available', ready, ready ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable')],
  });
  return pod.metadata.name;
}

/** Any namespaced object. */
export function object(apiVersion: string, kind: string, namespace: string, name: string, rest: Json): Manifest {
  return { apiVersion, kind, ...rest, metadata: { ...(rest['metadata'] as Json | undefined), name, namespace } };
}

function templateOf({ name, container, podSpec }: Workload): Json {
  return {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'main', image: IMAGE, ...container }], ...podSpec },
  };
}

/** With the label by which a Deployment tells its ReplicaSets apart. */
function labelled(value: Json, field: 'matchLabels' | 'metadata'): Json {
  const hash = { 'pod-template-hash': '7d4b9c' };
  const inner = value[field] as Json;
  if (field === 'matchLabels') return { ...value, matchLabels: { ...inner, ...hash } };
  return { ...value, metadata: { labels: { ...(inner['labels'] as Json), ...hash } } };
}

function owned(owner: Manifest | undefined): Json {
  if (owner === undefined) throw new Error('no owner');
  const { apiVersion, kind, metadata } = owner;
  const reference = { apiVersion, kind, name: metadata.name, uid: metadata['uid'] };
  return { ownerReferences: [{ ...reference, controller: true, blockOwnerDeletion: true }] };
}

function podStatus({ waiting }: Workload): Json {
  const ready = waiting === undefined;
  const state = ready ? { running: { startedAt: now() } } : { waiting };
  const container = { name: 'main', image: IMAGE, imageID: ready ? `${IMAGE}@sha256:${'a'.repeat(64)}` : '' };
  return {
    phase: ready ? 'Running' : 'Pending',
    qosClass: 'BestEffort',
    hostIP: '192.168.10.11',
    podIP: '10.244.0.7',
    podIPs: [{ ip: '10.244.0.7' }],
    startTime: now(),
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('PodReadyToStartContainers', true),
      condition('ContainersReady', ready, ready ? undefined : 'ContainersNotReady'),
      condition('Ready', ready, ready ? undefined : 'ContainersNotReady'),
    ],
    containerStatuses: [{ ...container, state, ready, started: ready, restartCount: 0, lastState: {} }],
  };
}

function condition(type: string, holds: boolean, reason?: string): Json {
  const base = { type, status: holds ? 'True' : 'False', lastTransitionTime: now() };
  return reason === undefined ? base : { ...base, reason };
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
