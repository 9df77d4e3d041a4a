import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault, containerField } from '../support/container-fault.ts';
import { changeContainer, lastLogs, rollBack } from '../support/container-fixes.ts';
import { endWords, restartWords } from '../support/end-words.ts';
import { moreMemory } from '../support/memory.ts';

/** Reports containers that are killed because they need more memory than their limit. */
export const oomkilledLimit: Analyzer = containerFault(
  {
    id: 'oomkilled-limit',
    title: 'Container needs more memory than its limit',
    breaks: ['container-exit'],
    docs: {
      means: 'The kernel killed a process of the container, because the container reached its memory limit.',
      decides:
        'The kubelet gives the reason OOMKilled for the last end, and the container (or the pod) has a memory limit.',
      silent: 'For exit code 137 with any other reason: probes, deletions and node restarts end containers so, too.',
      falsePositives:
        'A child process or an exec that ran out of memory is reported in the same way while the main program would have lived.',
      references: [
        'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-limits-are-run',
      ],
    },
  },
  (group) => {
    const { first, container, words, pods } = group;
    const own = first.state.container.resources?.limits?.['memory'];
    const limit = own ?? first.pod.pod.spec.resources?.limits?.['memory'] ?? '';
    const raised = moreMemory(limit);
    const requests = group.place?.container.resources?.requests !== undefined;
    return {
      message: `${capital(words)} is killed for want of memory: its limit is ${limit}`,
      cause: `Container "${container}" ${endWords(first.state)}${restartWords(first.state)}: it reached its memory limit of ${limit}.`,
      evidence: [containerField(group, 'resources.limits.memory', limit)],
      detail: { container, limit },
      notes: pods.length > 1 ? [`${pods.length} pods of it are killed in the same way.`] : [],
      fixes: [
        ...rollBack(group),
        changeContainer(
          group,
          `Raise the memory limit of container "${container}" to ${raised}`,
          [
            `Doubling ${limit} is a start; watch the use with kubectl top pod --containers, and look for a leak if it keeps growing.`,
          ],
          own === undefined
            ? [{ op: 'add', path: 'resources', value: { limits: { memory: raised } } }]
            : [
                { op: 'replace', path: 'resources/limits/memory', value: raised },
                ...(requests ? [{ op: 'add' as const, path: 'resources/requests/memory', value: limit }] : []),
              ],
        ),
        lastLogs(group),
      ],
    };
  },
);
