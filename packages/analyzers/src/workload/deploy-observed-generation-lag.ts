import { refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Because,
  type DaemonSet,
  type Deployment,
  type Finding,
  type ReplicaSet,
  type Snapshot,
  type StatefulSet,
} from '@kroot/types';
import { componentPods } from '../support/control-plane-pods.ts';
import { computed } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { listed } from '../support/words.ts';

const ID = 'deploy-observed-generation-lag';
/** Controllers act within seconds; an upgrade of the control plane takes a minute or two. */
const GRACE = 300_000;

type Observed = DaemonSet | Deployment | ReplicaSet | StatefulSet;

/** Reports workloads whose newest spec no controller has looked at. */
export const deployObservedGenerationLag: Analyzer = {
  meta: {
    id: ID,
    title: 'No controller has seen the newest spec of a workload',
    role: 'fault',
    severity: 'warning',
    reads: ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet', 'Pod', 'Lease'],
    breaks: ['rollout', 'availability'],
    waitsFor: ['pod-creation', 'rollout'],
    docs: {
      means:
        'The workload was changed or made and nothing has happened since: its controller, a part of kube-controller-manager, does not work. No pods are replaced and no rollout goes on.',
      decides:
        'metadata.generation is above status.observedGeneration, and the change (by metadata.managedFields; for workloads that were never looked at the creation) is more than five minutes old.',
      silent: 'For changes whose time is not known, and for workloads that are being deleted.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status'],
    },
  },
  *analyze({ snapshot }) {
    const unseen = [
      ...snapshot.list('Deployment'),
      ...snapshot.list('StatefulSet'),
      ...snapshot.list('DaemonSet'),
      ...snapshot.list('ReplicaSet'),
    ].filter((object) => isUnseen(snapshot, object));
    const [first] = unseen;
    if (first !== undefined) yield finding(snapshot, first, unseen);
  },
};

function isUnseen(snapshot: Snapshot, object: Observed): boolean {
  const { generation, deletionTimestamp } = object.metadata;
  if (generation === undefined || deletionTimestamp !== undefined) return false;
  if ((object.status?.observedGeneration ?? 0) >= generation) return false;
  const changed = timeOf(changeOf(object));
  return changed !== undefined && snapshot.now.getTime() - changed > GRACE;
}

/** When the spec was changed last; only what was never looked at is as old as the object itself. */
function changeOf({ metadata, status }: Observed): string | undefined {
  const edit = (metadata.changes ?? []).find(
    ({ subresource, paths }) => subresource !== 'status' && paths.some((path) => path.startsWith('spec')),
  );
  return edit?.time ?? (status?.observedGeneration === undefined ? metadata.creationTimestamp : undefined);
}

function finding(snapshot: Snapshot, first: Observed, unseen: readonly Observed[]): Finding {
  const subject = refOf(first);
  const { generation = 0, changes } = first.metadata;
  const seen = first.status?.observedGeneration ?? 0;
  const names = listed(unseen.map((each) => inWords(refOf(each))));
  return {
    rule: ID,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    ...optional('since', changeOf(first)),
    message: `No controller has looked at the newest spec of ${names}`,
    cause: `${inWords(subject)} is at generation ${generation}${changes?.[0] === undefined ? '' : `, changed by ${changes[0].manager}`}, and its controller has seen ${seen === 0 ? 'none' : `only ${seen}`}.`,
    detail: { generation, observedGeneration: seen, workloads: unseen.length },
    evidence: unseen
      .slice(0, 3)
      .map((each) =>
        computed(
          refOf(each),
          `metadata.generation ${each.metadata.generation ?? 0}, status.observedGeneration ${each.status?.observedGeneration ?? 'not set'}`,
        ),
      ),
    because: controllerManager(snapshot),
    affects: unseen.map((each) => refOf(each)),
    fixes: [
      {
        summary: 'See whether kube-controller-manager works',
        steps: [
          'Its lease is renewed every few seconds while it runs; if it is old, look for its static pod or service on the control plane.',
          'What waits goes on by itself.',
        ],
        commands: [
          kubectl('kube-system', 'get', 'lease', 'kube-controller-manager', '-o', 'yaml'),
          kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}

function controllerManager(snapshot: Snapshot): readonly Because[] {
  const pods = componentPods(snapshot, 'kube-controller-manager').map((pod) => pod.ref);
  return [...pods, ref('Lease', 'kube-system', 'kube-controller-manager')].map((target) => ({
    ref: target,
    mechanism: 'pod-creation' as const,
  }));
}
