import {
  BUILTIN_KINDS,
  formatRef,
  ref,
  type EdgeView,
  type KubernetesObject,
  type Relation,
  type Snapshot,
} from '@kroot/types';
import { snapshotFromObjects } from '@kroot/cluster';
import { describe, expect, it } from 'vitest';
import { type DependencyGraph } from './dependency-graph.ts';
import { buildGraph } from './graph-builder.ts';
import { FIXTURE } from './graph-fixture.test.support.ts';
import { stronglyConnectedComponents } from './graph-algorithms.ts';
import { BUILTIN_RELATIONS } from './relation-table.ts';

/** Everything of the built-in kinds is known, but Roles. */
function known(objects: readonly KubernetesObject[]): Snapshot {
  const coverage = BUILTIN_KINDS.map(({ kind }) => ({
    kind,
    state: kind === 'Role' ? ('forbidden' as const) : ('complete' as const),
  }));
  return snapshotFromObjects(objects, { coverage });
}

function edgesOf(graph: DependencyGraph): readonly EdgeView[] {
  return graph.refs.flatMap((target) => graph.dependencies(target));
}

/** `from -> to status @path key=… optional (detail)` */
function print({ from, to, status, path, key, optional, detail }: EdgeView): string {
  return [
    `${formatRef(from)} -> ${formatRef(to)}`,
    ...(status === 'present' ? [] : [status]),
    ...(path === undefined ? [] : [`@${path}`]),
    ...(key === undefined ? [] : [`key=${key}`]),
    ...(optional === true ? ['optional'] : []),
    ...(detail === undefined ? [] : [`(${detail})`]),
  ].join(' ');
}

