import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerField, containerFault, type FaultGroup } from '../support/container-fault.ts';
import { editByHand, lastLogs, rollBack } from '../support/container-fixes.ts';
import { endWords, lastWords, restartWords } from '../support/end-words.ts';
import { computed } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';

/** Reports containers that end because another container of the pod has their port. */
export const containerPortClash: Analyzer = containerFault(
  {
    id: 'container-port-clash',
    title: 'Two containers of a pod want the same port',
    breaks: ['container-exit'],
    docs: {
      means:
        'The containers of a pod share one network: a port can be listened on by one of them only, and the second one ends.',
      decides:
        'A crash loop whose last words say that the address is in use; or a container that ends with a failure and declares a port which another running container of the pod declares, is probed on, or is told to listen on by an environment variable or argument.',
      silent: 'While nothing ends: a port that is declared twice is no fault by itself.',
      falsePositives: 'A container that shares a declared port with another one and ends for a reason of its own.',
      references: ['https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking'],
    },
  },
  (group) => {
    const { first, container } = group;
    const { port = 0, other } = first;
    const said = first.crash?.portTaken === true;
    const taken = said ? 'finds' : 'wants';
    return {
      message:
        other === undefined
          ? `${capital(group.words)} ends because port ${port} is already in use`
          : `${capital(group.words)} and container "${other}" of the same pod both want port ${port}`,
      cause: `Container "${container}" ${endWords(first.state)}${restartWords(first.state)}: it ${taken} port ${port}${otherWords(group, said)}, and ${lastWords(first.state)}.`,
      confidence: said && other !== undefined ? CONFIDENCE.stated : CONFIDENCE.strong,
      detail: { container, port, ...(other === undefined ? {} : { other }) },
      evidence: [
        containerField(group, 'ports', first.state.container.ports ?? []),
        ...(other === undefined
          ? []
          : [
              computed(
                first.pod.ref,
                `container "${other}" ${first.text ?? `uses port ${port}`}; container "${container}" wants the same`,
              ),
            ]),
      ],
      fixes: [
        ...rollBack(group),
        editByHand(group, `Give one of the two another port than ${port} in ${inWords(group.owner)}`, [
          other === undefined
            ? 'Find what else listens in the pod, or on the node with hostNetwork.'
            : `Change the port of container "${other}" (for an injected proxy by its annotation or values), or that of container "${container}" with its Service.`,
        ]),
        lastLogs(group),
      ],
    };
  },
);

function otherWords({ first }: FaultGroup, said: boolean): string {
  if (first.other === undefined) return said ? ' taken' : '';
  const how = first.text === undefined || said ? 'has it' : first.text;
  return said ? ` taken, and container "${first.other}" has it` : `, and container "${first.other}" ${how}`;
}
