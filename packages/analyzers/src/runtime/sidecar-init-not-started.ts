import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerField, containerFault } from '../support/container-fault.ts';
import { presentLogs, rollBack } from '../support/container-fixes.ts';
import { inWords } from '../support/kubectl.ts';
import { probeWords } from '../support/probe-target.ts';
import { inline } from '../support/words.ts';

/** Reports sidecars that do not get past their startup probe, so that the app containers never start. */
export const sidecarInitNotStarted: Analyzer = containerFault(
  {
    id: 'sidecar-init-not-started',
    title: 'Sidecar does not get past its startup probe',
    breaks: ['readiness', 'container-exit', 'dependency'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'A sidecar (an init container with restartPolicy Always) must have started before the next container may; its startup probe fails, so the app containers wait for ever.',
      decides:
        'The sidecar runs, is not started, the budget of its startup probe is over, and the kubelet reports failures of that probe.',
      silent:
        'Inside the budget of the startup probe, and when the sidecar itself ends with a failure (told as a crash).',
      references: ['https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/'],
    },
  },
  (group) => {
    const { first, container } = group;
    const probe = first.state.container.startupProbe ?? {};
    return {
      message: `Sidecar ${group.words} never starts, so the app containers wait`,
      cause: `The startup probe of sidecar "${container}" (${probeWords(probe)}) fails: ${inline(first.failure?.text ?? 'it was killed for it', 200)}.`,
      confidence: CONFIDENCE.stated,
      evidence: [containerField(group, 'startupProbe', probe)],
      notes: [`${capital(inWords(group.owner))} starts no app container before sidecar "${container}" has started.`],
      fixes: [
        ...rollBack(group),
        presentLogs(group, ['See what the sidecar waits for, and whether it listens where the probe asks.']),
      ],
    };
  },
);
