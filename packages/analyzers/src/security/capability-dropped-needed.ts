import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault, containerField, type FaultGroup } from '../support/container-fault.ts';
import { changeContainer, lastLogs, rollBack, type ContainerChange } from '../support/container-fixes.ts';
import { endWords, lastWords, restartWords } from '../support/end-words.ts';

/** Reports containers whose program ends because a Linux capability that it needs was taken from it. */
export const capabilityDroppedNeeded: Analyzer = containerFault(
  {
    id: 'capability-dropped-needed',
    title: 'Program lacks a Linux capability that it needs',
    breaks: ['container-exit'],
    docs: {
      means:
        'The program runs as root and may not do what root may otherwise do: the capability for it is dropped in the securityContext of its container, or is none that containers get unasked.',
      decides:
        'The last words of a container that ends again and again name a system call or tool that was denied ("Operation not permitted", or a port below 1024 that cannot be bound), and the capability for that is not among those of the container.',
      silent:
        'Without such words (terminationMessagePolicy FallbackToLogsOnError gives them), for privileged containers, for containers that have the capability, and for those that are known not to run as root.',
      falsePositives: 'A seccomp or AppArmor profile can deny the same call.',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-capabilities-for-a-container',
      ],
    },
  },
  (group) => {
    const { first, words, container } = group;
    const { name = '', usual = false } = first.capability ?? {};
    const capabilities = first.state.container.securityContext?.capabilities;
    return {
      message: `${capital(words)} needs capability ${name}, which ${usual ? 'is dropped' : 'it does not have'}`,
      cause: `Container "${container}" ${endWords(first.state)}${restartWords(first.state)}; ${lastWords(first.state)}, and its securityContext ${usual ? 'drops' : 'does not add'} ${name}, which that takes.`,
      confidence: CONFIDENCE.strong,
      detail: { container, capability: name },
      evidence: [containerField(group, 'securityContext.capabilities', capabilities ?? 'not set')],
      fixes: [
        ...rollBack(group),
        changeContainer(
          group,
          `Give container "${container}" the capability ${name}`,
          [
            'Or change the image so that it does not need it: another user, a port above 1023, files that already have the right owner.',
          ],
          [addition(group, name)],
        ),
        lastLogs(group),
      ],
    };
  },
);

function addition({ first }: FaultGroup, name: string): ContainerChange {
  const context = first.state.container.securityContext;
  if (context === undefined) return { op: 'add', path: 'securityContext', value: { capabilities: { add: [name] } } };
  if (context.capabilities === undefined)
    return { op: 'add', path: 'securityContext/capabilities', value: { add: [name] } };
  return context.capabilities.add === undefined
    ? { op: 'add', path: 'securityContext/capabilities/add', value: [name] }
    : { op: 'add', path: 'securityContext/capabilities/add/-', value: name };
}
