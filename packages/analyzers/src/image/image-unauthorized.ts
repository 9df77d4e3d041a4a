import { type Analyzer, type Fix, type Snapshot } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { ageOf } from '../support/age.ts';
import { type PullGroup } from '../support/pull-groups.ts';
import { imagesOf, mirrorNotes, ownersDo, pullRule, saidOf, type PullText } from '../support/pull-rule.ts';
import { pullSecretFix } from '../support/pull-secret-fix.ts';
import { setImageFixes } from '../support/set-image.ts';

const TWELVE_HOURS = 43_200_000;

/** Reports pulls that the registry refuses for want of valid credentials. */
export const imageUnauthorized: Analyzer = pullRule({
  id: 'image-unauthorized',
  title: 'Registry refuses the credentials of a pull',
  docs: {
    means: 'The registry wants credentials, and the pod has none or the ones in its pull Secret are not accepted.',
    decides:
      'A container waits for its image, and the words are 401 Unauthorized, `no basic auth credentials` or `authentication required`. The fault is the Secret where the pod has exactly one, which is there and of the right type; the ServiceAccount where several workloads that run under it have none; else the workload that names no credentials.',
    silent:
      'For certificate, name resolution and network errors of a token request, which begin with `failed to authorize` too.',
  },
  describe(group, snapshot) {
    if (group.subject.kind === 'Secret') return badSecret(group, snapshot);
    return group.subject.kind === 'ServiceAccount' ? noneForAccount(group) : noSecret(group, snapshot);
  },
});

function badSecret(group: PullGroup, snapshot: Snapshot): PullText {
  const [failure] = group.failures;
  const { host } = failure;
  const { subject } = group;
  const age = ageOf(snapshot, subject);
  const expired = /\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/.test(host) && age !== undefined && age > TWELVE_HOURS;
  return {
    message: `${host} does not accept the credentials in ${inWords(subject)}`,
    cause: `${ownersDo(group, 'pulls', 'pull')} ${imagesOf(group)} with ${inWords(subject)}, and ${host} answers: ${saidOf(failure)}.`,
    fixes: [pullSecretFix({ namespace: subject.namespace ?? '', secret: subject.name, host, replace: true })],
    notes: [
      ...(expired ? [`Tokens of Amazon ECR end after 12 hours, and ${inWords(subject)} is older than that.`] : []),
      `Whether ${inWords(subject)} has an entry for ${host} at all cannot be seen from here.`,
      ...mirrorNotes(failure),
    ],
  };
}

function noneForAccount(group: PullGroup): PullText {
  const [failure] = group.failures;
  const { host } = failure;
  const { subject } = group;
  return {
    message: `${host} wants credentials, and ${inWords(subject)} hands none to its pods`,
    cause: `${ownersDo(group, 'pulls', 'pull')} ${imagesOf(group)} without a pull Secret, because neither the pods nor ${inWords(subject)} name one, and ${host} answers: ${saidOf(failure)}.`,
    fixes: [newPullSecret(host, subject.namespace ?? '', subject.name)],
    notes: mirrorNotes(failure),
  };
}

function newPullSecret(host: string, namespace: string, account: string): Fix {
  const secret = `${host.replaceAll(/[^a-z0-9]+/g, '-')}-pull`;
  return pullSecretFix({ namespace, secret, host, account });
}

function noSecret({ failures: [failure] }: PullGroup, snapshot: Snapshot): PullText {
  const { owner, state, image, host, pod } = failure;
  const use = { owner, container: state.name, image };
  const secrets = pod.pod.spec.imagePullSecrets ?? [];
  const { serviceAccountName: account = 'default' } = pod.pod.spec;
  return {
    message: `${host} wants credentials for image ${image} of ${inWords(owner)}`,
    cause: `Container "${state.name}" of ${inWords(owner)} pulls ${image} ${secrets.length === 0 ? 'without a pull Secret' : 'with pull Secrets that do not help'}, and ${host} answers: ${saidOf(failure)}.`,
    fixes: [
      newPullSecret(host, pod.ref.namespace ?? '', account),
      ...setImageFixes(snapshot, use, 'an image that the pods may pull'),
    ],
    notes: mirrorNotes(failure),
  };
}
