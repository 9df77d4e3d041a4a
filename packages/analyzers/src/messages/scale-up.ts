/** Why the cluster autoscaler does not add a node for a pod. */
export type NoScaleUp = 'at-limit' | 'backoff' | 'no-fit';

const AT_LIMIT = /max node group size reached|max cluster \S{1,60} limit reached|max total nodes in cluster reached/;
const BACKOFF = /in backoff after failed scale-up/;

/**
 * Reads the event NotTriggerScaleUp, `pod didn't trigger scale-up: 1 max node group size reached, 2 Insufficient cpu`. A
 * group at its limit is not even tried, so that alone does not say whether the pod would fit into it.
 * https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/processors/status/eventing_scale_up_processor.go
 */
export function readNoScaleUp(message: string): NoScaleUp | undefined {
  const text = message.slice(0, 8192);
  if (!text.startsWith("pod didn't trigger scale-up")) return undefined;
  if (BACKOFF.test(text)) return 'backoff';
  return AT_LIMIT.test(text) ? 'at-limit' : 'no-fit';
}

/** What Karpenter says of a pod for which it makes no node. */
export interface KarpenterRefusal {
  /** The NodePools that it has tried, in order. */
  readonly pools: readonly string[];
  /** Whether a pool has no room or no fitting machine, as against one that the pod does not ask for. */
  readonly lacks: 'limits' | 'instance-types' | 'neither';
}

/**
 * Reads Karpenter's FailedScheduling, `Failed to schedule pod, incompatible with nodepool "default", daemonset overhead={…},
 * no instance type satisfied resources {…}`; newer versions give the pool as `NodePool="default"`.
 * https://github.com/kubernetes-sigs/karpenter/blob/main/pkg/controllers/provisioning/scheduling/scheduler.go
 */
export function readKarpenterRefusal(message: string): KarpenterRefusal | undefined {
  const text = message.slice(0, 8192);
  if (
    !/^Failed to schedule pod|incompatible with (?:nodepool|provisioner)|exceed limits for (?:nodepool|provisioner)/i.test(
      text,
    )
  )
    return undefined;
  const names = text.matchAll(/(?:nodepool|provisioner):? ?=?"([^"]{1,253})"/gi);
  const pools = [...new Set([...names].map((match) => match[1] ?? ''))].toSorted();
  if (/exceed(?:ed|s)? limits/.test(text)) return { pools, lacks: 'limits' };
  const none = /no instance type (?:satisfied|met|has|which|could)|filtered out all/.test(text);
  return { pools, lacks: none ? 'instance-types' : 'neither' };
}

/** The NodeClaim that Karpenter has made for a pod: `Pod should schedule on: nodeclaim/default-x7k2p`. */
export function nominatedClaim(message: string): string | undefined {
  return /nodeclaim\/([a-z0-9.-]{1,253})/.exec(message.slice(0, 1024))?.[1];
}
