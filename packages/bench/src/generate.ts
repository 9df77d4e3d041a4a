import { seeded } from './random.ts';

/** An API object as plain JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** What to generate. */
export interface ClusterPlan {
  readonly seed: number;
  readonly pods: number;
  /** Pods of one workload. */
  readonly replicas: number;
  readonly podsPerNode: number;
  readonly namespaces: number;
  /** So many workloads need a Secret that does not exist. */
  readonly withoutSecret: number;
  /** So many nodes have stopped reporting. */
  readonly deadNodes: number;
}

/** A plan for a cluster of so many pods, healthy but for what is asked. */
export function plan(pods: number, faults: Partial<ClusterPlan> = {}): ClusterPlan {
  const base = { seed: 42, pods, replicas: 6, podsPerNode: 30, withoutSecret: 0, deadNodes: 0 };
  return { ...base, namespaces: Math.max(1, Math.floor(pods / 150)), ...faults };
}

export const NOW = '2026-11-20T12:00:00Z';
const CREATED = '2026-11-01T08:00:00Z';
const BROKEN = '2026-11-20T11:40:00Z';

interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly broken: boolean;
}

/** All objects of a cluster, full shape, managedFields and all, as the API server gives them. */
export function generate(cluster: ClusterPlan): readonly Json[] {
  const random = seeded(cluster.seed);
  const uid = (): string =>
    hex(random, 8) + '-' + hex(random, 4) + '-4' + hex(random, 3) + '-8' + hex(random, 3) + '-' + hex(random, 12);
  const objects: Json[] = [];
  const nodes = Math.max(2, Math.ceil(cluster.pods / cluster.podsPerNode));
  for (let i = 0; i < nodes; i += 1) objects.push(node(`worker-${i}`, i < cluster.deadNodes, uid()));
  for (let i = 0; i < cluster.namespaces; i += 1) objects.push(namespace(`team-${i}`, uid()));
  const count = Math.ceil(cluster.pods / cluster.replicas);
  let left = cluster.pods;
  let placed = 0;
  for (let i = 0; i < count; i += 1) {
    const workload = {
      namespace: `team-${i % cluster.namespaces}`,
      name: `app-${i}`,
      broken: i < cluster.withoutSecret,
    };
    const replicas = Math.min(cluster.replicas, left);
    left -= replicas;
    const onNodes = Array.from({ length: replicas }, () => {
      const at = placed++ % nodes;
      // The dead node keeps what it had; broken workloads are elsewhere, so that each pod has one cause.
      return `worker-${workload.broken && at < cluster.deadNodes ? cluster.deadNodes : at}`;
    });
    objects.push(...workloadObjects(workload, onNodes, { uid, dead: cluster.deadNodes }));
  }
  return objects;
}

/** The objects as `kubectl get -A -o json` prints them. */
export function asList(objects: readonly Json[]): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    metadata: { annotations: { 'captured-at': NOW } },
    items: objects,
  });
}

function hex(random: () => number, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
}

function managed(manager: string, fields: Json): readonly Json[] {
  return [{ manager, operation: 'Update', apiVersion: 'v1', time: CREATED, fieldsType: 'FieldsV1', fieldsV1: fields }];
}

function namespace(name: string, uid: string): Json {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid, creationTimestamp: CREATED, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function node(name: string, dead: boolean, uid: string): Json {
  const condition = (type: string, good: string, reason: string, message: string): Json =>
    dead
      ? {
          type,
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          lastHeartbeatTime: BROKEN,
          lastTransitionTime: BROKEN,
        }
      : { type, status: good, reason, message, lastHeartbeatTime: NOW, lastTransitionTime: CREATED };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid,
      creationTimestamp: CREATED,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
      managedFields: managed('kubelet', { 'f:status': { 'f:conditions': {} } }),
    },
    spec: {
      podCIDR: '10.244.0.0/24',
      ...(dead ? { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule', timeAdded: BROKEN }] } : {}),
    },
    status: {
      capacity: { cpu: '16', memory: '65536Mi', pods: '110' },
      allocatable: { cpu: '15800m', memory: '63000Mi', pods: '110' },
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        kubeletVersion: 'v1.34.1',
        containerRuntimeVersion: 'containerd://2.1.4',
      },
    },
  };
}

function podSpec(workload: Workload): Json {
  const { name, broken } = workload;
  return {
    containers: [
      {
        name: 'main',
        image: `registry.example.com/team/${name}:1.0.0`,
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
        env: [
          { name: 'MODE', value: 'production' },
          { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: `${name}-config`, key: 'level' } } },
          {
            name: 'TOKEN',
            valueFrom: { secretKeyRef: { name: broken ? 'shared-credentials' : `${name}-token`, key: 'token' } },
          },
        ],
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        readinessProbe: {
          httpGet: { path: '/ready', port: 'http', scheme: 'HTTP' },
          periodSeconds: 10,
          timeoutSeconds: 1,
          failureThreshold: 3,
          successThreshold: 1,
        },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        imagePullPolicy: 'IfNotPresent',
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: 'default',
    schedulerName: 'default-scheduler',
  };
}

interface Makers {
  readonly uid: () => string;
  readonly dead: number;
}

/** Of its own, as the API server hands them out. */
function addressOf({ namespace: ns, name }: Workload): string {
  const [team = 0, app = 0] = [ns, name].map((text) => Number(/\d+$/.exec(text)?.[0] ?? 0));
  return `10.${100 + (team % 100)}.${Math.floor(app / 250)}.${(app % 250) + 1}`;
}

