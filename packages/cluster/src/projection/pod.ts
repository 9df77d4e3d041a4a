import {
  type Container,
  type ContainerState,
  type NodeSelector,
  type Pod,
  type PodAffinityTerm,
  type PodSpec,
  type PodTemplateSpec,
  type Probe,
  type ProbeHandler,
  type ResourceRequirements,
  type SecurityContext,
  type Toleration,
  type Volume,
} from '@kroot/types';
import { condition, labelSelector, requirement } from './common.ts';
import { type BodyOf, must, type FieldsOf } from './schema.ts';

const localReference = { name: 'string' } as const;
const optionalReference = { name: 'string', optional: 'boolean' } as const;
const keySelector = { name: 'string', key: 'string!', optional: 'boolean' } as const;
const keyToPath = { key: 'string!', path: 'string!' } as const;

const probeHandler: FieldsOf<ProbeHandler> = {
  exec: { command: ['string'] },
  httpGet: { path: 'string', port: 'int-or-string!', host: 'string', scheme: 'string' },
  tcpSocket: { port: 'int-or-string!', host: 'string' },
  grpc: { port: 'number!', service: 'string' },
};

const probe: FieldsOf<Probe> = {
  ...probeHandler,
  initialDelaySeconds: 'number',
  timeoutSeconds: 'number',
  periodSeconds: 'number',
  successThreshold: 'number',
  failureThreshold: 'number',
  terminationGracePeriodSeconds: 'number',
};

const resources: FieldsOf<ResourceRequirements> = { requests: 'strings', limits: 'strings' };

const securityContext: FieldsOf<SecurityContext> = {
  runAsUser: 'number',
  runAsGroup: 'number',
  runAsNonRoot: 'boolean',
  privileged: 'boolean',
  readOnlyRootFilesystem: 'boolean',
  allowPrivilegeEscalation: 'boolean',
  fsGroup: 'number',
  fsGroupChangePolicy: 'string',
  supplementalGroupsPolicy: 'string',
  procMount: 'string',
  capabilities: { add: ['string'], drop: ['string'] },
  seccompProfile: { type: 'string', localhostProfile: 'string' },
  appArmorProfile: { type: 'string', localhostProfile: 'string' },
  sysctls: [{ name: 'string!', value: 'string' }],
};

const container: FieldsOf<Container> = {
  // Hand-made inputs leave names out; the rest of such a container is worth keeping.
  name: 'string=',
  image: 'string',
  imagePullPolicy: 'string',
  command: ['string'],
  args: ['string'],
  workingDir: 'string',
  ports: [{ name: 'string', containerPort: 'number!', hostPort: 'number', hostIP: 'string', protocol: 'string' }],
  env: [
    {
      name: 'string!',
      value: 'string',
      valueFrom: {
        secretKeyRef: keySelector,
        configMapKeyRef: keySelector,
        fieldRef: { fieldPath: 'string' },
      },
    },
  ],
  envFrom: [{ prefix: 'string', configMapRef: optionalReference, secretRef: optionalReference }],
  resources,
  volumeMounts: [
    { name: 'string!', mountPath: 'string!', subPath: 'string', subPathExpr: 'string', readOnly: 'boolean' },
  ],
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: { postStart: probeHandler, preStop: probeHandler },
  restartPolicy: 'string',
  securityContext,
  terminationMessagePolicy: 'string',
};

const projectedFile = { name: 'string', optional: 'boolean', items: [keyToPath] } as const;

const volume: FieldsOf<Volume> = {
  name: 'string!',
  secret: { secretName: 'string', optional: 'boolean', items: [keyToPath] },
  configMap: projectedFile,
  projected: {
    sources: [
      {
        secret: projectedFile,
        configMap: projectedFile,
        serviceAccountToken: { path: 'string' },
        downwardAPI: 'presence',
        clusterTrustBundle: optionalReference,
      },
    ],
  },
  persistentVolumeClaim: { claimName: 'string!', readOnly: 'boolean' },
  ephemeral: { volumeClaimTemplate: { spec: { storageClassName: 'string' } } },
  emptyDir: { medium: 'string', sizeLimit: 'string' },
  hostPath: { path: 'string!', type: 'string' },
  csi: {
    driver: 'string!',
    nodePublishSecretRef: localReference,
    volumeAttributes: { secretProviderClass: 'string' },
  },
  nfs: { server: 'string!', path: 'string!' },
};

