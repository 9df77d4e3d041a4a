import { CONFIDENCE, type Analyzer, type Fix } from '@kroot/types';
import { inWords, kubectl } from '../support/kubectl.ts';
import { saysMore, type PullFailure } from '../support/pull-failures.ts';
import { mirrorNotes, pullRule, saidOf, type PullText } from '../support/pull-rule.ts';
import { pullSecretNames } from '../support/pull-secrets.ts';
import { pullSecretFix, pullSecretName } from '../support/pull-secret-fix.ts';
import { setImageFixes } from '../support/set-image.ts';
import { listed } from '../support/words.ts';

/** Reports refused pulls where name and credentials cannot be told apart. */
export const imagePullDeniedAmbiguous: Analyzer = pullRule({
  id: 'image-pull-denied-ambiguous',
  title: 'Image is refused: wrong name or no access',
  docs: {
    means:
      'The registry does not give the image, and does not say whether it has none of that name or keeps it from these credentials.',
    decides:
      'A container waits for its image, and the words are `pull access denied`, `denied`, 403 Forbidden, none that are known, or no longer in the capture.',
    silent:
      'When a pull Secret is missing, has the wrong type, or hangs on another workload only: then that is the fault.',
    falsePositives:
      "Without the runtime's words (events expire after an hour) the network may be at fault as well; the finding then says so and its confidence is low.",
  },
  describe({ failures: [failure] }, snapshot) {
    const use = { owner: failure.owner, container: failure.state.name, image: failure.image };
    const fixes = [...setImageFixes(snapshot, use, 'the name of an image that exists'), credentials(failure)];
    return failure.class === 'unknown' ? unknown(failure, fixes) : refused(failure, fixes);
  },
});

function refused(failure: PullFailure, fixes: readonly Fix[]): PullText {
  const { owner, state, image, host } = failure;
  return {
    message: `Image ${image} of ${inWords(owner)} is refused: it does not exist or needs other credentials`,
    cause: `Container "${state.name}" of ${inWords(owner)} wants ${image}, and ${host} answers: ${saidOf(failure)}.`,
    confidence: CONFIDENCE.strong,
    fixes,
    notes: [secretsNote(failure), ...mirrorNotes(failure)],
  };
}

function unknown(failure: PullFailure, fixes: readonly Fix[]): PullText {
  const { owner, state, image, host, words } = failure;
  return {
    message: `Image ${image} of ${inWords(owner)} cannot be pulled`,
    cause: saysMore(words)
      ? `Container "${state.name}" of ${inWords(owner)} wants ${image}, and its pull fails with: ${saidOf(failure)}.`
      : `Container "${state.name}" of ${inWords(owner)} waits in ${state.reason ?? 'its image pull'} for ${image}, and the capture no longer holds what ${host} answered.`,
    confidence: CONFIDENCE.heuristic,
    fixes: [look(failure), ...fixes],
    notes: [secretsNote(failure), `The way from the node to ${host} was not ruled out.`],
  };
}

function secretsNote({ pod, host }: PullFailure): string {
  const names = pullSecretNames(pod.pod);
  return names.length === 0
    ? `The pod has no pull Secret: ${host} was asked without credentials.`
    : `The pod pulls with ${listed(names)}; whether its credentials are for ${host} cannot be seen from here.`;
}

function look({ pod, image }: PullFailure): Fix {
  return {
    summary: `Read the answer to the next pull of ${image}`,
    steps: ['The kubelet tries again at least every five minutes and writes the reason as an event of the pod.'],
    commands: [kubectl(pod.ref.namespace, 'describe', `pod/${pod.ref.name}`)],
    effect: 'none',
    where: 'cluster',
  };
}

function credentials(failure: PullFailure): Fix {
  const [name] = pullSecretNames(failure.pod.pod);
  return pullSecretFix({
    namespace: failure.pod.ref.namespace ?? '',
    secret: name ?? pullSecretName(failure.host),
    host: failure.host,
    ...(name === undefined ? { account: failure.pod.pod.spec.serviceAccountName ?? 'default' } : {}),
  });
}
