import { nearNames } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Evidence, type ResourceRef, type Snapshot } from '@kroot/types';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { elsewhere, similarNames } from '../support/near-objects.ts';
import { type PullFailure } from '../support/pull-failures.ts';
import { imagesOf, ownersDo, pullRule, saidOf } from '../support/pull-rule.ts';
import { pullSecretFix } from '../support/pull-secret-fix.ts';
import { lostPullSecrets, PULL_SECRET_TYPES, pullSecretNames } from '../support/pull-secrets.ts';

/** Reports pull Secrets that do not exist, where a pull is refused without them. */
export const imagePullSecretMissing: Analyzer = pullRule({
  id: 'image-pull-secret-missing',
  title: 'Pull Secret does not exist and the image is refused',
  docs: {
    means:
      'The pod names a pull Secret that is not in its namespace, so the registry was asked without those credentials and refused.',
    decides:
      "A pull is refused (401, 403, `pull access denied`, or without known words), and one of the pod's imagePullSecrets is proved absent or named by the event FailedToRetrieveImagePullSecret.",
    silent: 'When the image is pulled all the same, as public ones are, and when the pull fails for another reason.',
    references: [
      'https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/',
      'https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go',
    ],
  },
  describe(group, snapshot) {
    const [failure] = group.failures;
    const { subject } = group;
    const { host } = failure;
    const many = pullSecretNames(failure.pod.pod).length > 1;
    return {
      message: `Pull Secret ${subject.namespace ?? ''}/${subject.name} does not exist`,
      cause: `${ownersDo(group, 'pulls', 'pull')} ${imagesOf(group)} with Secret ${subject.name}, which namespace ${subject.namespace ?? ''} does not have${failure.words === '' || failure.class === 'unknown' ? '' : `, and ${host} answers: ${saidOf(failure)}`}.`,
      confidence: failure.class === 'unknown' || many ? CONFIDENCE.strong : CONFIDENCE.stated,
      evidence: secretEvidence(failure, subject, snapshot),
      fixes: [pullSecretFix({ namespace: subject.namespace ?? '', secret: subject.name, host })],
      notes: [
        ...(many ? ['The pod has other pull Secrets too; the missing one need not be the one for this registry.'] : []),
        ...similarPullSecrets(snapshot, subject),
        ...elsewhere(snapshot, subject),
      ],
    };
  },
});

function secretEvidence({ pod }: PullFailure, secret: ResourceRef, snapshot: Snapshot): readonly Evidence[] {
  const index = (pod.pod.spec.imagePullSecrets ?? []).findIndex(({ name }) => name === secret.name);
  const lost = lostPullSecrets(snapshot, pod.pod);
  return [
    ...(lost?.names.includes(secret.name) === true ? [fromEvent(lost.event, pod.ref)] : []),
    fromSpec(pod.ref, `spec.imagePullSecrets[${index}].name`, secret.name),
  ];
}

function similarPullSecrets(snapshot: Snapshot, secret: ResourceRef): readonly string[] {
  const pullSecrets = snapshot
    .list('Secret', secret.namespace)
    .filter(({ type }) => PULL_SECRET_TYPES.has(type ?? ''))
    .map(({ metadata }) => metadata.name);
  return nearNames(secret.name, pullSecrets).length > 0 || pullSecrets.length > 3
    ? similarNames(secret, pullSecrets)
    : pullSecrets.map((name) => `${inWords({ ...secret, name })} is a pull Secret of the namespace.`);
}