/** Alternatives of expressions over a node's labels and fields. */
export const nodeSelector: FieldsOf<NodeSelector> = {
  nodeSelectorTerms: must([{ matchExpressions: [requirement], matchFields: [requirement] }]),
};

const podAffinityTerm: FieldsOf<PodAffinityTerm> = {
  labelSelector,
  namespaces: ['string'],
  namespaceSelector: labelSelector,
  topologyKey: 'string!',
  matchLabelKeys: ['string'],
  mismatchLabelKeys: ['string'],
};

const toleration: FieldsOf<Toleration> = {
  key: 'string',
  operator: 'string',
  value: 'string',
  effect: 'string',
  tolerationSeconds: 'number',
};

const podSpec: FieldsOf<PodSpec> = {
  containers: must([container]),
  initContainers: [container],
  ephemeralContainers: [container],
  volumes: [volume],
  nodeName: 'string',
  nodeSelector: 'strings',
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: nodeSelector },
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [podAffinityTerm] },
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [podAffinityTerm] },
  },
  tolerations: [toleration],
  topologySpreadConstraints: [
    {
      maxSkew: 'number!',
      topologyKey: 'string!',
      whenUnsatisfiable: 'string!',
      labelSelector,
      minDomains: 'number',
      matchLabelKeys: ['string'],
      nodeAffinityPolicy: 'string',
      nodeTaintsPolicy: 'string',
    },
  ],
  schedulerName: 'string',
  schedulingGates: [{ name: 'string!' }],
  serviceAccountName: 'string',
  automountServiceAccountToken: 'boolean',
  imagePullSecrets: [localReference],
  restartPolicy: 'string',
  terminationGracePeriodSeconds: 'number',
  activeDeadlineSeconds: 'number',
  dnsPolicy: 'string',
  dnsConfig: { nameservers: ['string'], searches: ['string'] },
  hostAliases: [{ ip: 'string', hostnames: ['string'] }],
  hostNetwork: 'boolean',
  hostPID: 'boolean',
  hostIPC: 'boolean',
  hostname: 'string',
  subdomain: 'string',
  enableServiceLinks: 'boolean',
  priority: 'number',
  priorityClassName: 'string',
  preemptionPolicy: 'string',
  runtimeClassName: 'string',
  securityContext,
  readinessGates: [{ conditionType: 'string!' }],
  overhead: 'strings',
  resources,
  os: { name: 'string' },
  hostUsers: 'boolean',
  resourceClaims: [{ name: 'string!', resourceClaimName: 'string', resourceClaimTemplateName: 'string' }],
};

/** The template from which a workload makes its pods. */
export const podTemplate: FieldsOf<PodTemplateSpec> = {
  metadata: { labels: 'strings', annotations: 'strings' },
  spec: must(podSpec),
};

const containerState: FieldsOf<ContainerState> = {
  waiting: { reason: 'string', message: 'string' },
  running: { startedAt: 'string' },
  terminated: {
    exitCode: 'number!',
    signal: 'number',
    reason: 'string',
    message: 'string',
    startedAt: 'string',
    finishedAt: 'string',
  },
};

const containerStatus = {
  name: 'string!',
  image: 'string',
  imageID: 'string',
  containerID: 'string',
  ready: 'boolean',
  started: 'boolean',
  restartCount: 'number',
  state: containerState,
  lastState: containerState,
} as const;

/** A pod. */
export const pod: BodyOf<Pod> = {
  spec: must(podSpec),
  status: {
    phase: 'string',
    reason: 'string',
    message: 'string',
    conditions: [condition],
    containerStatuses: [containerStatus],
    initContainerStatuses: [containerStatus],
    ephemeralContainerStatuses: [containerStatus],
    startTime: 'string',
    podIP: 'string',
    podIPs: [{ ip: 'string!' }],
    hostIP: 'string',
    nominatedNodeName: 'string',
    qosClass: 'string',
  },
};
