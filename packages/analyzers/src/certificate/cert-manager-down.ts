import { workloadNamed } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type ResourceRef, type Snapshot } from '@kroot/types';
import { CERTIFICATE_KIND, certificates, conditionAge } from '../support/cert-manager.ts';
import { downParts, type CertManagerPart } from '../support/cert-manager-parts.ts';
import { computed } from '../support/evidence.ts';
import { describeFix, inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { cainjectorGaps } from '../support/missing-bundles.ts';
import { doing } from '../support/words.ts';

const GRACE = 600_000;

/** Reports parts of cert-manager that are down while something waits for them. */
export const certManagerDown: Analyzer = {
  meta: {
    id: 'cert-manager-down',
    title: 'cert-manager is down',
    role: 'fault',
    severity: 'warning',
    reads: ['Deployment', 'Pod', CERTIFICATE_KIND, 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
    breaks: ['dependency', 'admission'],
    waitsFor: ['availability', 'pod-creation', 'rollout'],
    docs: {
      means:
        'Certificates are neither issued nor renewed, or the CA is not written into webhooks, while the part of cert-manager that does it does not run.',
      decides:
        'A workload of cert-manager is scaled to zero or has no ready pod, and a Certificate is not ready (controller), a webhook lacks its CA (cainjector), or certificates are used at all (webhook).',
      silent: 'While nothing waits for the part. What keeps its pods from running is told as the cause.',
      references: ['https://cert-manager.io/docs/troubleshooting/'],
    },
  },
  *analyze({ snapshot }) {
    for (const part of downParts(snapshot)) {
      const waiting = waitingFor(snapshot, part);
      if (waiting.length > 0) yield finding(snapshot, part, waiting);
    }
  },
};

function waitingFor(snapshot: Snapshot, { part }: CertManagerPart): readonly ResourceRef[] {
  if (part === 'cainjector') return cainjectorGaps(snapshot).map(({ ref }) => ref);
  const all = certificates(snapshot);
  if (part === 'webhook') return all.map(({ ref }) => ref);
  return all
    .filter(({ ready, object }) =>
      ready === undefined
        ? conditionAge(snapshot, object, { type: 'Ready', status: '' }) >= GRACE
        : ready.status !== 'True' && conditionAge(snapshot, object, ready) >= GRACE,
    )
    .map(({ ref }) => ref);
}

const UNDONE: Readonly<Record<CertManagerPart['part'], readonly [string, string]>> = {
  controller: ['is not issued', 'are not issued'],
  cainjector: ['gets no CA bundle', 'get no CA bundle'],
  webhook: ['cannot be changed', 'cannot be changed'],
};

function finding(
  snapshot: Snapshot,
  { ref: subject, part, isOff }: CertManagerPart,
  waiting: readonly ResourceRef[],
): Finding {
  const state = isOff ? 'is scaled to zero' : 'has no ready pod';
  const [one, many] = UNDONE[part];
  return {
    rule: certManagerDown.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    message: `cert-manager is down: ${inWords(subject)} ${state}`,
    cause: `${inWords(subject)} ${state}, so ${doing(
      waiting.map((each) => inWords(each)),
      one,
      many,
    )}.`,
    evidence: [
      computed(subject, `0 ready pods of ${workloadNamed(snapshot, subject)?.replicas ?? 'an unknown number'}`),
    ],
    affects: part === 'webhook' ? [] : waiting,
    ...(isOff ? { waitsFor: [] } : {}),
    fixes: [
      isOff
        ? {
            summary: `Scale ${inWords(subject)} up again`,
            steps: ['It takes up what waits by itself.'],
            commands: [kubectl(subject.namespace, 'scale', kubectlName(subject), '--replicas=1')],
            effect: 'change',
            where: 'cluster',
          }
        : describeFix(subject, `Bring the pods of ${inWords(subject)} up`, ['It takes up what waits by itself.']),
    ],
  };
}
