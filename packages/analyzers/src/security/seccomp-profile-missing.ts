import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { rollBack } from '../support/container-fixes.ts';
import { nodesOf, profileEvidence, profileFixes } from '../support/profile-fault.ts';
import { doing, listed } from '../support/words.ts';

/** Reports containers whose seccomp profile is no file of their node. */
export const seccompProfileMissing: Analyzer = containerFault(
  {
    id: 'seccomp-profile-missing',
    title: 'Seccomp profile of the container is not on its node',
    breaks: ['container-start'],
    docs: {
      means:
        'The container asks for a Localhost seccomp profile, a file below /var/lib/kubelet/seccomp of the node, and the runtime cannot read it there. Nothing in Kubernetes brings such files to nodes by itself.',
      decides: 'CreateContainerError whose words say that the seccomp profile cannot be loaded.',
      silent: 'For containers that have been created since.',
      references: ['https://kubernetes.io/docs/tutorials/security/seccomp/'],
    },
  },
  (group) => {
    const { first, words, container } = group;
    const path = first.startError?.path ?? 'its seccomp profile';
    const nodes = nodesOf(group);
    return {
      message: `${capital(words)} needs seccomp profile ${path}, which ${doing(nodes, 'does not have', 'do not have')}`,
      cause: `The runtime on ${listed(nodes)} cannot read ${path}, so container "${container}" cannot be created.`,
      evidence: profileEvidence(group, 'seccompProfile'),
      fixes: [
        ...rollBack(group),
        ...profileFixes(group, 'seccompProfile', [
          `Copy the profile to ${path} on the nodes: by their image, a DaemonSet or the Security Profiles Operator.`,
        ]),
      ],
    };
  },
);
