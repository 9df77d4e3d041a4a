import { CONFIDENCE, type Analyzer, type Finding, type ResourceRef } from '@kroot/types';
import { createRule } from '../support/create-rule.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { quotaText } from '../support/quota-text.ts';
import { uncreatedClaims, type UncreatedClaim } from '../support/uncreated-claims.ts';
import { uncreatedServices, type UncreatedService } from '../support/uncreated-services.ts';

const refusedPods = createRule({
  id: 'quota-object-count',
  title: 'Quota on the number of objects or on storage is used up',
  reads: ['ResourceQuota', 'Service', 'PersistentVolume', 'PersistentVolumeClaim'],
  breaks: ['pod-creation', 'admission', 'provisioning'],
  docs: {
    means:
      'The quota of the namespace allows no more pods, Services, claims or storage, and something that is wanted is missing for it.',
    decides:
      'A controller lacks pods now and the words are `exceeded quota` for such a resource. Refused Services and claims leave no words in the cluster: a quota that is full of Services counts where a workload calls a Service that does not exist and whose own workload no Service selects; a quota on storage where a pod waits for a claim that does not exist and the free volume of nearly its name does not fit.',
    silent: 'For a quota that is merely full, with nothing missing.',
    falsePositives:
      'A Service or claim may be missing because nobody has applied it yet; these findings have less confidence.',
    references: ['https://kubernetes.io/docs/concepts/policy/resource-quotas/#object-count-quota'],
  },
  describe: quotaText,
});

/** Reports quotas that allow no more objects of a kind, where one is missing. */
export const quotaObjectCount: Analyzer = {
  meta: refusedPods.meta,
  *analyze(context) {
    yield* refusedPods.analyze(context);
    for (const service of uncreatedServices(context.snapshot)) yield serviceFinding(service);
    for (const claim of uncreatedClaims(context.snapshot)) yield claimFinding(claim);
  },
};

function serviceFinding({
  service,
  quota,
  resource,
  used,
  hard,
  workload,
  user,
  text,
  path,
}: UncreatedService): Finding {
  return {
    rule: refusedPods.meta.id,
    subject: quota,
    discriminator: service.name,
    severity: 'critical',
    confidence: CONFIDENCE.strong,
    message: `${inWords(quota)} allows no more Services, and ${inWords(service)} is missing`,
    cause: `${inWords(user)} calls ${text}, ${inWords(workload)} is there to answer, but its Service is missing, and ${inWords(quota)} has ${used} of ${hard} ${resource} in use.`,
    evidence: [
      { source: 'status', ref: quota, path: 'status.used', quote: `${resource}: ${used} of ${hard}` },
      computed(service, `does not exist, and no Service selects the pods of ${inWords(workload)}`),
      fromSpec(user, path, text),
    ],
    breaks: ['admission'],
    affects: [service],
    fixes: [raise(quota, resource, Number(hard) + 1, `Then apply ${inWords(service)} again.`)],
    notes: [
      'A refused Service leaves no event: whoever applied it saw the message. That the quota refused it follows from what is missing.',
    ],
  };
}

function claimFinding({ claim, quota, pod, used, hard, volume, size }: UncreatedClaim): Finding {
  return {
    rule: refusedPods.meta.id,
    subject: quota,
    discriminator: claim.name,
    severity: 'warning',
    confidence: CONFIDENCE.heuristic,
    message: `${inWords(quota)} has no room for ${inWords(claim)}, which is missing`,
    cause: `${inWords(pod)} waits for claim ${claim.name}, the free volume ${volume} of that name has ${size}, and ${inWords(quota)} allows ${hard} of requests.storage with ${used} in use.`,
    evidence: [
      { source: 'status', ref: quota, path: 'status.used', quote: `requests.storage: ${used} of ${hard}` },
      computed(claim, `does not exist; volume ${volume} of ${size} is free`),
    ],
    breaks: ['admission', 'provisioning'],
    affects: [claim],
    fixes: [raise(quota, 'requests.storage', size, `Then apply ${inWords(claim)} again.`)],
    notes: [
      'A refused claim leaves no event: whoever applied it saw the message. That the quota refused it follows from the sizes.',
    ],
  };
}

function raise(quota: ResourceRef, resource: string, amount: number | string, then: string): Finding['fixes'][number] {
  return {
    summary: `Raise ${resource} of ${inWords(quota)} to ${amount}`,
    steps: [then],
    commands: [
      kubectl(
        quota.namespace,
        'patch',
        'resourcequota',
        quota.name,
        '--type=merge',
        '-p',
        JSON.stringify({ spec: { hard: { [resource]: String(amount) } } }),
      ),
    ],
    effect: 'change',
    where: 'cluster',
  };
}
