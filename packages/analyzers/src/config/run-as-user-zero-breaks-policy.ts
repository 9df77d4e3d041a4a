import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { refusalRule } from '../support/refusal-rule.ts';
import { setUserFix, userSettings } from '../support/user-settings.ts';

/** Reports containers that are told to run as root and not to run as root. */
export const runAsUserZeroBreaksPolicy: Analyzer = refusalRule(
  {
    id: 'run-as-user-zero-breaks-policy',
    title: 'Container is told to run as user 0 and not as root',
    docs: {
      means: 'runAsUser is 0 and runAsNonRoot is true: the two contradict each other.',
      decides:
        "The kubelet says `container's runAsUser breaks non-root policy` about a container that it holds up now.",
      silent: 'For PodSecurity refusals, which come before there is a pod.',
      references: ['https://kubernetes.io/docs/tasks/configure-pod-container/security-context/'],
    },
  },
  'user-zero',
  (refused, snapshot) => {
    const { owner, container } = refused;
    return {
      message: `Container "${container}" of ${inWords(owner)} has runAsUser 0 and runAsNonRoot true`,
      cause: `${inWords(owner)} tells container "${container}" to run as user 0 and at the same time not to run as root.`,
      evidence: userSettings(snapshot, refused),
      fixes: [setUserFix(snapshot, refused, 1000, ', if the program can run as that user')],
      notes: ['Settings of the container win over those of the pod, one by one.'],
    };
  },
);
