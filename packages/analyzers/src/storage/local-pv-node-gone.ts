import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
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
import { counted } from '../support/words.ts';

/** Reports volumes that lie on a node which is no longer there. */
export const localPvNodeGone: Analyzer = {
  meta: {
    id: 'local-pv-node-gone',
    title: 'Volume lies on a node that is gone',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'PersistentVolumeClaim', 'PersistentVolume', 'StorageClass'],
    breaks: ['scheduling', 'volume'],
    docs: {
      means:
        'A local volume can be used on one node only, by name, and the cluster has no node of that name any more. Its pod can run nowhere else, and the data is where the node was.',
      decides: 'The scheduler’s filters are computed: the volume asks for a host name that no node has.',
      silent: 'When nodes could not be listed, and when the node is there but full, cordoned or not ready.',
      references: ['https://kubernetes.io/docs/concepts/storage/volumes/#local'],
    },
  },
  *analyze({ snapshot }) {
    for (const volume of unreachableVolumes(snapshot)) {
      if (isPinned(volume)) yield finding(volume);
    }
  },
};

function finding(volume: UnreachableVolume): Finding {
  const { wanted, pods, nodes, claim } = volume;
  const local = volume.object?.spec?.local?.path;
  return {
    rule: localPvNodeGone.meta.id,
    ...unreachableParts(volume),
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    ...optional('since', sinceOf(pods)),
    message: `PersistentVolume ${volumeWords(volume)} lies on a node that is gone`,
    cause: `PersistentVolume ${volumeWords(volume)}${local === undefined ? '' : ` is the folder ${local} of its node and`} asks for ${wanted}, and none of the ${counted(nodes, 'node')} is called that.`,
    detail: { nodes },
    fixes: [
      {
        summary: `Bring the node back under its old name, with its disk`,
        steps: ['The data is on the disk of that node. Registered again under the same name, it gets its pods back.'],
        commands: [kubectl(undefined, 'get', 'nodes', '-L', 'kubernetes.io/hostname')],
        effect: 'none',
        where: 'node',
      },
      ...(claim === undefined
        ? []
        : [
            {
              summary: `Or give the data up and start with an empty volume`,
              steps: [
                'Only if the data can be lost or restored: delete the claim and the pod; a new volume is chosen on a node that is there.',
              ],
              commands: [kubectl(claim.namespace, 'delete', 'pvc', claim.name)],
              effect: 'destructive' as const,
              where: 'cluster' as const,
            },
          ]),
    ],
  };
}
