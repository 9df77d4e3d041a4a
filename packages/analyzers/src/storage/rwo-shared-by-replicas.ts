import { labelValue, podsOf, podState, refOf, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Deployment,
  type Finding,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Snapshot,
} from '@kroot/types';
import { attachConflicts } from '../support/attach-conflicts.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { counted } from '../support/words.ts';

const HOSTNAME = 'kubernetes.io/hostname';

/** Reports Deployments of several replicas that share a volume which only one node can have. */
export const rwoSharedByReplicas: Analyzer = {
  meta: {
    id: 'rwo-shared-by-replicas',
    title: 'Replicas share a volume for one node',
    role: 'fault',
    severity: 'warning',
    reads: [
      'Deployment',
      'ReplicaSet',
      'Pod',
      'Node',
      'PersistentVolumeClaim',
      'PersistentVolume',
      'VolumeAttachment',
      'Event',
    ],
    breaks: ['volume', 'scheduling'],
    docs: {
      means:
        'All replicas of a Deployment mount one claim whose volume can be attached to one node. They run only as long as the scheduler happens to put them all there: the loss of that node, or a lack of room on it, stops them.',
      decides:
        'The Deployment asks for two or more replicas, a claim of its template allows ReadWriteOnce only, its volume is one that is attached (CSI), and all pods that run are on one of several nodes.',
      silent:
        'For volumes that are tied to their node anyway, when pods run on two nodes (the volume can do more than it says), and when pods already fail for it: that is multi-attach-rwo.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes'],
    },
  },
  *analyze({ snapshot }) {
    if (snapshot.list('Node').length < 2) return;
    const told = new Set(
      attachConflicts(snapshot).flatMap(({ deployment }) =>
        deployment === undefined ? [] : [refKey(refOf(deployment))],
      ),
    );
    for (const deployment of snapshot.list('Deployment')) {
      if ((deployment.spec.replicas ?? 1) < 2 || told.has(refKey(refOf(deployment)))) continue;
      const shared = sharedClaim(snapshot, deployment);
      const pods = podsOf(snapshot, refOf(deployment)).map((pod) => podState(snapshot, pod));
      const node = shared === undefined ? undefined : onlyNode(pods);
      if (shared !== undefined && node !== undefined) yield finding(deployment, shared, pods, node);
    }
  },
};

interface Shared {
  readonly claim: PersistentVolumeClaim;
  readonly volume: PersistentVolume;
  readonly path: string;
}

function sharedClaim(snapshot: Snapshot, { metadata, spec }: Deployment): Shared | undefined {
  for (const [i, { persistentVolumeClaim }] of (spec.template.spec.volumes ?? []).entries()) {
    const name = persistentVolumeClaim?.claimName ?? '';
    const claim = name === '' ? undefined : present(snapshot, 'PersistentVolumeClaim', metadata.namespace, name);
    if (claim === undefined || !isForOneNode(claim.spec?.accessModes)) continue;
    const volume = present(snapshot, 'PersistentVolume', undefined, claim.spec?.volumeName ?? '');
    if (volume !== undefined && isAttached(snapshot, volume))
      return { claim, volume, path: `spec.template.spec.volumes[${i}].persistentVolumeClaim` };
  }
  return undefined;
}

function isForOneNode(modes: readonly string[] = []): boolean {
  return modes.length > 0 && modes.every((mode) => mode === 'ReadWriteOnce');
}

/** Attached to whichever node needs it: neither tied to one node, nor mounted over the network. */
function isAttached(snapshot: Snapshot, { spec }: PersistentVolume): boolean {
  const { csi, nodeAffinity, accessModes = [] } = spec ?? {};
  const driver = csi === undefined ? undefined : present(snapshot, 'CSIDriver', undefined, csi.driver);
  const tied = (nodeAffinity?.required?.nodeSelectorTerms ?? []).some(({ matchExpressions = [] }) =>
    matchExpressions.some(({ key }) => key === HOSTNAME || key.endsWith('/node') || key.endsWith('/hostname')),
  );
  return driver !== undefined && driver.spec?.attachRequired !== false && !tied && isForOneNode(accessModes);
}

/** The one node on which every pod that runs is; undefined when there are two, or none. */
function onlyNode(pods: readonly PodState[]): string | undefined {
  const nodes = new Set(pods.filter(({ stage }) => stage === 'ready').map(({ pod }) => pod.spec.nodeName ?? ''));
  return nodes.size === 1 ? [...nodes][0] : undefined;
}

function finding(
  deployment: Deployment,
  { claim, volume, path }: Shared,
  pods: readonly PodState[],
  node: string,
): Finding {
  const subject = refOf(deployment);
  const target = refOf(claim);
  const { replicas = 1, strategy } = deployment.spec;
  const running = pods.filter(({ stage }) => stage === 'ready').length;
  const others = pods.filter(({ blocked }) => blocked);
  const owner = labelValue(deployment.metadata.labels, 'app.kubernetes.io/managed-by');
  return {
    rule: rwoSharedByReplicas.meta.id,
    subject,
    discriminator: target.name,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    message: `${counted(replicas, 'replica')} of ${inWords(subject)} share ${inWords(target)}, which one node can have`,
    cause: `${inWords(target)} is ReadWriteOnce and attached to ${node}, where ${running} of the ${counted(replicas, 'replica')} run; a replica on any other node would wait for the volume for ever.`,
    evidence: [
      fromSpec(
        subject,
        path,
        `claimName: ${target.name}; spec.replicas ${replicas}, strategy ${strategy?.type ?? 'RollingUpdate'}`,
      ),
      fromSpec(target, 'spec.accessModes', 'ReadWriteOnce'),
      fromSpec(refOf(volume), 'spec.csi.driver', volume.spec?.csi?.driver ?? ''),
      computed(subject, `all pods that are ready run on ${node}`),
    ],
    ...(others.length === 0 ? { breaks: [] } : { affects: others.map(({ ref }) => ref) }),
    fixes: [
      {
        summary: `Give the replicas volumes of their own, or one that many nodes can mount`,
        steps: [
          'Volumes of their own are a StatefulSet with volumeClaimTemplates; a shared one needs a driver with ReadWriteMany.',
          'If the program does not need several replicas, run one with strategy Recreate.',
        ],
        commands: [
          kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml'),
          kubectl(undefined, 'get', 'storageclasses'),
        ],
        effect: 'none',
        where: owner === undefined ? 'cluster' : 'git',
      },
    ],
  };
}
