import { type Analyzer, type Finding, type Fix, type Snapshot } from '@kroot/types';
import { type Eviction } from '../messages/eviction.ts';
import { evictionFinding } from '../support/eviction-finding.ts';
import { evictions, type EvictionGroup } from '../support/evictions.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { stillPressed } from '../support/still-pressed.ts';
import { counted, listed } from '../support/words.ts';

/** Reports workloads whose pods were evicted because their node ran out of disk space, inodes or process ids. */
export const nodeEvictedDisk: Analyzer = {
  meta: {
    id: 'node-evicted-disk',
    title: 'Pods were evicted because their node ran out of disk space',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'Event', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
    breaks: ['eviction', 'availability'],
    waitsFor: ['eviction'],
    docs: {
      means:
        'The kubelet ended pods to get disk space, inodes or process ids back. It takes first those that use more than they request.',
      decides:
        'A failed pod has reason Evicted and says that the node was low on ephemeral-storage, inodes or pids. While its node is still under that pressure, the node explains it.',
      silent: 'When the workload has all its pods again, unless it was evicted several times and within the last hour.',
      references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/'],
    },
  },
  *analyze({ snapshot }) {
    for (const group of evictions(snapshot)) {
      if (group.eviction.kind === 'node' && !group.eviction.resource.startsWith('memory'))
        yield finding(snapshot, group, group.eviction);
    }
  },
};

type NodeEviction = Extract<Eviction, { readonly kind: 'node' }>;

function finding(snapshot: Snapshot, group: EvictionGroup, eviction: NodeEviction): Finding {
  const { owner, pods, nodes } = group;
  const { container, usage, request, resource } = eviction;
  const used =
    container === undefined ? '' : `; container "${container}" used ${usage ?? ''} with a request of ${request ?? ''}`;
  const condition = /^pids?$/.test(resource) ? 'PIDPressure' : 'DiskPressure';
  return evictionFinding(snapshot, nodeEvictedDisk.meta, group, {
    message: `${counted(pods.length, 'pod')} of ${inWords(owner)} ${pods.length === 1 ? 'was' : 'were'} evicted for want of ${resource} on ${listed(nodes)}`,
    cause: `${listed(nodes)} ran low on ${resource} and ended ${counted(pods.length, 'pod')} of ${inWords(owner)}${used}.`,
    discriminator: container ?? '',
    evidence: [],
    fixes: fixes(group, eviction),
    because: stillPressed(snapshot, nodes, condition),
  });
}

function fixes({ owner, nodes }: EvictionGroup, { container, usage, resource }: NodeEviction): readonly Fix[] {
  const [node = ''] = nodes;
  const look: Fix = {
    summary: `Find what fills ${node}`,
    steps: [
      `On ${node}: du -xsh /var/lib/containerd /var/lib/kubelet/pods /var/log shows whether images, emptyDir data or logs take the space.`,
      'Data that must last belongs on a PersistentVolumeClaim, logs on standard output.',
    ],
    commands: [kubectl(undefined, 'describe', `node/${node}`)],
    effect: 'none',
    where: 'node',
  };
  if (container === undefined || usage === undefined || owner.kind === 'Pod' || resource !== 'ephemeral-storage')
    return [look];
  return [
    look,
    {
      summary: `Let container "${container}" of ${inWords(owner)} request the ${usage} of ephemeral-storage that it used`,
      steps: ['The scheduler then counts it, and the pod is no longer the first to be evicted.'],
      commands: [
        kubectl(
          owner.namespace,
          'set',
          'resources',
          kubectlName(owner),
          '-c',
          container,
          `--requests=ephemeral-storage=${usage}`,
        ),
      ],
      effect: 'change',
      where: 'cluster',
    },
  ];
}
