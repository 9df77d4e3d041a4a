import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault, containerField } from '../support/container-fault.ts';
import { changeContainer, rollBack } from '../support/container-fixes.ts';
import { runtimeWords } from '../messages/start-error.ts';
import { inWords } from '../support/kubectl.ts';
import { moreMemory } from '../support/memory.ts';
import { inline } from '../support/words.ts';

/** Reports memory limits so small that the runtime is killed before it has started the program. */
export const oomAtInit: Analyzer = containerFault(
  {
    id: 'oom-at-init',
    title: 'Memory limit is too small to start the container',
    breaks: ['sandbox', 'container-start', 'container-exit'],
    docs: {
      means:
        "The memory limit kills the runtime's own first process. It looks like a failure of the sandbox or the network, and is a number in the pod template, often with a wrong unit.",
      decides:
        'The runtime says that the container init was OOM-killed, on the sandbox, at creation or at start; or it says that the init died without a reason while a memory limit is below 16Mi.',
      silent: 'For containers that ran and were killed later, and for sandbox failures of pods without tiny limits.',
      references: ['https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory'],
    },
  },
  (group) => {
    const { first, container, owner } = group;
    const limit = first.state.container.resources?.limits?.['memory'] ?? 'none';
    const raised = moreMemory(limit);
    return {
      message: `${capital(group.words)} cannot start: its memory limit of ${limit} is too small`,
      cause: `The runtime's first process in ${inWords(first.pod.ref)} is killed at the memory limit of ${limit} before the program runs: "${inline(runtimeWords(first.text ?? ''), 200)}".`,
      confidence: first.unsaid === true ? CONFIDENCE.strong : CONFIDENCE.stated,
      evidence: [containerField(group, 'resources.limits.memory', limit)],
      detail: { container, limit },
      notes: limit.endsWith('m')
        ? [`The unit m means thousandths: ${limit} is less than a few bytes. Mi was probably meant.`]
        : [],
      fixes: [
        ...rollBack(group),
        changeContainer(
          group,
          `Raise the memory limit of container "${container}" of ${inWords(owner)}`,
          [`${raised} is the least that makes sense; use what the program needs.`],
          [{ op: 'replace', path: 'resources/limits/memory', value: raised }],
        ),
      ],
    };
  },
);
