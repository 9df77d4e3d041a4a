import { claimChangeRule, claimWords, classOfClaim, lookAtClaim } from '../support/claim-change-rule.ts';
import { inline } from '../support/words.ts';

/** Reports claims whose volume the storage system does not grow. */
export const pvcResizeFailed: ReturnType<typeof claimChangeRule> = claimChangeRule({
  id: 'pvc-resize-failed',
  title: 'Volume cannot be grown',
  severity: 'warning',
  kind: 'resize-failed',
  docs: {
    means:
      'A claim asks for more than its volume has, and the storage system or the node refuses to grow it. The volume works on with its old size, until it is full.',
    decides:
      'The claim is bound, asks for more than status.capacity, and carries a ControllerResizeError or NodeResizeError condition, an infeasible entry in status.allocatedResourceStatuses, or the newest word about it is VolumeResizeFailed.',
    silent: 'When the capacity has reached the request, and when the resize has moved on since the failure.',
    references: [
      'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims',
      'https://github.com/kubernetes-csi/external-resizer',
    ],
  },
  tell: (change, snapshot) => ({
    message: `The volume of ${claimWords(change)} cannot be grown from ${change.have} to ${change.wanted}`,
    cause: `${claimWords(change)} asks for ${change.wanted} and has ${change.have}; growing it fails: "${inline(change.words)}".`,
    fixes: [
      lookAtClaim(change, `Clear what keeps the volume of ${claimWords(change)} from growing`, [
        classOfClaim(snapshot, change)?.allowVolumeExpansion === true
          ? 'The words of the driver tell what it lacks: quota, room in the pool, or an offline resize; it tries again by itself.'
          : 'The StorageClass must have allowVolumeExpansion: true, and the driver a resizer.',
        `Or take the request back: since Kubernetes 1.34 spec.resources.requests.storage may be lowered again as long as it stays above ${change.have}.`,
      ]),
    ],
  }),
});
