import { type Provisioner } from '@kroot/graph';
import {
  CONFIDENCE,
  formatRef,
  ref,
  refKey,
  type Analyzer,
  type Because,
  type Evidence,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { CLAIM_BREAKS, claimEvent, claimFinding, claimSpec } from '../support/claim-finding.ts';
import { claimsWith } from '../support/claim-causes.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { type PendingClaim } from '../support/pending-claims.ts';
import { isDown, provisionerWorkloads, type ProvisionerWorkload } from '../support/provisioner-workload.ts';
import { counted, listed } from '../support/words.ts';

/** Reports provisioners that are not installed or not running while claims wait for them. */
export const provisionerNotRunning: Analyzer = {
  meta: {
    id: 'provisioner-not-running',
    title: 'Nothing makes the volumes of a StorageClass',
    role: 'fault',
    severity: 'critical',
    reads: [
      'PersistentVolumeClaim',
      'StorageClass',
      'CSIDriver',
      'CSINode',
      'Pod',
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'Event',
    ],
    breaks: CLAIM_BREAKS,
    waitsFor: ['availability'],
    docs: {
      means:
        'A StorageClass names a provisioner that should make volumes, and it is not installed, scaled to zero, or has no ready pod. Its claims stay pending with nothing but a note that they wait.',
      decides:
        'Claims have been pending for two minutes without a refusal. The pods and workloads that name the provisioner in arguments or environment are looked up; none of them is ready. Where nothing at all names it, complete lists of pods and CSINodes must prove that.',
      silent:
        'When a pod of the provisioner is ready, when it has refused the claim in words, for classes that wait for a pod, and for provisioners that are built into Kubernetes.',
      falsePositives: 'A provisioner that runs outside the cluster.',
      references: ['https://kubernetes.io/docs/concepts/storage/storage-classes/#provisioner'],
    },
  },
  *analyze({ snapshot }) {
    const groups = new Map<string, Group>();
    for (const pending of claimsWith(snapshot, 'provisioner')) {
      if (pending.state.state !== 'provisioning') continue;
      const { provisioner, storageClass } = pending.state;
      const culprit = culpritOf(snapshot, provisioner, storageClass);
      if (culprit === undefined) continue;
      const known = groups.get(refKey(culprit.subject));
      if (known === undefined)
        groups.set(refKey(culprit.subject), { ...culprit, provisioner, storageClass, claims: [pending] });
      else known.claims.push(pending);
    }
    for (const group of groups.values()) yield finding(snapshot, group);
  },
};

interface Culprit {
  readonly subject: ResourceRef;
  readonly workload?: ProvisionerWorkload;
}

interface Group extends Culprit {
  readonly provisioner: Provisioner;
  readonly storageClass: string;
  readonly claims: PendingClaim[];
}

function culpritOf(snapshot: Snapshot, provisioner: Provisioner, storageClass: string): Culprit | undefined {
  const known = provisionerWorkloads(snapshot, provisioner);
  if (known.some((workload) => !isDown(workload))) return undefined;
  const [workload] = known;
  if (workload !== undefined) return { subject: workload.ref, workload };
  return provisioner.state === 'absent' ? { subject: ref('StorageClass', undefined, storageClass) } : undefined;
}

function finding(snapshot: Snapshot, group: Group): Finding {
  const { subject, workload, provisioner, storageClass, claims } = group;
  const [first] = claims;
  const names = listed(claims.map((claim) => `${claim.ref.namespace ?? ''}/${claim.ref.name}`));
  const made = claimFinding(snapshot, provisionerNotRunning.meta, claims, {
    subject,
    confidence: workload === undefined ? CONFIDENCE.proved : CONFIDENCE.strong,
    message:
      workload === undefined
        ? `Provisioner ${provisioner.name} of StorageClass ${storageClass} is not installed`
        : `${inWords(subject)}, which makes the volumes of StorageClass ${storageClass}, is not running`,
    cause:
      workload === undefined
        ? `StorageClass ${storageClass} names provisioner ${provisioner.name}, which no pod and no CSINode of the cluster mentions, so ${counted(claims.length, 'claim')} (${names}) ${claims.length === 1 ? 'waits' : 'wait'} for ever.`
        : `${inWords(subject)} runs provisioner ${provisioner.name} and has ${workload.pods.length === 0 ? 'no pods' : 'no ready pod'}, so ${counted(claims.length, 'claim')} (${names}) ${claims.length === 1 ? 'gets' : 'get'} no volume.`,
    evidence: [
      fromSpec(ref('StorageClass', undefined, storageClass), 'provisioner', provisioner.name),
      ...workloadEvidence(group),
      ...(first === undefined ? [] : [...claimEvent(first), claimSpec(first)]),
    ],
    fixes: fixes(group),
  });
  const because = workload === undefined ? [] : downPods(workload);
  return because.length === 0 ? { ...made, waitsFor: waits(workload) } : { ...made, because };
}

/** A workload that is scaled to zero is its own cause; one that should have pods waits for whatever denies them. */
function waits(workload: ProvisionerWorkload | undefined): Finding['waitsFor'] & {} {
  return workload === undefined || workload.replicas === 0 ? [] : ['availability'];
}

function downPods({ pods }: ProvisionerWorkload): readonly Because[] {
  return pods.filter(({ blocked }) => blocked).map(({ ref: target }) => ({ ref: target, mechanism: 'availability' }));
}

function workloadEvidence({ workload, provisioner, subject }: Group): readonly Evidence[] {
  if (workload === undefined) return [computed(subject, `no pod and no CSINode names ${provisioner.name}`)];
  const { pods, replicas } = workload;
  const [pod] = pods;
  const wants = replicas === undefined ? '' : `wants ${counted(replicas, 'pod')}, `;
  return [
    computed(
      workload.ref,
      `${wants}0 of ${counted(pods.length, 'pod')} ready${pod === undefined ? '' : `; ${formatRef(pod.ref)} stands at the stage ${pod.stage}`}`,
    ),
  ];
}

function fixes({ workload, provisioner, storageClass }: Group): readonly Fix[] {
  if (workload === undefined) {
    return [
      {
        summary: `Install the provisioner ${provisioner.name}, or let the claims use another class`,
        steps: [
          'The claims are served by themselves once the provisioner runs.',
          `If ${storageClass} is left over from another cluster, correct storageClassName in the manifests.`,
        ],
        commands: [
          kubectl(undefined, 'get', 'storageclass', storageClass, '-o', 'yaml'),
          kubectl(undefined, 'get', 'csidrivers'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ];
  }
  const { ref: target, replicas } = workload;
  if (replicas === 0) {
    return [
      {
        summary: `Scale ${inWords(target)} up again`,
        steps: ['The claims are served by themselves once it runs.'],
        commands: [kubectl(target.namespace, 'scale', kubectlName(target), '--replicas=1')],
        effect: 'change',
        where: 'cluster',
      },
    ];
  }
  return [
    {
      summary: `Get ${inWords(target)} running`,
      steps: ['Its pods tell what holds them up; the claims are served by themselves afterwards.'],
      commands: [
        kubectl(target.namespace, 'describe', kubectlName(target)),
        kubectl(target.namespace, 'get', 'pods', '-o', 'wide'),
      ],
      effect: 'none',
      where: 'cluster',
    },
  ];
}
