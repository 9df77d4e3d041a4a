import { type Analyzer } from '@kroot/types';
import { createRule, failureOf, refusedDo, refusedOwners, TRIES_AGAIN } from '../support/create-rule.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { inline } from '../support/words.ts';

/** Reports workloads whose pods no security context constraint of OpenShift admits. */
export const sccDenied: Analyzer = createRule({
  id: 'scc-denied',
  title: 'No security context constraint admits the pods',
  reads: ['ServiceAccount'],
  docs: {
    means:
      'OpenShift admits a pod only under a SecurityContextConstraints that its ServiceAccount may use, and the pod asks for more than each of them allows.',
    decides:
      'A controller lacks pods now, and the words of its newest refusal are `unable to validate against any security context constraint`.',
    references: [
      'https://docs.openshift.com/container-platform/latest/authentication/managing-security-context-constraints.html',
    ],
  },
  describe: (group) => {
    const { owner, template } = group.refused[0];
    const [reason = 'the ServiceAccount may use no constraint at all'] =
      failureOf(group.refused[0], 'security-constraint')?.reasons ?? [];
    const account = template?.spec.serviceAccountName ?? 'default';
    return {
      message: `No security context constraint admits the pods of ${inWords(owner)}`,
      cause: `${refusedDo(group, 'asks', 'ask')} for more than ServiceAccount ${account} may have: ${inline(reason)}.`,
      fixes: [
        {
          summary: `Let the template of ${refusedOwners(group)} ask for less`,
          steps: [
            'A namespace gives its pods a range of users: leave runAsUser and fsGroup out, and the pod gets them.',
            TRIES_AGAIN,
          ],
          commands: [kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml')],
          effect: 'none',
          where: 'cluster',
        },
        {
          summary: `Let ServiceAccount ${account} use a constraint that allows it`,
          steps: ['Choose the least that is enough: `nonroot-v2` before `anyuid`, `privileged` last.'],
          commands: [{ argv: ['oc', 'get', 'scc'] }],
          effect: 'none',
          where: 'cluster',
        },
      ],
    };
  },
});
