import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { CERTIFICATE_KIND, certificates, ISSUER_KINDS, type CertificateState } from '../support/cert-manager.ts';
import { fromCondition, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';

/** Reports certificates of cert-manager that have run out. */
export const certificateExpired: Analyzer = {
  meta: {
    id: 'certificate-expired',
    title: 'Certificate has expired',
    role: 'fault',
    severity: 'critical',
    reads: [CERTIFICATE_KIND, ...ISSUER_KINDS],
    breaks: ['route', 'admission', 'extension-api'],
    waitsFor: ['dependency'],
    docs: {
      means: 'Clients refuse the certificate, because it has run out and was not renewed.',
      decides:
        'status.notAfter of the Certificate is before the time of the capture. An issuer that is missing or not ready is told as the cause.',
      silent: 'While the certificate is valid, also when its renewal is late.',
      references: ['https://cert-manager.io/docs/usage/certificate/#issuance-triggers'],
    },
  },
  *analyze({ snapshot }) {
    for (const state of certificates(snapshot)) if (state.isExpired) yield finding(state);
  },
};

function finding({ ref: subject, object, issuer, ready, secretName }: CertificateState): Finding {
  const end = object.status?.notAfter ?? '';
  return {
    rule: certificateExpired.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    since: end,
    message: `${inWords(subject)} expired at ${end}`,
    cause: `The certificate in Secret ${secretName} ran out at ${end} and was not renewed.`,
    evidence: [
      fromSpec(subject, 'status.notAfter', end),
      ...(ready === undefined ? [] : [fromCondition(subject, ready)]),
    ],
    ...(issuer === undefined ? {} : { because: [{ ref: issuer, mechanism: 'dependency' as const }] }),
    fixes: [
      {
        summary: `See why ${inWords(subject)} was not renewed`,
        steps: [
          'The newest CertificateRequest says what went wrong; cert-manager renews by itself once that is repaired.',
        ],
        commands: [
          kubectl(subject.namespace, 'describe', `certificate.cert-manager.io/${subject.name}`),
          kubectl(
            subject.namespace,
            'get',
            'certificaterequests.cert-manager.io',
            '--sort-by=.metadata.creationTimestamp',
          ),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
