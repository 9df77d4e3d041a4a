import { CONFIDENCE, type Analyzer, type Because, type Finding, type Snapshot } from '@kroot/types';
import { CERTIFICATE_KIND } from '../support/cert-manager.ts';
import { downParts } from '../support/cert-manager-parts.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { cainjectorGaps, type MissingBundle } from '../support/missing-bundles.ts';
import { listed } from '../support/words.ts';

/** Reports webhooks that wait for their CA bundle from cert-manager. */
export const cainjectorMissingCa: Analyzer = {
  meta: {
    id: 'cainjector-missing-ca',
    title: 'Webhook has no CA bundle, which cert-manager should write',
    role: 'fault',
    severity: 'warning',
    reads: [
      'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration',
      'CustomResourceDefinition',
      CERTIFICATE_KIND,
    ],
    breaks: ['admission', 'extension-api'],
    waitsFor: ['admission'],
    docs: {
      means:
        'The API server calls the webhook and trusts no certificate of it, because the CA bundle is empty: each call fails.',
      decides:
        'The object has the annotation cert-manager.io/inject-ca-from and an empty caBundle. A Certificate that is not issued, and a cainjector that is down, are told as the cause.',
      silent: 'In the first two minutes.',
      falsePositives: 'A capture from which somebody cut the bundles looks the same.',
      references: ['https://cert-manager.io/docs/concepts/ca-injector/'],
    },
  },
  *analyze({ snapshot }) {
    for (const gap of cainjectorGaps(snapshot)) yield finding(snapshot, gap);
  },
};

function finding(snapshot: Snapshot, { ref: subject, annotation, source, paths }: MissingBundle): Finding {
  const { state } = snapshot.lookup(source);
  const injector = downParts(snapshot).find(({ part }) => part === 'cainjector');
  const because: readonly Because[] = [
    { ref: source, mechanism: 'admission' },
    ...(injector === undefined ? [] : [{ ref: injector.ref, mechanism: 'admission' as const }]),
  ];
  return {
    rule: cainjectorMissingCa.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} has no CA bundle from ${inWords(source)}`,
    cause:
      state === 'absent'
        ? `Annotation ${annotation} names ${inWords(source)}, which does not exist, so ${listed(paths)} stays empty.`
        : `cert-manager should copy the CA of ${inWords(source)} into ${listed(paths)}, and has not.`,
    evidence: [
      fromSpec(subject, `metadata.annotations[${annotation}]`, `${source.namespace ?? ''}/${source.name}`),
      fromSpec(subject, paths[0] ?? 'caBundle', 'empty'),
      ...(state === 'absent' ? [computed(source, 'not in the cluster')] : []),
    ],
    because,
    fixes: [
      describeFix(
        source,
        state === 'absent'
          ? `Create ${inWords(source)}, or name the right one`
          : `See whether ${inWords(source)} is issued`,
        ['The Secret of a Certificate has to hold ca.crt; certificates of public authorities have none to inject.'],
      ),
      {
        summary: 'See the cainjector of cert-manager',
        steps: ['It writes the bundles, and its log says why it does not.'],
        commands: [kubectl(undefined, 'get', 'pods', '-A', '-l', 'app.kubernetes.io/component=cainjector')],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