const EXPECTED: readonly (readonly [Relation, readonly string[]])[] = [
  [
    'owns',
    [
      'CronJob/prod/report -> Job/prod/report-1',
      'Deployment/prod/web -> ReplicaSet/prod/web-4c',
      'Deployment/prod/web -> ReplicaSet/prod/web-5d',
      'ReplicaSet/prod/web-5d -> Pod/prod/web-5d-x',
      'Run.pipelines.dev/prod/build -> Pod/prod/build-step',
      'Service/prod/web -> EndpointSlice/prod/web-abc',
    ],
  ],
  [
    'secret',
    [
      'CronJob/prod/report -> Secret/prod/report absent @spec.jobTemplate.spec.template.spec.containers[0].envFrom[0].secretRef (container main)',
      'Deployment/prod/web -> Secret/prod/db @spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef key=password (container web)',
      'Pod/prod/web-5d-x -> Secret/prod/db @spec.containers[0].env[0].valueFrom.secretKeyRef key=password (container web)',
    ],
  ],
  [
    'config-map',
    [
      'Deployment/prod/web -> ConfigMap/prod/constructor absent @spec.template.spec.initContainers[0].envFrom[0].configMapRef optional (container migrate)',
      'Deployment/prod/web -> ConfigMap/prod/settings @spec.template.spec.volumes[0].configMap key=web.yaml (volume config)',
      'Pod/prod/web-5d-x -> ConfigMap/prod/constructor absent @spec.initContainers[0].envFrom[0].configMapRef optional (container migrate)',
      'Pod/prod/web-5d-x -> ConfigMap/prod/settings @spec.volumes[0].configMap key=web.yaml (volume config)',
    ],
  ],
  [
    'pull-secret',
    [
      'Deployment/prod/web -> Secret/prod/registry absent @spec.template.spec.imagePullSecrets[0] optional',
      'Pod/prod/web-5d-x -> Secret/prod/registry absent @spec.imagePullSecrets[0] optional',
      'ServiceAccount/prod/web -> Secret/prod/registry absent @imagePullSecrets[0] optional',
    ],
  ],
  [
    'service-account',
    [
      'CronJob/prod/report -> ServiceAccount/prod/default absent @spec.jobTemplate.spec.template.spec.serviceAccountName',
      'Deployment/prod/web -> ServiceAccount/prod/web @spec.template.spec.serviceAccountName',
      'Pod/prod/build-step -> ServiceAccount/prod/default absent @spec.serviceAccountName',
      'Pod/prod/foreign -> ServiceAccount/prod/web @spec.serviceAccountName',
      'Pod/prod/web-5d-old -> ServiceAccount/prod/web @spec.serviceAccountName',
      'Pod/prod/web-5d-x -> ServiceAccount/prod/web @spec.serviceAccountName',
      'StatefulSet/prod/db -> ServiceAccount/prod/default absent @spec.template.spec.serviceAccountName',
    ],
  ],
  [
    'claim',
    [
      'Deployment/prod/web -> PersistentVolumeClaim/prod/web-data @spec.template.spec.volumes[1].persistentVolumeClaim (volume data)',
      'Pod/prod/build-step -> PersistentVolumeClaim/prod/build-step-scratch @spec.volumes[0].ephemeral (volume scratch)',
      'Pod/prod/web-5d-x -> PersistentVolumeClaim/prod/web-data @spec.volumes[1].persistentVolumeClaim (volume data)',
    ],
  ],
  [
    'volume',
    [
      'PersistentVolumeClaim/prod/archive -> PersistentVolume/pv-nfs (reserved by spec.claimRef)',
      'PersistentVolumeClaim/prod/web-data -> PersistentVolume/pv-1 @spec.volumeName',
    ],
  ],
  [
    'storage-class',
    [
      'PersistentVolume/pv-1 -> StorageClass/fast @spec.storageClassName optional',
      'PersistentVolumeClaim/prod/build-step-scratch -> StorageClass/newer (default)',
      'PersistentVolumeClaim/prod/web-data -> StorageClass/fast @spec.storageClassName optional',
    ],
  ],
  ['attachment', ['PersistentVolume/pv-1 -> VolumeAttachment/csi-1']],
  [
    'csi-driver',
    [
      'Deployment/prod/web -> CSIDriver/secrets-store.csi.k8s.io absent @spec.template.spec.volumes[2].csi (volume keys)',
      'PersistentVolume/pv-1 -> CSIDriver/ebs.csi.aws.com @spec.csi.driver optional',
      'Pod/prod/web-5d-x -> CSIDriver/secrets-store.csi.k8s.io absent @spec.volumes[2].csi (volume keys)',
      'StorageClass/fast -> CSIDriver/ebs.csi.aws.com @provisioner optional',
      'StorageClass/newer -> CSIDriver/pd.csi.storage.gke.io absent @provisioner optional',
    ],
  ],
  [
    'node',
    [
      'Pod/kube-system/static-w1 -> Node/w1 @spec.nodeName',
      'Pod/prod/web-5d-x -> Node/w1 @spec.nodeName',
      'VolumeAttachment/csi-1 -> Node/w1 @spec.nodeName',
    ],
  ],
  [
    'priority-class',
    [
      'Deployment/prod/web -> PriorityClass/high @spec.template.spec.priorityClassName',
      'Pod/prod/web-5d-x -> PriorityClass/high @spec.priorityClassName optional',
    ],
  ],
  [
    'runtime-class',
    [
      'Deployment/prod/web -> RuntimeClass/gvisor @spec.template.spec.runtimeClassName',
      'Pod/prod/web-5d-x -> RuntimeClass/gvisor @spec.runtimeClassName',
    ],
  ],
  ['selects', ['Service/prod/web -> Pod/prod/web-5d-x @spec.selector']],
  [
    'backed-by',
    ['Service/prod/db -> StatefulSet/prod/db @spec.selector', 'Service/prod/web -> Deployment/prod/web @spec.selector'],
  ],
  ['endpoint-slice', ['Service/prod/db -> Endpoints/prod/db', 'Service/prod/web -> EndpointSlice/prod/web-abc']],
  [
    'endpoint',
    [
      'EndpointSlice/prod/web-abc -> Pod/prod/web-5d-x @endpoints[0].targetRef',
      'Endpoints/prod/db -> Pod/prod/db-0 absent @subsets[0].notReadyAddresses[0].targetRef',
    ],
  ],
  [
    'routes-to',
    [
      'Gateway.gateway.networking.k8s.io/prod/edge -> HTTPRoute.gateway.networking.k8s.io/prod/shop',
      'HTTPRoute.gateway.networking.k8s.io/prod/shop -> Service/prod/web @spec.rules[0].backendRefs[0] (port 80)',
      'Ingress/prod/legacy -> Service/prod/gone absent @spec.defaultBackend.service (port http)',
      'Ingress/prod/shop -> Bucket.buckets.dev/prod/static unknown @spec.defaultBackend.resource',
      'Ingress/prod/shop -> Service/prod/web @spec.rules[0].http.paths[0].backend.service (port 80)',
      'Route.route.openshift.io/prod/shop -> Service/prod/web @spec.to (port http)',
    ],
  ],
  [
    'ingress-class',
    [
      'Gateway.gateway.networking.k8s.io/prod/edge -> GatewayClass.gateway.networking.k8s.io/envoy unknown @spec.gatewayClassName',
      "Ingress/prod/legacy -> IngressClass/traefik absent @metadata.annotations['kubernetes.io/ingress.class'] optional",
      'Ingress/prod/plain -> IngressClass/nginx optional (default)',
      'Ingress/prod/shop -> IngressClass/nginx @spec.ingressClassName',
    ],
  ],
  [
    'tls-secret',
    [
      'Gateway.gateway.networking.k8s.io/prod/edge -> Secret/prod/shop-tls absent @spec.listeners[0].tls.certificateRefs[0]',
      'Ingress/prod/shop -> Secret/prod/shop-tls absent @spec.tls[0].secretName (shop.example)',
    ],
  ],
  [
    'scales',
    [
      'HorizontalPodAutoscaler/prod/build -> Run.pipelines.dev/prod/build @spec.scaleTargetRef',
      'HorizontalPodAutoscaler/prod/web -> Deployment/prod/web @spec.scaleTargetRef',
    ],
  ],
  [
    'metrics-api',
    [
      'HorizontalPodAutoscaler/prod/build -> APIService/v1beta1.metrics.k8s.io (Resource)',
      'HorizontalPodAutoscaler/prod/web -> APIService/v1beta1.external.metrics.k8s.io absent @spec.metrics[1] (External)',
      'HorizontalPodAutoscaler/prod/web -> APIService/v1beta1.metrics.k8s.io @spec.metrics[0] (Resource)',
    ],
  ],
  ['guards', ['PodDisruptionBudget/prod/web -> Pod/prod/web-5d-x @spec.selector']],
  [
    'gated-by',
    [
      'CronJob/prod/report -> LimitRange/prod/limits',
      'CronJob/prod/report -> Namespace/prod',
      'CronJob/prod/report -> ResourceQuota/prod/quota',
      'CronJob/prod/report -> ValidatingWebhookConfiguration/all (webhook all.policy.dev)',
      'ReplicaSet/prod/web-5d -> LimitRange/prod/limits',
      'ReplicaSet/prod/web-5d -> MutatingWebhookConfiguration/inject (webhook shop.inject.dev)',
      'ReplicaSet/prod/web-5d -> Namespace/prod',
      'ReplicaSet/prod/web-5d -> ResourceQuota/prod/quota',
      'ReplicaSet/prod/web-5d -> ValidatingWebhookConfiguration/all (webhook all.policy.dev)',
      'Run.pipelines.dev/prod/build -> LimitRange/prod/limits',
      'Run.pipelines.dev/prod/build -> MutatingWebhookConfiguration/inject (webhook shop.inject.dev)',
      'Run.pipelines.dev/prod/build -> Namespace/prod',
      'Run.pipelines.dev/prod/build -> ResourceQuota/prod/quota',
      'Run.pipelines.dev/prod/build -> ValidatingWebhookConfiguration/all (webhook all.policy.dev)',
      'StatefulSet/prod/db -> LimitRange/prod/limits',
      'StatefulSet/prod/db -> Namespace/prod',
      'StatefulSet/prod/db -> ResourceQuota/prod/quota',
      'StatefulSet/prod/db -> ValidatingWebhookConfiguration/all (webhook all.policy.dev)',
    ],
  ],
  ['governing-service', ['StatefulSet/prod/db -> Service/prod/db-headless absent @spec.serviceName']],
  ['talks-to', ['Deployment/prod/web -> Service/prod/db @spec.template.spec.containers[0].env[1].value (port 5432)']],
  [
    'isolated-by',
    ['Pod/prod/web-5d-x -> NetworkPolicy/prod/deny (Egress)', 'Pod/prod/web-5d-x -> NetworkPolicy/prod/deny (Ingress)'],
  ],
  ['resolves-with', ['Deployment/prod/web -> Service/kube-system/kube-dns @spec.template.spec.dnsPolicy']],
  [
    'served-by',
    [
      'APIService/v1beta1.metrics.k8s.io -> Service/kube-system/metrics-server absent @spec.service (port 443)',
      'CustomResourceDefinition/runs.pipelines.dev -> Service/prod/web @spec.conversion.webhook.clientConfig.service (port 443)',
      'MutatingWebhookConfiguration/inject -> Service/kube-system/inject absent @webhooks[0].clientConfig.service (port 8443)',
      'ValidatingWebhookConfiguration/all -> Service/kube-system/policy absent @webhooks[0].clientConfig.service (port 443)',
    ],
  ],
  [
    'binding',
    ['ServiceAccount/prod/web -> ClusterRoleBinding/web-view', 'ServiceAccount/prod/web -> RoleBinding/prod/web'],
  ],
  [
    'role',
    [
      'ClusterRoleBinding/web-view -> ClusterRole/view @roleRef',
      'RoleBinding/prod/web -> Role/prod/web unknown @roleRef',
    ],
  ],
];

