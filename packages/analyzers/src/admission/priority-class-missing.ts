import { nearNames } from '@kroot/graph';
import { type Analyzer } from '@kroot/types';
import { createRule, refusedOwners } from '../support/create-rule.ts';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { listed } from '../support/words.ts';

/** Reports PriorityClasses that workloads name and that do not exist. */
export const priorityClassMissing: Analyzer = createRule({
  id: 'priority-class-missing',
  title: 'PriorityClass does not exist',
  reads: ['PriorityClass'],
  docs: {
    means: 'Pods name a PriorityClass that the cluster does not have, so none of them can be created.',
    decides:
      'A controller lacks pods now, and the words of its newest refusal are `no PriorityClass with name … was found`.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/'],
  },
  describe(group, snapshot) {
    const { name } = group.subject;
    const [{ owner }] = group.refused;
    const near = nearNames(
      name,
      snapshot.list('PriorityClass').map(({ metadata }) => metadata.name),
    );
    const field =
      owner.kind === 'CronJob'
        ? 'spec.jobTemplate.spec.template.spec.priorityClassName'
        : 'spec.template.spec.priorityClassName';
    return {
      message: `PriorityClass ${name} does not exist`,
      cause: `Pods of ${refusedOwners(group)} have priorityClassName ${name}, and the cluster has no PriorityClass of that name.`,
      evidence: [fromSpec(owner, field, name)],
      fixes: [
        describeFix(owner, `Correct priorityClassName in ${inWords(owner)}`, [
          `Set ${field} of ${inWords(owner)} to a class that exists, or remove it.`,
        ]),
        {
          summary: `Or create PriorityClass ${name}`,
          steps: [
            'The value decides whom the pods may displace: 1000 is above pods without a class and below those of the system. Choose it with the other classes in view.',
          ],
          commands: [kubectl(undefined, 'create', 'priorityclass', name, '--value=1000')],
          effect: 'change',
          where: 'cluster',
        },
      ],
      notes: near.length === 0 ? [] : [`The cluster has a PriorityClass of a similar name: ${listed(near)}.`],
    };
  },
});
