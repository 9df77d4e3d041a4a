import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { refusalRule } from '../support/refusal-rule.ts';
import { setUserFix, userSettings } from '../support/user-settings.ts';

/** Reports containers that must not run as root and whose image names its user instead of numbering it. */
export const runAsNonRootNamedUser: Analyzer = refusalRule(
  {
    id: 'run-as-non-root-named-user',
    title: 'Image names its user, so the kubelet cannot tell that it is not root',
    docs: {
      means:
        'runAsNonRoot is set, no user is, and the USER of the image is a name, which the kubelet does not look up.',
      decides:
        'The kubelet says `image has non-numeric user (…), cannot verify user is non-root` about a container that it holds up now.',
      silent: 'When runAsUser is set: then the user of the image does not count.',
      references: ['https://kubernetes.io/docs/tasks/configure-pod-container/security-context/'],
    },
  },
  'named-user',
  (refused, snapshot) => {
    const { owner, container, first, refusal } = refused;
    const image = first.state.container.image ?? '';
    const user = refusal.what === 'named-user' ? refusal.user : '';
    return {
      message: `Image of container "${container}" of ${inWords(owner)} runs as user "${user}", a name that the kubelet cannot check`,
      cause: `Container "${container}" of ${inWords(owner)} has runAsNonRoot: true and no runAsUser, and image ${image} sets its user by name ("${user}") instead of by number.`,
      evidence: userSettings(snapshot, refused),
      fixes: [
        setUserFix(
          snapshot,
          refused,
          1000,
          `, or to the number that "${user}" has in the image (\`id -u ${user}\` inside it)`,
        ),
      ],
      notes: [`The lasting fix is a numeric USER in ${image}.`],
    };
  },
);
