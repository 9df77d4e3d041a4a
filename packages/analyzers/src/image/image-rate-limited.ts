import { type Analyzer } from '@kroot/types';
import { imagesOf, ownersDo, pullRule, saidOf } from '../support/pull-rule.ts';
import { pullSecretFix } from '../support/pull-secret-fix.ts';
import { pullSecretNames } from '../support/pull-secrets.ts';

/** Reports pulls that a registry refuses because there have been too many. */
export const imageRateLimited: Analyzer = pullRule({
  id: 'image-rate-limited',
  title: 'Registry limits the rate of pulls',
  docs: {
    means:
      'The registry has counted too many pulls from this address or account. Docker Hub counts anonymous pulls by address, so all nodes behind one NAT share a limit.',
    decides:
      'A container waits for its image, and the words hold `toomanyrequests` or 429. Several images of one registry give one finding.',
    silent: 'Once the image is there.',
    references: ['https://docs.docker.com/docker-hub/usage/'],
  },
  describe(group) {
    const [failure] = group.failures;
    const { host, pod } = failure;
    const [secret] = pullSecretNames(pod.pod);
    const account = pod.pod.spec.serviceAccountName ?? 'default';
    return {
      message: `Registry ${host} refuses more pulls for now: its rate limit is reached`,
      cause: `${ownersDo(group, 'pulls', 'pull')} ${imagesOf(group)} ${secret === undefined ? 'without credentials' : `with pull Secret ${secret}`}, and ${host} answers: ${saidOf(failure)}.`,
      fixes: [
        pullSecretFix({
          namespace: pod.ref.namespace ?? '',
          secret: secret ?? `${host.replaceAll(/[^a-z0-9]+/g, '-')}-pull`,
          host,
          ...(secret === undefined ? { account } : {}),
        }),
      ],
      notes: [
        'The kubelet goes on trying, and the pods start by themselves when the limit has passed.',
        'A mirror or pull-through cache in front of the registry keeps it from coming back.',
      ],
    };
  },
});
