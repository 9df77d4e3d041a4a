import { CONFIDENCE, type Analyzer, type Condition, type Finding, type Snapshot } from '@kroot/types';
import {
  CERTIFICATE_KIND,
  certificates,
  conditionAge,
  ISSUER_KINDS,
  type CertificateState,
} from '../support/cert-manager.ts';
import { fromCondition, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';

const GRACE = 600_000;

/** Reports certificates of cert-manager that are not issued. */
export const certificateNotReady: Analyzer = {
  meta: {
    id: 'certificate-not-ready',
    title: 'Certificate is not issued',
    role: 'fault',
    severity: 'warning',
    reads: [CERTIFICATE_KIND, ...ISSUER_KINDS],
    breaks: ['route', 'admission', 'container-config', 'volume'],
    waitsFor: ['dependency'],
    docs: {
      means: 'The Secret of the certificate is missing, out of date or not the one that is asked for.',
      decides:
        'Condition Ready of the Certificate is False for more than ten minutes. An issuer that is missing or not ready is told as the cause.',
      silent:
        'In the first ten minutes: an issuer has to prove the domain. When the certificate has expired, that is told.',
      references: ['https://cert-manager.io/docs/troubleshooting/'],
    },
  },
  *analyze({ snapshot }) {
    for (const state of certificates(snapshot)) {
      const { ready, object, isExpired } = state;
      if (ready?.status !== 'False' || isExpired || conditionAge(snapshot, object, ready) < GRACE) continue;
      yield finding(snapshot, state, ready);
    }
  },
};

function finding(
  snapshot: Snapshot,
  { ref: subject, object, issuer, secretName }: CertificateState,
  ready: Condition,
): Finding {
  const reason = ready.reason ?? 'Ready=False';
  const issuing = object.status?.conditions?.find(({ type, status }) => type === 'Issuing' && status === 'False');
  const why = issuing?.message ?? ready.message ?? reason;
  return {
    rule: certificateNotReady.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', ready.lastTransitionTime),
    message: `${inWords(subject)} is not ready (${reason})`,
    cause: `cert-manager has not made a valid Secret ${secretName}: ${inline(why)}.`,
    evidence: [
      fromCondition(subject, ready),
      ...(issuing === undefined ? [] : [fromCondition(subject, issuing)]),
      ...(issuer === undefined ? [] : [fromSpec(subject, 'spec.issuerRef', `${issuer.kind} ${issuer.name}`)]),
    ],
    ...(issuer === undefined ? {} : { because: [{ ref: issuer, mechanism: 'dependency' as const }] }),
    fixes: [
      {
        summary: `See where the request of ${inWords(subject)} stands`,
        steps: [
          'Follow it from the CertificateRequest to the Order and Challenge, if there are such: the last one says what is missing.',
        ],
        commands: [
          kubectl(subject.namespace, 'describe', `certificate.cert-manager.io/${subject.name}`),
          kubectl(subject.namespace, 'get', 'certificaterequests.cert-manager.io'),
        ],
        effect: 'none',
        where: 'cluster',
      },
      ...(issuer === undefined || snapshot.lookup(issuer).state === 'absent'
        ? []
        : [
            describeFix(issuer, `See whether ${inWords(issuer)} works`, [
              'Its condition Ready tells whether it can issue at all.',
            ]),
          ]),
    ],
  };
}
