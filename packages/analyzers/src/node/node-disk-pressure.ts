import { type Analyzer } from '@kroot/types';
import {
  greediest,
  PRESSURE_BREAKS,
  pressedNodes,
  pressureFinding,
  type PressedNode,
} from '../support/node-pressure.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';

/** Reports each node that is short of disk space or inodes. */
export const nodeDiskPressure: Analyzer = {
  meta: {
    id: 'node-disk-pressure',
    title: 'Node is short of disk space',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod', 'Event'],
    breaks: [...PRESSURE_BREAKS, 'image'],
    docs: {
      means:
        'Free space or inodes of the node’s disk are below the kubelet’s eviction threshold. The kubelet deletes unused images, evicts pods, and the node takes no new ones.',
      decides:
        'The condition DiskPressure is True. Events of failed clean-ups and the words of the evictions are quoted.',
      silent:
        'When the condition is Unknown, as on every node that does not report; and for InvalidDiskCapacity, which every kubelet says once at its start.',
      references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/'],
    },
  },
  *analyze({ snapshot }) {
    const resources = /^(?:ephemeral-storage|inodes|nodefs|imagefs|containerfs)/;
    for (const pressed of pressedNodes(snapshot, 'DiskPressure', 'node.kubernetes.io/disk-pressure', resources)) {
      const { name } = pressed.node.metadata;
      yield pressureFinding(snapshot, nodeDiskPressure.meta, pressed, {
        message: `Node ${name} is short of disk space`,
        cause: causeOf(pressed),
        fixes: [
          lookAtNode(name, `Free disk space on ${name}`, [
            `On ${name}: df -h; df -i; du -xsh /var/lib/containerd /var/lib/kubelet /var/log`,
            `On ${name}: crictl rmi --prune deletes the images that no container uses.`,
            'Set ephemeral-storage requests and limits on the containers that write much, or give them a volume.',
          ]),
        ],
        events: ['FreeDiskSpaceFailed', 'ImageGCFailed', 'EvictionThresholdMet', 'NodeHasDiskPressure'],
      });
    }
  },
};

function causeOf(pressed: PressedNode): string {
  const { name } = pressed.node.metadata;
  const most = greediest(pressed);
  const capacity = pressed.node.status?.capacity?.['ephemeral-storage'];
  const size = capacity === undefined ? '' : ` (capacity ${capacity})`;
  return `The disk of ${name}${size} is filled beyond the kubelet's eviction threshold${most === undefined ? '' : `; ${most}`}.`;
}
