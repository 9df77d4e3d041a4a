import { type Analyzer, type Fix } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { schedulingRule, templated, type SchedulingStory } from '../support/scheduling-rule.ts';
import { podSpecPath, templatePatch, unchangeableNote } from '../support/template-patch.ts';
import { schedulerOf } from '../support/unseen-pods.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';

/** Reports workloads that ask for a scheduler which nothing in the cluster answers for. */
export const unknownSchedulerName: Analyzer = schedulingRule(
  'unknown-scheduler-name',
  {
    title: 'Pod asks for a scheduler that does not run',
    means:
      'spec.schedulerName names a scheduler other than the default one, and no scheduler of that name has looked at the pod.',
    decides:
      'A pod without node, without condition PodScheduled and without any event of a scheduler after two minutes. No lease, pod, label or argument in the capture bears the name of its scheduler.',
    silent: 'When that scheduler has dealt with a later pod, or something in the cluster is named like it.',
    references: ['https://kubernetes.io/docs/tasks/extend-kubernetes/configure-multiple-schedulers/'],
    reads: ['Lease'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const { pod, ref } = first.state;
  const name = schedulerOf(pod);
  const path = `${podSpecPath(owner)}.schedulerName`;
  const inTemplate = first.template?.schedulerName === name;
  const drop: Fix = {
    summary: `Take schedulerName ${name} out of ${inWords(owner)}, if the default scheduler will do`,
    steps: [`Remove ${path}, or correct the name`, `Or start the scheduler that answers to ${name}`],
    commands: inTemplate ? templatePatch(templated(group), [{ op: 'remove', path: '/schedulerName' }]) : [],
    effect: 'change',
    where: 'cluster',
  };
  return {
    message: `No scheduler named ${name} looks at the pods of ${inWords(owner)}`,
    why: `no scheduler named ${name} looks at it`,
    cause: `${ref.name} asks for scheduler ${name}, and nothing in the cluster bears that name or has ever looked at the pod.`,
    evidence: [
      inTemplate ? fromSpec(owner, path, name) : fromSpec(ref, 'spec.schedulerName', name),
      computed(ref, 'no condition PodScheduled and no event of a scheduler'),
    ],
    fixes: [
      {
        summary: 'See which schedulers hold a lease',
        steps: ['A scheduler with leader election holds a Lease, mostly in kube-system or in its own namespace'],
        commands: [kubectl(undefined, 'get', 'leases', '-A')],
        effect: 'none',
        where: 'cluster',
      },
      drop,
    ],
    notes: unchangeableNote(templated(group)),
  };
}
