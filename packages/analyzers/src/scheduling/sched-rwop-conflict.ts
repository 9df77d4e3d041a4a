import { presentObject, topOwner } from '@kroot/graph';
import { type Analyzer } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { isSurge, surgeFix } from '../support/surge.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';

/** Reports pods whose ReadWriteOncePod claim another pod uses. */
export const schedRwopConflict: Analyzer = schedulingRule(
  'sched-rwop-conflict',
  {
    title: 'Claim of the pod may be used by one pod only, and another one uses it',
    means: 'The claim has access mode ReadWriteOncePod: of all pods in the cluster only one may use it at a time.',
    decides: 'Access modes of the claims of the pod against the claims of the pods that have a node.',
    silent: 'When the claim has no such mode, or nobody else uses it.',
    references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes'],
    reads: ['PersistentVolumeClaim'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first, snapshot } = group;
  const rejection = first.reason?.rejection;
  if (rejection?.plugin !== 'VolumeRestrictions') {
    return {
      why: schedulerWords(group),
      cause: `Another pod uses a claim that the pods of ${inWords(owner)} need for themselves; ${schedulerWords(group)}.`,
      fixes: [describeFix(owner, 'See which claims the pod mounts and who else mounts them', ['Stop the other pod'])],
    };
  }
  const { claim, heldBy } = rejection;
  const object = presentObject(snapshot, heldBy);
  const holder = object === undefined ? heldBy : topOwner(snapshot, object);
  return {
    why: `${inWords(heldBy)} uses claim ${claim.name}, which takes one pod only`,
    cause: `Claim ${claim.name} is ReadWriteOncePod, and ${inWords(heldBy)} uses it.`,
    evidence: [fromSpec(claim, 'spec.accessModes', 'ReadWriteOncePod')],
    fixes: [
      ...(isSurge(group) ? surgeFix(group) : []),
      describeFix(holder, `Stop ${inWords(holder)} first, or give each its own claim`, [
        `Decide whether ${inWords(owner)} or ${inWords(holder)} is to have the volume; scale the other down`,
        'Access modes of a claim cannot be changed: several pods need a claim with ReadWriteOnce or ReadWriteMany',
      ]),
    ],
    discriminator: claim.name,
  };
}
