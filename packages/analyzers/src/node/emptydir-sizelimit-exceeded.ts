import { type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { type Eviction } from '../messages/eviction.ts';
import { evictionFinding, templatePath, templateSpec } from '../support/eviction-finding.ts';
import { evictions, type EvictionGroup } from '../support/evictions.ts';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { counted } from '../support/words.ts';

/** Reports workloads whose pods are evicted for filling an emptyDir beyond its size limit. */
export const emptydirSizelimitExceeded: Analyzer = {
  meta: {
    id: 'emptydir-sizelimit-exceeded',
    title: 'Pod filled an emptyDir beyond its size limit',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Event', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
    breaks: ['eviction', 'availability'],
    docs: {
      means:
        'An emptyDir volume holds more than its sizeLimit, and the kubelet evicted the pod. The node itself is not short of space.',
      decides: 'A failed pod has reason Evicted and the message names the emptyDir volume and its limit.',
      silent: 'When the workload has all its pods again, unless it was evicted several times and within the last hour.',
      references: ['https://kubernetes.io/docs/concepts/storage/volumes/#emptydir'],
    },
  },
  *analyze({ snapshot }) {
    for (const group of evictions(snapshot)) {
      if (group.eviction.kind === 'empty-dir') yield finding(snapshot, group, group.eviction);
    }
  },
};

function finding(
  snapshot: Snapshot,
  group: EvictionGroup,
  eviction: Extract<Eviction, { readonly kind: 'empty-dir' }>,
): Finding {
  const { owner, pods } = group;
  const { volume, limit } = eviction;
  const volumes = templateSpec(snapshot, group)?.volumes ?? [];
  const index = volumes.findIndex(({ name }) => name === volume);
  const emptyDir = volumes[index]?.emptyDir;
  const memory = emptyDir?.medium === 'Memory';
  const path = `${templatePath(group)}spec.volumes[${index === -1 ? volume : index}].emptyDir.sizeLimit`;
  return evictionFinding(snapshot, emptydirSizelimitExceeded.meta, group, {
    message: `emptyDir "${volume}" of ${inWords(owner)} grew beyond its limit of ${limit}`,
    cause: `The kubelet evicted ${counted(pods.length, 'pod')} of ${inWords(owner)} because its emptyDir "${volume}"${memory ? ' (in memory)' : ''} held more than ${limit}.`,
    discriminator: volume,
    evidence: [fromSpec(owner, path, emptyDir?.sizeLimit ?? limit)],
    fixes: [
      {
        summary: `Raise the sizeLimit of emptyDir "${volume}", or write less to it`,
        steps: [
          `Edit ${path} of ${inWords(owner)}.`,
          memory
            ? 'It lies in memory: what is in it counts towards the memory limits of the containers.'
            : 'Data that must last belongs on a PersistentVolumeClaim.',
        ],
        commands: [kubectl(owner.namespace, owner.kind === 'Pod' ? 'describe' : 'edit', kubectlName(owner))],
        effect: owner.kind === 'Pod' ? 'none' : 'change',
        where: 'cluster',
      },
    ],
  });
}
