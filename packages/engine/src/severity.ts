import { topOwner } from '@kroot/graph';
import { SEVERITIES, sameRef, type ResourceRef, type Severity, type Snapshot } from '@kroot/types';
import { type FindingNode } from './run-analyzers.ts';

/** The worse of two severities. */
export function worst(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(b) ? a : b;
}

/**
 * How bad a root is: as bad as the worst thing that it does to a workload, Service or route. Where nothing of that is seen
 * (bare pods, captures without workloads, faults that nobody suffers from yet) the rule's own word counts.
 */
export function severityOf(snapshot: Snapshot, root: FindingNode, members: readonly FindingNode[]): Severity {
  const all = members.filter((member) => member !== root && !isOwnedPod(snapshot, member));
  const shown = all.filter((member) => !isOpinion(member));
  const harm = shown.length > 0 ? shown : all;
  if (harm.length === 0) return withoutHarm(snapshot, root, members);
  return harm.map(({ finding }) => finding.severity).reduce((a, b) => worst(a, b));
}

const WORKLOADS: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
]);

/** A fault of a workload between root and symptom: how bad it is, its symptoms tell. */
function isOpinion({ finding, meta }: FindingNode): boolean {
  return meta.role === 'fault' && WORKLOADS.has(finding.subject.kind);
}

/** A pod of a workload speaks through its workload: one of three replicas that fails is no outage. */
function isOwnedPod(snapshot: Snapshot, { finding }: FindingNode): boolean {
  if (finding.subject.kind !== 'Pod') return false;
  const found = snapshot.lookup(finding.subject);
  if (found.state !== 'present') return true;
  return !sameRef(topOwner(snapshot, found.object), finding.subject);
}

/** While every workload that is touched has all the pods it wants, as in a rollout whose old revision serves, nothing is down. */
function withoutHarm(snapshot: Snapshot, root: FindingNode, members: readonly FindingNode[]): Severity {
  const { severity } = root.finding;
  const pods = members.filter((member) => member !== root && isOwnedPod(snapshot, member));
  const isWhole = pods.length > 0 && pods.every(({ finding }) => hasAllPods(snapshot, finding.subject));
  return severity === 'critical' && isWhole ? 'warning' : severity;
}

function hasAllPods(snapshot: Snapshot, pod: ResourceRef): boolean {
  const found = snapshot.lookup(pod);
  if (found.state !== 'present') return false;
  const owner = topOwner(snapshot, found.object);
  const deployment = snapshot.lookup({ ...owner, kind: 'Deployment' as const });
  if (owner.kind !== 'Deployment' || deployment.state !== 'present') return false;
  const { spec, status } = deployment.object;
  return (status?.availableReplicas ?? 0) >= Math.max(spec.replicas ?? 1, 1);
}
