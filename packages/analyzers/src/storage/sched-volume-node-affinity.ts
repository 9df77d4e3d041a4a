import { CONFIDENCE, type Analyzer, type Finding, type Fix } from '@kroot/types';
import { sinceOf } from '../support/group-pods.ts';
import { kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import {
  isPinned,
  unreachableParts,
  unreachableVolumes,
  volumeWords,
  type UnreachableVolume,
} from '../support/unreachable-volumes.ts';
import { counted, listed } from '../support/words.ts';

/** Reports volumes whose zone or other topology no node of the cluster has. */
export const schedVolumeNodeAffinity: Analyzer = {
  meta: {
    id: 'sched-volume-node-affinity',
    title: 'No node lies where the volume can be used',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'PersistentVolumeClaim', 'PersistentVolume', 'StorageClass'],
    breaks: ['scheduling', 'volume'],
    docs: {
      means:
        'A volume can only be used in one zone, rack or pool, and the cluster has no node there any more. Its pod stays pending, on whichever node there is room.',
      decides: 'The scheduler’s filters are computed: the node affinity of the bound volume excludes every node.',
      silent:
        'When nodes could not be listed, and when a node fits the volume but is full, cordoned or not ready: then that is the cause. Volumes that are tied to one node by name are local-pv-node-gone.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity'],
    },
  },
  *analyze({ snapshot }) {
    for (const volume of unreachableVolumes(snapshot)) {
      if (!isPinned(volume)) yield finding(volume);
    }
  },
};

function finding(volume: UnreachableVolume): Finding {
  const { wanted, key, have, pods, nodes } = volume;
  const values =
    have.length === 0
      ? `none of the ${counted(nodes, 'node')} has label ${key}`
      : `the ${counted(nodes, 'node')} ${nodes === 1 ? 'has' : 'have'} ${listed(have, 6)}`;
  return {
    rule: schedVolumeNodeAffinity.meta.id,
    ...unreachableParts(volume),
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    ...optional('since', sinceOf(pods)),
    message: `No node can use PersistentVolume ${volumeWords(volume)}`,
    cause: `PersistentVolume ${volumeWords(volume)} asks for a node with ${wanted}, and ${values}.`,
    detail: { key, nodes, have },
    fixes: fixes(volume),
  };
}

function fixes(volume: UnreachableVolume): readonly Fix[] {
  const { wanted, key, claim, object } = volume;
  const found: Fix[] = [
    {
      summary: `Add a node with ${wanted}`,
      steps: [
        'Scale up the node pool there, or bring the old node back; the pod is then scheduled by itself, with its data.',
      ],
      commands: [kubectl(undefined, 'get', 'nodes', '-L', key)],
      effect: 'none',
      where: 'cluster',
    },
  ];
  if (claim === undefined) return found;
  const retain =
    object?.spec?.persistentVolumeReclaimPolicy === 'Delete'
      ? ' Its reclaim policy is Delete: the data goes with the claim.'
      : '';
  found.push({
    summary: `Or start over in another place without the data of ${claim.name}`,
    steps: [
      `Only if the data can be lost or restored: delete the claim and the pod, and a new volume is made where nodes are.${retain}`,
    ],
    commands: [kubectl(claim.namespace, 'delete', 'pvc', claim.name)],
    effect: 'destructive',
    where: 'cluster',
  });
  return found;
}
