import { type Condition, type IntOrString, type KubernetesObject, type LabelSelector, type StringMap } from './meta.ts';
import { type NodeSelector, type Toleration } from './node.ts';

/** A reference to a key of a ConfigMap or Secret. */
export interface KeySelector {
  readonly name?: string;
  readonly key: string;
  readonly optional?: boolean;
}

/** An environment variable. Values of Secrets are never resolved. */
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: KeySelector;
    readonly configMapKeyRef?: KeySelector;
    readonly fieldRef?: { readonly fieldPath?: string };
  };
}

/** All keys of a ConfigMap or Secret as variables. */
export interface EnvFromSource {
  readonly prefix?: string;
  readonly configMapRef?: { readonly name?: string; readonly optional?: boolean };
  readonly secretRef?: { readonly name?: string; readonly optional?: boolean };
}

/** A port that a container declares; informational, an undeclared port may listen as well. */
export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly hostIP?: string;
  /** TCP when absent. */
  readonly protocol?: string;
}

/** What a probe or a lifecycle hook does. */
export interface ProbeHandler {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: {
    readonly path?: string;
    readonly port: IntOrString;
    readonly host?: string;
    readonly scheme?: string;
  };
  readonly tcpSocket?: { readonly port: IntOrString; readonly host?: string };
  readonly grpc?: { readonly port: number; readonly service?: string };
}

/** A startup, liveness or readiness probe. */
export interface Probe extends ProbeHandler {
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
}

/** requests and limits; quantities as the API spells them. */
export interface ResourceRequirements {
  readonly requests?: StringMap;
  readonly limits?: StringMap;
}

/** A seccomp or AppArmor profile: RuntimeDefault, Unconfined, or Localhost with the name of one that the node must have. */
export interface SecurityProfile {
  readonly type?: string;
  readonly localhostProfile?: string;
}

/** securityContext of a container or pod; only what rules read. */
export interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly privileged?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly fsGroup?: number;
  readonly fsGroupChangePolicy?: string;
  readonly supplementalGroupsPolicy?: string;
  readonly procMount?: string;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: SecurityProfile;
  readonly appArmorProfile?: SecurityProfile;
  readonly sysctls?: readonly { readonly name: string; readonly value?: string }[];
}

/** Where a volume appears in a container. */
export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly subPathExpr?: string;
  readonly readOnly?: boolean;
}

/** An app, init or ephemeral container. An init container with restartPolicy Always is a sidecar. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly imagePullPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly ports?: readonly ContainerPort[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFromSource[];
  readonly resources?: ResourceRequirements;
  readonly volumeMounts?: readonly VolumeMount[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: { readonly postStart?: ProbeHandler; readonly preStop?: ProbeHandler };
  readonly restartPolicy?: string;
  readonly securityContext?: SecurityContext;
  readonly terminationMessagePolicy?: string;
}

/** A key of a ConfigMap or Secret as a file. */
export interface KeyToPath {
  readonly key: string;
  readonly path: string;
}

/** One source of a projected volume. */
export interface VolumeProjection {
  readonly secret?: { readonly name?: string; readonly optional?: boolean; readonly items?: readonly KeyToPath[] };
  readonly configMap?: { readonly name?: string; readonly optional?: boolean; readonly items?: readonly KeyToPath[] };
  readonly serviceAccountToken?: { readonly path?: string };
  readonly downwardAPI?: Readonly<Record<string, never>>;
  readonly clusterTrustBundle?: { readonly name?: string; readonly optional?: boolean };
}

/** A volume of a pod; the sources that name other objects, and those that rules read. */
export interface Volume {
  readonly name: string;
  readonly secret?: {
    readonly secretName?: string;
    readonly optional?: boolean;
    readonly items?: readonly KeyToPath[];
  };
  readonly configMap?: { readonly name?: string; readonly optional?: boolean; readonly items?: readonly KeyToPath[] };
  readonly projected?: { readonly sources?: readonly VolumeProjection[] };
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  readonly ephemeral?: { readonly volumeClaimTemplate?: { readonly spec?: { readonly storageClassName?: string } } };
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
  readonly hostPath?: { readonly path: string; readonly type?: string };
  readonly csi?: {
    readonly driver: string;
    readonly nodePublishSecretRef?: { readonly name?: string };
    readonly volumeAttributes?: { readonly secretProviderClass?: string };
  };
  readonly nfs?: { readonly server: string; readonly path: string };
}

/** One term of pod (anti-)affinity. */
export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: LabelSelector;
  readonly topologyKey: string;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/** Hard scheduling constraints; preferred ones never keep a pod from a node and are not kept. */
export interface Affinity {
  readonly nodeAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector };
  readonly podAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[] };
  readonly podAntiAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[] };
}

/** One entry of topologySpreadConstraints. */
export interface TopologySpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
  readonly matchLabelKeys?: readonly string[];
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
}

/** spec of a pod or of a pod template. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly nodeName?: string;
  readonly nodeSelector?: StringMap;
  readonly affinity?: Affinity;
  readonly tolerations?: readonly Toleration[];
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly schedulerName?: string;
  readonly schedulingGates?: readonly { readonly name: string }[];
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly activeDeadlineSeconds?: number;
  readonly dnsPolicy?: string;
  readonly dnsConfig?: { readonly nameservers?: readonly string[]; readonly searches?: readonly string[] };
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  /** Lines of the pod's /etc/hosts: names that need no DNS. */
  readonly hostAliases?: readonly { readonly ip?: string; readonly hostnames?: readonly string[] }[];
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly enableServiceLinks?: boolean;
  readonly priority?: number;
  readonly priorityClassName?: string;
  readonly preemptionPolicy?: string;
  readonly runtimeClassName?: string;
  readonly securityContext?: SecurityContext;
  readonly readinessGates?: readonly { readonly conditionType: string }[];
  readonly overhead?: StringMap;
  readonly resources?: ResourceRequirements;
  /** The operating system that the pod is for. */
  readonly os?: { readonly name?: string };
  /** False asks for a user namespace. */
  readonly hostUsers?: boolean;
  /** Devices that a driver hands out (dynamic resource allocation). */
  readonly resourceClaims?: readonly {
    readonly name: string;
    readonly resourceClaimName?: string;
    readonly resourceClaimTemplateName?: string;
  }[];
}

/** state.waiting of a container. */
export interface ContainerStateWaiting {
  readonly reason?: string;
  readonly message?: string;
}

/** state.terminated or lastState.terminated of a container. */
export interface ContainerStateTerminated {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/** state or lastState of a container; at most one member is set. */
export interface ContainerState {
  readonly waiting?: ContainerStateWaiting;
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: ContainerStateTerminated;
}

/** What the kubelet last said about a container. Stale when the node is lost. */
export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly imageID?: string;
  readonly containerID?: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

/** status of a pod. */
export interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly conditions?: readonly Condition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  readonly startTime?: string;
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly hostIP?: string;
  readonly nominatedNodeName?: string;
  readonly qosClass?: string;
}

/** A pod. */
export interface Pod extends KubernetesObject {
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

/** The template from which a workload makes its pods. */
export interface PodTemplateSpec {
  readonly metadata?: { readonly labels?: StringMap; readonly annotations?: StringMap };
  readonly spec: PodSpec;
}
