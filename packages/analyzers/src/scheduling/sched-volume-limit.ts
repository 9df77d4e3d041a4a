import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';
import { counted } from '../support/words.ts';

/** Reports pods for which every usable node has as many volumes attached as its driver takes. */
export const schedVolumeLimit: Analyzer = schedulingRule(
  'sched-volume-limit',
  {
    title: 'Every usable node has as many volumes attached as it takes',
    means: 'The CSI driver of the volume limits how many volumes a node may have, and the limit is reached.',
    decides: 'CSINode spec.drivers[].allocatable.count against the volumes of the pods on each node.',
    silent: 'When a usable node has room, or when the limits are not known.',
    references: ['https://kubernetes.io/docs/concepts/storage/storage-limits/'],
    reads: ['CSINode', 'PersistentVolumeClaim', 'PersistentVolume'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const rejection = first.reason?.rejection;
  const known = rejection?.plugin === 'NodeVolumeLimits' ? rejection : undefined;
  const why =
    known === undefined
      ? schedulerWords(group)
      : `${known.driver} takes ${counted(known.limit, 'volume')} a node, and ${known.attached} ${known.attached === 1 ? 'is' : 'are'} in use`;
  return {
    why,
    cause: `The usable nodes have no room for the volumes of ${inWords(owner)}: ${why}.`,
    fixes: [
      {
        summary: 'Add a node, or move pods with volumes elsewhere',
        steps: ['See which attachments each node has and whether some are left over from deleted pods'],
        commands: [{ argv: ['kubectl', 'get', 'volumeattachments', '-o', 'wide'] }],
        effect: 'none',
        where: 'node',
      },
    ],
  };
}
