/** The rules about pods that a kubelet refuses to run, by what it says. */
export type RejectionRule =
  | 'admission-node-affinity'
  | 'admission-os-mismatch'
  | 'admission-out-of-resource'
  | 'admission-topology-affinity'
  | 'admission-unexpected'
  | 'apparmor-blocked'
  | 'sysctl-forbidden'
  | 'userns-or-procmount-unsupported';

/** Why a kubelet refused a pod. */
export interface RejectionWords {
  readonly rule: RejectionRule;
  /** The resource, sysctl, profile or device that it is about; '' where the words name none. */
  readonly about: string;
  /** The kubelet's reason, without what it puts before every one. */
  readonly words: string;
}

const RULE_OF: ReadonlyMap<string, RejectionRule> = new Map([
  ['AppArmor', 'apparmor-blocked'],
  ['InitContainerRestartPolicyForbidden', 'admission-unexpected'],
  ['InvalidNodeInfo', 'admission-unexpected'],
  ['NodeAffinity', 'admission-node-affinity'],
  ['NodePorts', 'admission-unexpected'],
  ['PodOSNotSupported', 'admission-os-mismatch'],
  ['PodOSSelectorNodeLabelDoesNotMatch', 'admission-os-mismatch'],
  ['SMTAlignmentError', 'admission-topology-affinity'],
  ['SupplementalGroupsPolicyNotSupported', 'userns-or-procmount-unsupported'],
  ['SysctlForbidden', 'sysctl-forbidden'],
  ['TopologyAffinityError', 'admission-topology-affinity'],
  ['UnexpectedAdmissionError', 'admission-unexpected'],
]);

/** What the words are about, by rule. */
const ABOUT: ReadonlyMap<RejectionRule, RegExp> = new Map([
  [
    'admission-unexpected',
    /unhealthy devices ([^\s,]{1,253})|unavailable for ([^\s,]{1,253}?)[.,]?(?:\s|$)|unregistered resource ([^\s,]{1,253})/,
  ],
  ['apparmor-blocked', /profile "([^"]{1,253})"/],
  ['sysctl-forbidden', /forbidden sysctl: "([^"]{1,253})"/],
]);

/**
 * Reads status.reason and status.message of a pod that ended before it began; undefined for pods that ended in another way.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/lifecycle/predicate.go
 */
export function readRejection(reason: string, message: string): RejectionWords | undefined {
  const words = message.slice(0, 8192).replace(/^Pod was rejected: /, '');
  const resource = /^OutOf(\S{1,253})$/.exec(reason)?.[1];
  if (resource !== undefined) return { rule: 'admission-out-of-resource', about: resource, words };
  const rule = RULE_OF.get(reason);
  if (rule === undefined) return undefined;
  const found = ABOUT.get(rule)?.exec(words)?.slice(1) ?? [];
  return { rule, about: found.find(Boolean) ?? '', words };
}
