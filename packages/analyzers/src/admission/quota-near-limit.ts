import { podRequests, refOf, workloads, type Workload } from '@kroot/graph';
import { CONFIDENCE, refKey, sameRef, type Analyzer, type Deployment, type Finding, type Snapshot } from '@kroot/types';
import { createGroups } from '../support/create-groups.ts';
import { computed } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { fullQuota, type FullQuota } from '../support/quota-room.ts';
import { counted, listed } from '../support/words.ts';

const ID = 'quota-near-limit';

/** Remarks on quotas that have no room for the pod with which the next rollout of a workload begins. */
export const quotaNearLimit: Analyzer = {
  meta: {
    id: ID,
    title: 'Quota has no room for the next rollout',
    role: 'fault',
    severity: 'info',
    reads: ['ResourceQuota', 'Deployment', 'Pod'],
    breaks: ['pod-creation'],
    docs: {
      means:
        'The workload has all its pods, but its rollouts start a new pod before they stop an old one, and the quota has no room for one more. The next change of the workload gets stuck.',
      decides:
        'A Deployment with all its pods and a rolling update that may not go below that number (maxUnavailable rounds to 0), whose next pod would exceed a quota without scopes by the status of the quota.',
      silent:
        'When the quota refuses pods already (quota-exceeded), when an old pod may be stopped first, and for quotas that are merely nearly full.',
      references: ['https://kubernetes.io/docs/concepts/policy/resource-quotas/'],
    },
  },
  *analyze({ snapshot }) {
    const refusing = new Set(createGroups(snapshot).map(({ subject }) => refKey(subject)));
    const byQuota = new Map<string, { readonly full: FullQuota; readonly stuck: Workload[] }>();
    for (const workload of workloads(snapshot)) {
      const full = needsRoom(snapshot, workload) ? roomFor(snapshot, workload) : undefined;
      if (full === undefined || refusing.has(refKey(full.quota))) continue;
      const known = byQuota.get(refKey(full.quota)) ?? { full, stuck: [] };
      known.stuck.push(workload);
      byQuota.set(refKey(full.quota), known);
    }
    for (const { full, stuck } of byQuota.values()) yield finding(full, stuck);
  },
};

function roomFor(snapshot: Snapshot, { ref: owner, object, template }: Workload): FullQuota | undefined {
  // Without requests of its own a pod takes the defaults of a LimitRange, which are not looked at here.
  if (podRequests(template.spec).size === 0) return undefined;
  return fullQuota(snapshot, { controller: owner, owner, object, template, evidence: [], lacks: 1 });
}

/** Whether a rollout has to start a pod before it may stop one, while all pods are there. */
function needsRoom(snapshot: Snapshot, { ref: owner }: Workload): boolean {
  if (owner.kind !== 'Deployment') return false;
  const deployment = present(snapshot, 'Deployment', owner.namespace, owner.name);
  if (deployment === undefined || !sameRef(refOf(deployment), owner)) return false;
  const { spec, status } = deployment;
  const wanted = spec.replicas ?? 1;
  if (wanted === 0 || spec.strategy?.type === 'Recreate' || (status?.availableReplicas ?? 0) < wanted) return false;
  return (status?.updatedReplicas ?? 0) >= wanted && mayStop(deployment, wanted) === 0;
}

/** Percentages round down. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable */
function mayStop({ spec }: Deployment, wanted: number): number {
  const { maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {};
  if (typeof maxUnavailable === 'number') return maxUnavailable;
  return Math.floor((wanted * Number.parseInt(maxUnavailable, 10)) / 100);
}

function finding({ quota, lines }: FullQuota, stuck: readonly Workload[]): Finding {
  const names = stuck.map((each) => inWords(each.ref));
  const used = lines.map(({ resource, used: have, hard }) => `${resource} ${have} of ${hard}`);
  const wanted = lines.map(({ resource, wanted: amount }) => `${amount} ${resource}`);
  return {
    rule: ID,
    subject: quota,
    severity: 'info',
    confidence: CONFIDENCE.proved,
    message: `${inWords(quota)} has no room for the next rollout of ${listed(names)}`,
    cause: `${listed(used)} ${used.length === 1 ? 'is' : 'are'} in use, and a rollout of ${names[0] ?? ''} begins with one more pod, which takes ${listed(wanted)}.`,
    evidence: [
      { source: 'status', ref: quota, path: 'status.used', quote: used.join(', ') },
      ...stuck
        .slice(0, 2)
        .map((each) =>
          computed(each.ref, 'maxUnavailable rounds to 0: a new pod has to be ready before an old one goes'),
        ),
    ],
    breaks: [],
    fixes: [
      describeFix(quota, `Make room in ${inWords(quota)} before ${names[0] ?? 'a workload'} is changed`, [
        `Raise it by ${listed(wanted)}, or lower the requests of workloads in the namespace.`,
        `Or set maxSurge 0 and maxUnavailable 1 for ${counted(stuck.length, 'workload')}: then an old pod is stopped first.`,
      ]),
    ],
  };
}
