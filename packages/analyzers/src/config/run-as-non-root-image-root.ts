import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { refusalRule } from '../support/refusal-rule.ts';
import { setUserFix, userSettings } from '../support/user-settings.ts';

/** Reports containers that must not run as root and whose image would. */
export const runAsNonRootImageRoot: Analyzer = refusalRule(
  {
    id: 'run-as-non-root-image-root',
    title: 'Container must not run as root, and its image does',
    docs: {
      means: 'runAsNonRoot is set, no user is, and the image would start as root.',
      decides:
        'The kubelet says `container has runAsNonRoot and image will run as root` about a container that it holds up now.',
      silent: 'For PodSecurity refusals, which come before there is a pod.',
      references: ['https://kubernetes.io/docs/tasks/configure-pod-container/security-context/'],
    },
  },
  'image-root',
  (refused, snapshot) => {
    const { owner, container, first } = refused;
    const image = first.state.container.image ?? '';
    return {
      message: `Container "${container}" of ${inWords(owner)} must not run as root, but its image does`,
      cause: `Container "${container}" of ${inWords(owner)} has runAsNonRoot: true and no runAsUser, and image ${image} starts as root.`,
      evidence: userSettings(snapshot, refused),
      fixes: [setUserFix(snapshot, refused, 1000, ', if the program in the image can run as that user')],
      notes: [`The lasting fix is a numeric USER in ${image}; files that the program writes must belong to it.`],
    };
  },
);