function workloadObjects(workload: Workload, nodes: readonly string[], makers: Makers): readonly Json[] {
  const { namespace: ns, name, broken } = workload;
  const { uid } = makers;
  const labels = { app: name };
  const hash = `${name.length}d9f8b7c6`;
  const podLabels = { ...labels, 'pod-template-hash': hash };
  const setName = `${name}-${hash}`;
  const deploymentUid = uid();
  const setUid = uid();
  const lost = nodes.filter((host) => isDead(host, makers.dead)).length;
  const ready = broken ? 0 : nodes.length - lost;
  const pods = nodes.map((host, i) =>
    pod(workload, { name: `${setName}-${suffix(i)}`, host, labels: podLabels, setName, setUid }, makers),
  );
  const meta = (objectName: string, own: string, extra: Json = {}): Json => ({
    name: objectName,
    namespace: ns,
    uid: own,
    creationTimestamp: CREATED,
    labels,
    managedFields: managed('helm', { 'f:spec': { 'f:replicas': {}, 'f:template': {} } }),
    ...extra,
  });
  const template = { metadata: { labels: podLabels }, spec: podSpec(workload) };
  const available = {
    type: 'Available',
    status: ready === 0 ? 'False' : 'True',
    reason: ready === 0 ? 'MinimumReplicasUnavailable' : 'MinimumReplicasAvailable',
    message: ready === 0 ? 'Deployment does not have minimum availability.' : 'Deployment has minimum availability.',
    lastTransitionTime: ready === 0 ? BROKEN : CREATED,
    lastUpdateTime: CREATED,
  };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(name, deploymentUid, { generation: 1, annotations: { 'deployment.kubernetes.io/revision': '1' } }),
      spec: {
        replicas: nodes.length,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec(workload) },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        progressDeadlineSeconds: 600,
      },
      status: {
        observedGeneration: 1,
        replicas: nodes.length,
        updatedReplicas: nodes.length,
        readyReplicas: ready,
        availableReplicas: ready,
        unavailableReplicas: nodes.length - ready,
        conditions: [available],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: meta(setName, setUid, {
        labels: podLabels,
        annotations: { 'deployment.kubernetes.io/revision': '1' },
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            name,
            uid: deploymentUid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      }),
      spec: { replicas: nodes.length, selector: { matchLabels: podLabels }, template },
      status: {
        replicas: nodes.length,
        readyReplicas: ready,
        availableReplicas: ready,
        fullyLabeledReplicas: nodes.length,
        observedGeneration: 1,
      },
    },
    ...pods,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(name, uid()),
      spec: {
        type: 'ClusterIP',
        clusterIP: addressOf(workload),
        selector: labels,
        ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
      },
      status: { loadBalancer: {} },
    },
    endpointSlice(workload, pods, uid()),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta(`${name}-config`, uid()), data: { level: 'info' } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: meta(`${name}-token`, uid()),
      data: { token: 'c2VjcmV0' },
    },
  ];
}

function suffix(i: number): string {
  return `${String.fromCodePoint(98 + (i % 20))}${(i * 7919).toString(36).padStart(4, 'x').slice(-4)}`;
}

function isDead(host: string, dead: number): boolean {
  return Number(host.slice('worker-'.length)) < dead;
}

interface PodPlan {
  readonly name: string;
  readonly host: string;
  readonly labels: Json;
  readonly setName: string;
  readonly setUid: string;
}

function pod(workload: Workload, { name, host, labels, setName, setUid }: PodPlan, { uid, dead }: Makers): Json {
  const lost = isDead(host, dead);
  const { broken, namespace: ns } = workload;
  const ready = !broken && !lost;
  const condition = (type: string, status: string): Json => ({
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: status === 'True' ? CREATED : BROKEN,
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: ns,
      uid: uid(),
      generateName: `${setName}-`,
      creationTimestamp: broken ? BROKEN : CREATED,
      labels,
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: setName,
          uid: setUid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: managed('kube-controller-manager', {
        'f:metadata': { 'f:generateName': {}, 'f:labels': {} },
        'f:spec': { 'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:env': {}, 'f:image': {} } } },
      }),
    },
    spec: {
      ...podSpec(workload),
      nodeName: host,
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 3600 },
      ],
    },
    status: {
      phase: broken ? 'Pending' : 'Running',
      startTime: broken ? BROKEN : CREATED,
      hostIP: '10.0.0.1',
      podIP: '10.244.0.7',
      podIPs: [{ ip: '10.244.0.7' }],
      qosClass: 'Burstable',
      conditions: [
        condition('PodScheduled', 'True'),
        condition('Initialized', 'True'),
        condition('ContainersReady', broken ? 'False' : 'True'),
        condition('Ready', ready ? 'True' : 'False'),
      ],
      containerStatuses: [
        {
          name: 'main',
          image: `registry.example.com/team/${workload.name}:1.0.0`,
          imageID: broken
            ? ''
            : 'registry.example.com/team/app@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
          ready: !broken,
          started: !broken,
          restartCount: 0,
          lastState: {},
          state: broken
            ? { waiting: { reason: 'CreateContainerConfigError', message: 'secret "shared-credentials" not found' } }
            : { running: { startedAt: CREATED } },
        },
      ],
    },
  };
}

function endpointSlice({ namespace: ns, name }: Workload, pods: readonly Json[], uid: string): Json {
  const endpoints = pods.map((object) => {
    const { name: podName, uid: podUid } = object['metadata'] as { readonly name: string; readonly uid: string };
    const { conditions } = object['status'] as {
      readonly conditions: readonly { readonly type: string; readonly status: string }[];
    };
    const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
    return {
      addresses: ['10.244.0.7'],
      conditions: { ready, serving: ready, terminating: false },
      targetRef: { kind: 'Pod', name: podName, namespace: ns, uid: podUid },
    };
  });
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-x7k2p`,
      namespace: ns,
      uid,
      creationTimestamp: CREATED,
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    },
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  };
}
