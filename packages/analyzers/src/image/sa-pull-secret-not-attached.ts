import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { attachPullSecret } from '../support/pull-secret-fix.ts';
import { imagesOf, ownersDo, pullRule, saidOf } from '../support/pull-rule.ts';
import { candidateSecret } from '../support/pull-secrets.ts';

/** Reports ServiceAccounts that do not hand the namespace's pull Secret to their pods, where a pull is refused. */
export const saPullSecretNotAttached: Analyzer = pullRule({
  id: 'sa-pull-secret-not-attached',
  title: 'Pull Secret is there but the ServiceAccount does not hand it to its pods',
  docs: {
    means:
      'The pods name no pull Secret and their ServiceAccount has none, so the registry is asked without credentials, although the namespace has a pull Secret.',
    decides:
      'A pull without any pull Secret is refused, and another pod of the namespace pulls from the same registry with a Secret; or the refusal is a 401 and the namespace has exactly one pull Secret.',
    silent: 'When the pod has a pull Secret of its own or the ServiceAccount is not in the input.',
    falsePositives: 'The only pull Secret of a namespace may be for another registry; its confidence is lower then.',
    references: [
      'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#add-imagepullsecrets-to-a-service-account',
    ],
  },
  describe(group, snapshot) {
    const [failure] = group.failures;
    const { subject } = group;
    const namespace = subject.namespace ?? '';
    const candidate = candidateSecret(snapshot, namespace, failure.host);
    const secret = candidate?.ref.name ?? '';
    const proved = candidate?.proved === true;
    // A bare pod would not come back.
    const replaced = group.failures.filter(({ owner }) => owner.kind !== 'Pod');
    const waiting = [...new Set(replaced.map(({ pod }) => pod.ref.name))].slice(0, 20);
    return {
      message: `${inWords(subject)} does not hand pull Secret ${secret} to its pods`,
      cause: `${ownersDo(group, 'pulls', 'pull')} ${imagesOf(group)} without credentials, because neither the pods nor ${inWords(subject)} name a pull Secret, and ${failure.host} answers: ${saidOf(failure)}.`,
      confidence: proved ? CONFIDENCE.strong : CONFIDENCE.heuristic,
      evidence: [
        computed(
          subject,
          proved
            ? `imagePullSecrets is empty; other pods of the namespace pull from ${failure.host} with Secret ${secret}`
            : `imagePullSecrets is empty; Secret ${secret} is the only pull Secret of the namespace`,
        ),
      ],
      fixes: [
        {
          summary: `Add Secret ${secret} to ${inWords(subject)} and replace the waiting pods`,
          steps: [
            'Pods get the pull Secrets of their ServiceAccount only when they are created, so the waiting ones have to be deleted.',
          ],
          commands: [
            attachPullSecret(namespace, subject.name, secret),
            ...(waiting.length === 0 ? [] : [kubectl(namespace, 'delete', 'pod', ...waiting)]),
          ],
          effect: 'change',
          where: 'cluster',
        },
      ],
    };
  },
});
