import { type Analyzer } from '@kroot/types';
import { createRule, failureOf, refusedOwners, TRIES_AGAIN } from '../support/create-rule.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { inline } from '../support/words.ts';

/** Reports workloads whose pods a ValidatingAdmissionPolicy denies. */
export const vapDenied: Analyzer = createRule({
  id: 'vap-denied',
  title: 'ValidatingAdmissionPolicy denies the pods',
  reads: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
  docs: {
    means:
      'A rule of the cluster does not want the pods of the template. The policy works: the template has to change, or the policy.',
    decides:
      'A controller lacks pods now, and the words of its newest refusal are `ValidatingAdmissionPolicy … denied request`.',
    references: ['https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/'],
  },
  describe(group) {
    const { policy = '', binding = '', reason = '' } = failureOf(group.refused[0], 'policy-denied') ?? {};
    const said = inline(reason, 400);
    return {
      message: `ValidatingAdmissionPolicy ${policy} denies the pods of ${refusedOwners(group)}`,
      cause: `ValidatingAdmissionPolicy ${policy}, bound by ${binding}, denies the pods of ${refusedOwners(group)}: ${said}.`,
      fixes: [
        describeFix(group.subject, `Change the template of ${inWords(group.subject)} so that the policy is met`, [
          `The policy says: ${said}.`,
          TRIES_AGAIN,
        ]),
        {
          summary: `Or change policy ${policy} or its binding ${binding}`,
          steps: [`The binding says for which namespaces and objects ${policy} holds.`],
          commands: [
            kubectl(undefined, 'describe', 'validatingadmissionpolicy', policy),
            kubectl(undefined, 'describe', 'validatingadmissionpolicybinding', binding),
          ],
          effect: 'none',
          where: 'cluster',
        },
      ],
    };
  },
});
