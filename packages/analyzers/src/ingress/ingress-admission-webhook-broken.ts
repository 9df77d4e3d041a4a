import { CONFIDENCE, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { failedDeliveries, type FailedDelivery } from '../support/deliveries.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';
import { configuredWebhooks, webhookConfiguration, type ConfiguredWebhook } from '../support/webhook-configurations.ts';

/** Reports the admission webhook of an ingress controller where it keeps Ingresses from being written. */
export const ingressAdmissionWebhookBroken: Analyzer = {
  meta: {
    id: 'ingress-admission-webhook-broken',
    title: 'Admission webhook of the ingress controller does not answer',
    role: 'fault',
    severity: 'warning',
    reads: [
      'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration',
      'Service',
      'HelmRelease.helm.toolkit.fluxcd.io',
      'Kustomization.kustomize.toolkit.fluxcd.io',
      'Application.argoproj.io',
    ],
    breaks: ['admission', 'rollout'],
    waitsFor: ['endpoints'],
    docs: {
      means:
        'Ingresses cannot be created or changed, because the API server asks a webhook about them that cannot be reached. What exists goes on being served.',
      decides:
        'Flux or Argo CD cannot deliver and says that calling a webhook failed, and that webhook is one for Ingresses.',
      silent:
        'When the webhook answers and denies: then the Ingress is wrong. Without a delivery that says so nobody knows whether the call fails.',
      references: ['https://kubernetes.github.io/ingress-nginx/how-it-works/#avoiding-outage-from-wrong-configuration'],
    },
  },
  *analyze({ snapshot }) {
    const found = new Map<ConfiguredWebhook, { readonly words: string; readonly deliveries: FailedDelivery[] }>();
    for (const delivery of failedDeliveries(snapshot)) {
      const call = CALL.exec(delivery.words);
      const webhook = call === null ? undefined : webhookConfiguration(snapshot, call[1] ?? '');
      if (call === null || webhook === undefined || !isForIngresses(webhook)) continue;
      const known = found.get(webhook);
      if (known === undefined) found.set(webhook, { words: call[0], deliveries: [delivery] });
      else known.deliveries.push(delivery);
    }
    for (const [webhook, { words, deliveries }] of found) yield finding(snapshot, webhook, words, deliveries);
  },
};

const CALL = /failed calling webhook "([^"\n]{1,253})"[^\n]{0,600}/;

function isForIngresses({ webhook }: ConfiguredWebhook): boolean {
  return (webhook.rules ?? []).some(({ resources = [] }) => resources.includes('ingresses'));
}

function finding(
  snapshot: Snapshot,
  { ref: subject, webhook, index }: ConfiguredWebhook,
  words: string,
  deliveries: readonly FailedDelivery[],
): Finding {
  const service = webhook.clientConfig?.service;
  const target =
    service === undefined
      ? undefined
      : { group: '', kind: 'Service', namespace: service.namespace, name: service.name };
  const alone = configuredWebhooks(snapshot).filter(({ ref }) => ref.name === subject.name).length === 1;
  const [first] = deliveries;
  return {
    rule: ingressAdmissionWebhookBroken.meta.id,
    subject,
    ...(alone ? {} : { discriminator: webhook.name }),
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', first?.since),
    message: `Ingresses cannot be written: webhook ${webhook.name} does not answer`,
    cause: `The API server asks ${target === undefined ? 'a webhook' : inWords(target)} about every Ingress, and "${inline(words)}".`,
    evidence: [
      ...(first?.evidence ?? []).slice(0, 2),
      fromSpec(subject, `webhooks[${index}].failurePolicy`, webhook.failurePolicy ?? 'Fail'),
    ],
    ...(target === undefined
      ? {}
      : {
          because: [
            { ref: target, mechanism: 'endpoints' as const },
            { ref: target, mechanism: 'admission' as const },
          ],
        }),
    affects: deliveries.map(({ ref }) => ref),
    fixes: [
      target === undefined
        ? describeFix(subject, `Bring webhook ${webhook.name} back`, ['Its address must answer the API server.'])
        : {
            summary: `Bring ${inWords(target)} back`,
            steps: [
              'Its pods, most likely those of the ingress controller, must be ready and reachable from the API server.',
            ],
            commands: [
              kubectl(target.namespace, 'get', `service/${target.name}`, '-o', 'wide'),
              kubectl(target.namespace, 'get', 'endpointslices', '-l', `kubernetes.io/service-name=${target.name}`),
            ],
            effect: 'none',
            where: 'cluster',
          },
    ],
  };
}
