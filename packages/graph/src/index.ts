export { type Adjacency } from './adjacency.ts';
export { clusterDns, type ClusterDns, type DnsPort } from './cluster-dns.ts';
export { isControlPlane } from './control-plane.ts';
export { logTail, type LogTail, wantedLogs } from './container-logs.ts';
export { DependencyGraph, type EdgeDetail, type GraphParts } from './dependency-graph.ts';
export { EdgeCollector } from './edge-collector.ts';
export {
  type BackendPort,
  backendPorts,
  type EndpointAddress,
  type EndpointPort,
  isManagedService,
  serviceEndpoints,
  type ServiceEndpoints,
} from './endpoints.ts';
export { GraphTooLargeError } from './errors.ts';
export { eventContainer, eventCount, eventsNamed, eventsOf, eventStart, eventTime, timeOf } from './events.ts';
export {
  type Components,
  type GraphOperations,
  GraphWalker,
  reachableFrom,
  type Reached,
  stronglyConnectedComponents,
  type WalkOptions,
} from './graph-algorithms.ts';
export { buildGraph } from './graph-builder.ts';
export { groupBy } from './group-by.ts';
export { controllerPods } from './ingress-controllers.ts';
export { memoize } from './memo.ts';
export { nearNames } from './near-names.ts';
export { ADMIN_POLICY_KINDS } from './network-policy/admin-policy-model.ts';
export {
  type AddressEnd,
  type ConnectionEnd,
  type ConnectionOptions,
  policyConnections,
  type PolicyConnection,
  type PolicyWorkload,
  policyWorkloads,
} from './network-policy/connections.ts';
export { unenforcedBy } from './network-policy/enforcement.ts';
export {
  type AskedEnd,
  type AskedPort,
  explainFlow,
  type FlowExplanation,
  type FlowQuestion,
  type PolicyStep,
  type SideExplanation,
} from './network-policy/flow-explanation.ts';
export { formatPortSet } from './network-policy/format-ports.ts';
export { blockHolds, type IpBlock } from './network-policy/ip-block.ts';
export { type Address, parseAddress } from './network-policy/ip.ts';
export { OTHER_POLICY_KINDS, otherPolicyKinds, presentPolicyKinds } from './network-policy/other-policies.ts';
export { type ConnectionChange, diffConnections } from './network-policy/policy-diff.ts';
export { policiesSelecting, policyWork, type PolicyWork } from './network-policy/policy-engine.ts';
export { type Tier } from './network-policy/policy-model.ts';
export {
  isEmpty as isNoPorts,
  type PortRange,
  type PortSet,
  type Protocol,
  PROTOCOLS,
} from './network-policy/port-set.ts';
export { type PolicyChange, type PolicyPatch } from './network-policy/smallest-change.ts';
export { type WorkloadEnd } from './network-policy/workload-ends.ts';
export { egressAllowsPort, policyVerdict } from './network-policy/policy-verdict.ts';
export {
  type Allower,
  type Answer,
  type Blocker,
  type Direction,
  type Flow,
  type FlowEnd,
  isPod as isPodEnd,
  type Verdict,
} from './network-policy/verdict.ts';
export {
  controlledBy,
  controllerOf,
  isTemplateCopy,
  ownerChain,
  podsOf,
  presentObject,
  TEMPLATE_KINDS,
  templateOf,
  topOwner,
  type Workload,
  workloadNamed,
  workloads,
} from './owners.ts';
export {
  type PodContainer,
  podContainers,
  type PodReference,
  podReferences,
  type ReferenceUse,
} from './pod-references.ts';
export { type ContainerState, containerStates } from './pod-state/container-state.ts';
export { conditionOf, podState, type PodState } from './pod-state/pod-state.ts';
export { isStandby } from './pod-state/standby.ts';
export { mechanismOf, type Stage, STAGES } from './pod-state/stage.ts';
export { isFinished, podAddresses, podsMatching } from './pods-by-label.ts';
export { formatQuantity, parseQuantity } from './quantity.ts';
export { groupOf, refOf, refTo } from './refs.ts';
export { gatewayPods } from './request-path/entries.ts';
export { type HopKind, type HopState, type PathHop, type RequestPath, type World } from './request-path/path-hop.ts';
export { type EntryObject, type PathGoal, type PathQuestion, type PathStart } from './request-path/path-question.ts';
export { requestPaths } from './request-path/request-path.ts';
export { type GoalPort } from './request-path/service-leg.ts';
export {
  BUILTIN_RELATIONS,
  carriesBackward,
  carriesForward,
  relationInfo,
  type BuiltinRelation,
  type RelationInfo,
  RELATIONS,
} from './relation-table.ts';
export { type Revision, revisionsOf, revisionVote, type RevisionVote } from './revisions.ts';
export {
  type BlockingReason,
  blockingReasons,
  decidingNodes,
  isConditionTaint,
  isControlPlaneTaint,
  isStartupTaint,
} from './scheduling/blocking-reasons.ts';
export {
  type FailedScheduling,
  parseFailedScheduling,
  type PreemptionOutcome,
  type SchedulingReason,
} from './scheduling/failed-scheduling.ts';
export { nearestNode, type NearestNode } from './scheduling/nearest-node.ts';
export { explainPlacement } from './scheduling/placement.ts';
export { podsByNode } from './scheduling/occupancy.ts';
export { podRequests } from './scheduling/pod-requests.ts';
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
export { replayScheduling } from './scheduling/replay.ts';
export { reasonsOfMessage, type StatedReason, statedReasons } from './scheduling/stated-reasons.ts';
export { type SchedulingChange } from './scheduling/scheduling-change.ts';
export { toleratesTaint, untoleratedTaints } from './scheduling/taints.ts';
export {
  formatLabels,
  formatLabelSelector,
  formatRequirement,
  labelValue,
  matchesLabels,
  matchesLabelSelector,
  matchesRequirement,
} from './selectors.ts';
export { type ServiceName, serviceNamed } from './service-names.ts';
export { type ServiceReference, serviceReferences } from './service-references.ts';
export { isHeadless, type ServiceRoute, serviceRoutes } from './service-routes.ts';
export { workloadsSelectedBy } from './service-workloads.ts';
export { claimConsumers, type PodClaim, podClaims } from './storage/claims.ts';
export { type DefaultClass, defaultStorageClass } from './storage/default-class.ts';
export { type ClaimState, explainClaim, type PreBoundClaim } from './storage/explain-claim.ts';
export { findProvisioner, type Provisioner } from './storage/provisioner.ts';
export { type VolumeCandidate, volumeCandidates, type VolumeMismatch } from './storage/volume-match.ts';
export { namedPort, resolveTargetPort } from './target-ports.ts';
export { type FaultTraits, tellingDifference } from './telling-difference.ts';
export {
  type FieldDifference,
  fieldDifferences,
  formatDifference,
  templateDifferences,
} from './template-difference.ts';
export { GRAPHLIB_NODE_LIMIT, type GraphlibGraph, type GraphlibNode, toGraphlib } from './to-graphlib.ts';
