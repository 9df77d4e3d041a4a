import { claimChangeRule, claimWords, lookAtClaim, usersOf } from '../support/claim-change-rule.ts';
import { counted, listed } from '../support/words.ts';

/** Reports claims whose volume has grown while its file system waits to be mounted anew. */
export const pvcResizePendingFs: ReturnType<typeof claimChangeRule> = claimChangeRule({
  id: 'pvc-resize-pending-fs',
  title: 'File system waits to be grown',
  severity: 'info',
  kind: 'waits-for-mount',
  docs: {
    means:
      'The volume behind a claim has been grown, but its file system has not: the kubelet does that when a pod mounts it, and a driver that cannot grow it online needs a new pod.',
    decides:
      'The condition FileSystemResizePending has been True for ten minutes and status.capacity is below the request.',
    silent: 'In the first ten minutes, in which drivers that grow online finish by themselves.',
    references: [
      'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#resizing-an-in-use-persistentvolumeclaim',
    ],
  },
  tell: (change, snapshot) => {
    const users = usersOf(snapshot, change);
    return {
      message: `The file system of ${claimWords(change)} still has ${change.have} of ${change.wanted}`,
      cause: `The volume of ${claimWords(change)} was grown to ${change.wanted}, and its file system waits for ${users.length === 0 ? 'a pod that mounts it' : `a new mount by ${listed(users)}`}.`,
      fixes: [
        lookAtClaim(change, `Let the pods of ${claimWords(change)} start anew`, [
          users.length === 0
            ? 'Nothing mounts the claim at present: the next pod that does will grow the file system.'
            : `Restart the workload of ${counted(users.length, 'pod')} that ${users.length === 1 ? 'mounts' : 'mount'} the claim, at a quiet moment.`,
        ]),
      ],
    };
  },
});