describe('buildGraph', () => {
  const snapshot = known(FIXTURE);
  const graph = buildGraph(snapshot);

  it.each(EXPECTED)('makes the edges of %s', (relation, wanted) => {
    const found = edgesOf(graph).filter((edge) => edge.relation === relation);
    expect(found.map(print)).toEqual(wanted);
  });

  it('makes edges of every relation but the one that needs to know the node agents', () => {
    const found = new Set(edgesOf(graph).map(({ relation }) => relation));
    expect(BUILTIN_RELATIONS.filter((relation) => !found.has(relation))).toEqual(['node-agent']);
    expect(EXPECTED.map(([relation]) => relation).toSorted()).toEqual([...found].toSorted());
  });

  it('is built once for a snapshot', () => {
    expect(buildGraph(snapshot)).toBe(graph);
    expect(buildGraph(known(FIXTURE))).not.toBe(graph);
  });

  it('knows every object, and what is named but not there', () => {
    for (const kind of snapshot.kinds()) {
      for (const { metadata } of snapshot.list(kind)) {
        const found = graph.refs.find(
          ({ name, namespace, kind: own }) =>
            own === kind.split('.')[0] && name === metadata.name && namespace === metadata.namespace,
        );
        expect(found === undefined ? undefined : graph.status(found)).toBe('present');
      }
    }
    expect(graph.status(ref('Service', 'prod', 'db-headless'))).toBe('absent');
    expect(graph.status(ref('Role', 'prod', 'web'))).toBe('unknown');
  });

  it.each([
    ['reversed', FIXTURE.toReversed()],
    ['halves swapped', [...FIXTURE.slice(30), ...FIXTURE.slice(0, 30)]],
    ['by name', FIXTURE.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))],
  ])('does not depend on the order of the objects: %s', (_, objects) => {
    const other = buildGraph(known(objects));
    expect(other.refs).toEqual(graph.refs);
    expect(edgesOf(other)).toEqual(edgesOf(graph));
  });

  it('takes nothing for absent that it could not see', () => {
    const blind = buildGraph(
      snapshotFromObjects(FIXTURE, { coverage: BUILTIN_KINDS.map(({ kind }) => ({ kind, state: 'forbidden' })) }),
    );
    expect(edgesOf(blind).filter(({ status }) => status === 'absent')).toEqual([]);
    expect(blind.status(ref('Service', 'prod', 'db-headless'))).toBe('unknown');
  });
});

