export { compareStrings } from './compare.ts';
export { compareRefs, formatRef, kindKey, parseRef, ref, refKey, sameRef, type ResourceRef } from './resource-ref.ts';
export { BUILTIN_KINDS, builtinKind, type KindInfo } from './kinds.ts';
export { MECHANISMS, type Mechanism } from './mechanism.ts';
export {
  type Coverage,
  type CoverageGap,
  type CoverageState,
  type Lookup,
  type Snapshot,
  type SourceInfo,
} from './snapshot.ts';
export { type EdgeView, type GraphView, type NodeStatus, type Relation } from './graph-view.ts';
export {
  CONFIDENCE,
  SEVERITIES,
  type Because,
  type Command,
  type CommandArgument,
  type Evidence,
  type Finding,
  type Fix,
  type Severity,
  type SourceLocation,
} from './finding.ts';
export {
  PLUGIN_API_VERSION,
  defineAnalyzer,
  definePlugin,
  type Analyzer,
  type AnalyzerContext,
  type AnalyzerDocs,
  type AnalyzerMeta,
  type Plugin,
} from './analyzer.ts';
export {
  type Baseline,
  type BaselineCounts,
  type BaselineEntry,
  type ObjectMatch,
  type SuppressedBy,
  type Suppression,
  type Weight,
  type WeightRule,
} from './suppression.ts';
export {
  BASELINE_SCHEMA_ID,
  BASELINE_VERSION,
  type BaselineDocument,
  type BaselineEntryDocument,
} from './baseline-document.ts';
export { CONFIG_SCHEMA_ID, defineConfig, type KrootConfig } from './config.ts';
export { endOf } from './until.ts';
export {
  type AnalyzerFailure,
  type DeploymentOutcome,
  type Diagnosis,
  type FixVerification,
  type HealthCheck,
  type Impact,
  type OtherDiagnosis,
  type NamedFault,
  type Operations,
  type Report,
  type ReportHop,
  type Scope,
  type SymptomGroup,
  type Trace,
  type Unexplained,
  type WhyNode,
} from './report.ts';
export { rulePage } from './rule-page.ts';
export {
  type ChainChange,
  type ChangedField,
  type ComparedSide,
  type Comparison,
  type GoneDiagnosis,
  type GoneSymptom,
  type KeptDiagnosis,
  type NewDiagnosis,
} from './comparison.ts';
export {
  type Placement,
  type PlacementChange,
  type PlacementClass,
  type PlacementReason,
  type RoomHolder,
} from './placement.ts';
export { type ObjectOf, type TypedKinds } from './object-of.ts';
export {
  type Condition,
  type FieldsChange,
  type IntOrString,
  type KubernetesObject,
  type LabelSelector,
  type LabelSelectorRequirement,
  type ListenerStatus,
  type ObjectMeta,
  type OwnerReference,
  type PolicyAncestorStatus,
  type RouteParentStatus,
  type SyncedResource,
  type StringMap,
  type UntypedObject,
} from './objects/meta.ts';
export {
  type Affinity,
  type Container,
  type ContainerPort,
  type ContainerState,
  type ContainerStateTerminated,
  type ContainerStateWaiting,
  type ContainerStatus,
  type EnvFromSource,
  type EnvVar,
  type KeySelector,
  type KeyToPath,
  type Pod,
  type PodAffinityTerm,
  type PodSpec,
  type PodStatus,
  type PodTemplateSpec,
  type Probe,
  type ProbeHandler,
  type ResourceRequirements,
  type SecurityContext,
  type SecurityProfile,
  type TopologySpreadConstraint,
  type Volume,
  type VolumeMount,
  type VolumeProjection,
} from './objects/pod.ts';
export { CONTAINER_LOG_KIND, type ContainerLog, type LogTarget } from './objects/container-log.ts';
export {
  type Lease,
  type Node,
  type NodeSelector,
  type NodeSelectorTerm,
  type Taint,
  type Toleration,
} from './objects/node.ts';
export {
  type ControllerRevision,
  type CronJob,
  type DaemonSet,
  type Deployment,
  type Job,
  type ReplicaSet,
  type ReplicationController,
  type StatefulSet,
} from './objects/workload.ts';
export {
  type EndpointSlice,
  type Endpoints,
  type Ingress,
  type IngressBackend,
  type IngressClass,
  type LoadBalancerIngress,
  type Namespace,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  type Service,
  type ServicePort,
  type TargetRef,
} from './objects/network.ts';
export {
  type CSIDriver,
  type CSINode,
  type CSIStorageCapacity,
  type ObjectReference,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
  type VolumeAttachment,
} from './objects/storage.ts';
export {
  type ConfigMap,
  type LimitRange,
  type PriorityClass,
  type ResourceQuota,
  type RuntimeClass,
  type Secret,
  type ServiceAccount,
} from './objects/config.ts';
export { type Event } from './objects/event.ts';
export {
  type APIService,
  type CustomResourceDefinition,
  type HorizontalPodAutoscaler,
  type PodDisruptionBudget,
  type Role,
  type RoleBinding,
  type WebhookClientConfig,
  type WebhookConfiguration,
} from './objects/policy.ts';
export {
  type BlastRadiusDocument,
  type CommandDocument,
  type DiagnosisDocument,
  type EvidenceDocument,
  type FixPriorityDocument,
  type GapDocument,
  type LocationDocument,
  type NamedFaultDocument,
  type NarrativeDocument,
  type OtherDiagnosisDocument,
  type RemediationDocument,
  type ReportDocument,
  type SuppressedByDocument,
  type RuleDocument,
  type TraceDocument,
  type UnexplainedDocument,
  type PlacementDocument,
  type PlacementReasonDocument,
  type VerificationDocument,
  type WhyRowDocument,
  REPORT_SCHEMA_ID,
  REPORT_SCHEMA_VERSION,
} from './report-document.ts';
