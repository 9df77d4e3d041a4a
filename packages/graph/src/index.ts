export { memoize } from './memo.ts';
export {
  formatLabelSelector,
  formatLabels,
  formatRequirement,
  labelValue,
  matchesLabelSelector,
  matchesLabels,
  matchesRequirement,
} from './selectors.ts';
export { groupOf, refOf, refTo } from './refs.ts';
export { eventContainer, eventCount, eventStart, eventTime, eventsNamed, eventsOf, timeOf } from './events.ts';
export {
  controlledBy,
  controllerOf,
  ownerChain,
  podsOf,
  presentObject,
  TEMPLATE_KINDS,
  isTemplateCopy,
  templateOf,
  topOwner,
  workloadNamed,
  workloads,
  type Workload,
} from './owners.ts';
export {
  podContainers,
  podReferences,
  type PodContainer,
  type PodReference,
  type ReferenceUse,
} from './pod-references.ts';
export { conditionOf, podState, type PodState } from './pod-state/pod-state.ts';
export { containerStates, type ContainerState } from './pod-state/container-state.ts';
export { STAGES, mechanismOf, type Stage } from './pod-state/stage.ts';
export {
  BUILTIN_RELATIONS,
  RELATIONS,
  carriesBackward,
  carriesForward,
  relationInfo,
  type RelationInfo,
} from './relation-table.ts';
export { type Adjacency } from './adjacency.ts';
export { DependencyGraph, type EdgeDetail, type GraphParts } from './dependency-graph.ts';
export { EdgeCollector } from './edge-collector.ts';
export { GraphTooLargeError } from './errors.ts';
export { buildGraph } from './graph-builder.ts';
export {
  GraphWalker,
  reachableFrom,
  stronglyConnectedComponents,
  type Components,
  type GraphOperations,
  type Reached,
  type WalkOptions,
} from './graph-algorithms.ts';
export { GRAPHLIB_NODE_LIMIT, toGraphlib, type GraphlibGraph, type GraphlibNode } from './to-graphlib.ts';
export {
  serviceEndpoints,
  type EndpointAddress,
  type EndpointPort,
  type ServiceEndpoints,
} from './endpoints.ts';
export { nearNames } from './near-names.ts';
export { resolveTargetPort } from './target-ports.ts';
export { backendPorts, type BackendPort } from './endpoints.ts';
export { formatQuantity, parseQuantity } from './quantity.ts';
export { podRequests } from './scheduling/pod-requests.ts';
export { podsByNode } from './scheduling/occupancy.ts';
export { replayScheduling } from './scheduling/replay.ts';
export {
  parseFailedScheduling,
  type FailedScheduling,
  type PreemptionOutcome,
  type SchedulingReason,
} from './scheduling/failed-scheduling.ts';
export {
  blockingReasons,
  decidingNodes,
  isConditionTaint,
  isControlPlaneTaint,
  type BlockingReason,
} from './scheduling/blocking-reasons.ts';
export { nearestNode, type NearestNode, type SchedulingChange } from './scheduling/nearest-node.ts';
export {
  type FailedRequirement,
  type FailedTerm,
  type InterPodAffinityRejection,
  type NodeAffinityRejection,
  type NodeReplay,
  type Rejection,
  type SchedulerPlugin,
  type SchedulingReplay,
  type TopologySpreadRejection,
  type VolumeBindingRejection,
} from './scheduling/rejection.ts';
export { toleratesTaint, untoleratedTaints } from './scheduling/taints.ts';
export { claimConsumers, podClaims, type PodClaim } from './storage/claims.ts';
export { defaultStorageClass, type DefaultClass } from './storage/default-class.ts';
export { explainClaim, type ClaimState, type PreBoundClaim } from './storage/explain-claim.ts';
export { findProvisioner, type Provisioner } from './storage/provisioner.ts';
export { type VolumeCandidate, type VolumeMismatch } from './storage/volume-match.ts';
export { serviceReferences, type ServiceReference } from './service-references.ts';
export { egressAllowsPort, policyVerdict } from './network-policy/policy-verdict.ts';
export { policiesSelecting } from './network-policy/policies.ts';
export { type Answer, type Blocker, type Direction, type Flow, type FlowEnd, type Verdict } from './network-policy/verdict.ts';