function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: Readonly<Record<string, unknown>> = {},
): KubernetesObject {
  const { metadata, ...body } = rest;
  return { apiVersion, kind, metadata: { namespace: 'prod', name, ...(metadata as object | undefined) }, ...body };
}

function owned(kind: string, name: string, uid?: string): Readonly<Record<string, unknown>> {
  return {
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name, controller: true, ...(uid === undefined ? {} : { uid }) }],
  };
}

const container = { name: 'main', env: [{ name: 'API_URL', value: 'http://api:8080' }] };
const spec = { containers: [container], dnsPolicy: 'Default' };
const api = object('v1', 'Service', 'api', { spec: { clusterIP: '10.1.0.3', ports: [{ port: 8080 }] } });
const url = 'spec.containers[0].env[0].value (port 8080)';

describe('special cases', () => {
  const cases: readonly (readonly [string, readonly KubernetesObject[], Relation, readonly string[]])[] = [
    [
      'an owner of the same name but another uid owns nothing',
      [
        object('apps/v1', 'ReplicaSet', 'web', { metadata: { uid: 'new' }, spec: {} }),
        object('v1', 'Pod', 'a', { metadata: owned('ReplicaSet', 'web', 'old'), spec }),
      ],
      'owns',
      [],
    ],
    [
      'an owner of unknown uid is found by name',
      [
        object('apps/v1', 'ReplicaSet', 'web', { spec: {} }),
        object('v1', 'Pod', 'a', { metadata: owned('ReplicaSet', 'web', 'old'), spec }),
      ],
      'owns',
      ['ReplicaSet/prod/web -> Pod/prod/a'],
    ],
    [
      'an owner that is not there owns all the same',
      [object('v1', 'Pod', 'a', { metadata: owned('ReplicaSet', 'gone'), spec })],
      'owns',
      ['ReplicaSet/prod/gone -> Pod/prod/a'],
    ],
    [
      'a namespaced owner cannot own a cluster-scoped object',
      [
        object('v1', 'PersistentVolume', 'pv', {
          metadata: { namespace: undefined, ...owned('StatefulSet', 'db') },
          spec: {},
        }),
      ],
      'owns',
      [],
    ],
    [
      'a cluster-scoped custom owner is found by uid',
      [
        object('example.dev/v1', 'Tenant', 'shop', { metadata: { namespace: undefined, uid: 'u' } }),
        object('v1', 'ConfigMap', 'c', {
          metadata: {
            ownerReferences: [
              { apiVersion: 'example.dev/v1', kind: 'Tenant', name: 'shop', uid: 'u', controller: true },
            ],
          },
        }),
      ],
      'owns',
      ['Tenant.example.dev/shop -> ConfigMap/prod/c'],
    ],
    [
      'a pod without workload talks for itself',
      [api, object('v1', 'Pod', 'a', { spec })],
      'talks-to',
      [`Pod/prod/a -> Service/prod/api @${url}`],
    ],
    [
      'so does a pod whose ReplicaSet is not known',
      [api, object('v1', 'Pod', 'a', { metadata: owned('ReplicaSet', 'gone'), spec })],
      'talks-to',
      [`Pod/prod/a -> Service/prod/api @${url}`],
    ],
    [
      'a ReplicaSet of a custom resource speaks for its pods',
      [
        api,
        object('apps/v1', 'ReplicaSet', 'web', {
          metadata: {
            ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', controller: true }],
          },
          spec: { template: { spec } },
        }),
        object('v1', 'Pod', 'a', { metadata: owned('ReplicaSet', 'web'), spec }),
      ],
      'talks-to',
      [`ReplicaSet/prod/web -> Service/prod/api @spec.template.${url}`],
    ],
    [
      'the host network has the node’s DNS, unless it is asked otherwise',
      [
        object('v1', 'Service', 'other', { metadata: { namespace: 'kube-system' }, spec: { ports: [{ port: 443 }] } }),
        ...['ClusterFirst', 'ClusterFirstWithHostNet', 'None'].map((dnsPolicy) =>
          object('v1', 'Pod', dnsPolicy.toLowerCase(), { spec: { ...spec, dnsPolicy, hostNetwork: true } }),
        ),
      ],
      'resolves-with',
      ['Pod/prod/clusterfirstwithhostnet -> Service/kube-system/kube-dns absent @spec.dnsPolicy'],
    ],
    [
      'a claim without class that is bound has none',
      [
        object('storage.k8s.io/v1', 'StorageClass', 'std', {
          metadata: { namespace: undefined, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
          provisioner: 'x.dev/y',
        }),
        object('v1', 'PersistentVolumeClaim', 'bound', { spec: { volumeName: 'pv' } }),
        object('v1', 'PersistentVolumeClaim', 'waiting', { spec: {} }),
        object('v1', 'PersistentVolumeClaim', 'annotated', {
          metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'old' } },
          spec: {},
        }),
      ],
      'storage-class',
      [
        'PersistentVolumeClaim/prod/annotated -> StorageClass/old absent @spec.storageClassName',
        'PersistentVolumeClaim/prod/waiting -> StorageClass/std (default)',
      ],
    ],
    [
      'a volume that is reserved for an earlier claim of the same name is not bound',
      [
        object('v1', 'PersistentVolume', 'pv', {
          metadata: { namespace: undefined },
          spec: { claimRef: { namespace: 'prod', name: 'data', uid: 'old' } },
        }),
        object('v1', 'PersistentVolumeClaim', 'data', { metadata: { uid: 'new' }, spec: {} }),
      ],
      'volume',
      [],
    ],
  ];
  it.each(cases)('%s', (_, objects, relation, wanted) => {
    const found = edgesOf(buildGraph(known(objects))).filter((edge) => edge.relation === relation);
    expect(found.map(print)).toEqual(wanted);
  });

  it('is not harmed by a circle of owners', () => {
    const objects = [
      object('apps/v1', 'ReplicaSet', 'a', { metadata: owned('ReplicaSet', 'b'), spec: {} }),
      object('apps/v1', 'ReplicaSet', 'b', { metadata: owned('ReplicaSet', 'a'), spec: {} }),
    ];
    const graph = buildGraph(known(objects));
    expect(graph.dependencies(ref('ReplicaSet', 'prod', 'a')).map(print)).toContain(
      'ReplicaSet/prod/a -> ReplicaSet/prod/b',
    );
    expect(stronglyConnectedComponents(graph.adjacency).count).toBe(graph.nodeCount - 1);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('takes %s for a name like any other', (name) => {
    const labels = Object.fromEntries([[name, name]]);
    const pod = object('v1', 'Pod', name, {
      metadata: { namespace: name, labels },
      spec: { containers: [{ name: 'main', envFrom: [{ secretRef: { name } }] }], serviceAccountName: name },
    });
    const service = object('v1', 'Service', name, {
      metadata: { namespace: name },
      spec: { selector: labels, ports: [{ port: 80 }] },
    });
    const graph = buildGraph(known([pod, service]));
    const found = edgesOf(graph).filter(({ relation }) => ['selects', 'secret', 'service-account'].includes(relation));
    expect(found.map(({ from, to, status }) => [formatRef(from), formatRef(to), status])).toEqual([
      [`Pod/${name}/${name}`, `Secret/${name}/${name}`, 'absent'],
      [`Pod/${name}/${name}`, `ServiceAccount/${name}/${name}`, 'absent'],
      [`Service/${name}/${name}`, `Pod/${name}/${name}`, 'present'],
    ]);
  });
});
