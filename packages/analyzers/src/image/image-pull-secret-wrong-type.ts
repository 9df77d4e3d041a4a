import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { imagesOf, ownersDo, pullRule, saidOf } from '../support/pull-rule.ts';
import { pullSecretFix } from '../support/pull-secret-fix.ts';

/** Reports pull Secrets of a type that the kubelet does not read credentials from, where a pull is refused. */
export const imagePullSecretWrongType: Analyzer = pullRule({
  id: 'image-pull-secret-wrong-type',
  title: 'Pull Secret has a type that holds no registry credentials',
  docs: {
    means:
      'The kubelet reads registry credentials only from Secrets of type kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg; all others are passed over without a word.',
    decides: 'A pull is refused for want of credentials, and a pull Secret of the pod exists with another type.',
    silent: 'When the image is pulled all the same, and when the type is not in the input.',
    references: ['https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets'],
  },
  describe(group, snapshot) {
    const [failure] = group.failures;
    const { subject } = group;
    const type = present(snapshot, 'Secret', subject.namespace, subject.name)?.type ?? 'Opaque';
    return {
      message: `Pull ${inWords(subject)} has type ${type}, which holds no registry credentials`,
      cause: `${ownersDo(group, 'pulls', 'pull')} ${imagesOf(group)} with ${inWords(subject)} of type ${type}, which the kubelet passes over, and ${failure.host} answers: ${saidOf(failure)}.`,
      confidence: CONFIDENCE.proved,
      evidence: [fromSpec(subject, 'type', type)],
      fixes: [
        pullSecretFix({ namespace: subject.namespace ?? '', secret: subject.name, host: failure.host, replace: true }),
      ],
    };
  },
});
