import { conditionOf, timeOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { CERTIFICATE_KIND, certificates, ISSUER_KINDS, type CertificateState } from '../support/cert-manager.ts';
import { fromCondition, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, inline, span } from '../support/words.ts';

/** Reports certificates that still serve and cannot be renewed. */
export const certificateRenewalFailing: Analyzer = {
  meta: {
    id: 'certificate-renewal-failing',
    title: 'Certificate cannot be renewed',
    role: 'fault',
    severity: 'warning',
    reads: [CERTIFICATE_KIND, ...ISSUER_KINDS],
    breaks: ['admission'],
    waitsFor: ['dependency'],
    docs: {
      means: 'The certificate is valid now, and every try to renew it fails: clients will refuse it when it runs out.',
      decides:
        'The Certificate is ready and status.failedIssuanceAttempts is above zero. An issuer, order or challenge that fails is told as the cause.',
      silent:
        'When it is not ready or has expired: then that is told. While the renewal is under way for the first time.',
      references: ['https://cert-manager.io/docs/usage/certificate/#issuance-behavior-failures'],
    },
  },
  *analyze({ snapshot }) {
    for (const state of certificates(snapshot)) {
      const attempts = state.object.status?.failedIssuanceAttempts ?? 0;
      if (attempts > 0 && state.ready?.status === 'True' && !state.isExpired) yield finding(snapshot, state, attempts);
    }
  },
};

function finding(snapshot: Snapshot, state: CertificateState, attempts: number): Finding {
  const { ref: subject, object, issuer, secretName } = state;
  const { conditions, notAfter = '', lastFailureTime } = object.status ?? {};
  const issuing = conditionOf(conditions, 'Issuing');
  const left = (timeOf(notAfter) ?? 0) - snapshot.now.getTime();
  const end = notAfter === '' ? '' : `, and it runs out in ${span(left)}`;
  return {
    rule: certificateRenewalFailing.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    message: `${inWords(subject)} cannot be renewed${end}`,
    cause: `cert-manager has failed ${counted(attempts, 'time')} to renew the certificate in Secret ${secretName}: ${inline(issuing?.message ?? 'its requests say why')}.`,
    detail: { attempts, notAfter },
    evidence: [
      fromSpec(
        subject,
        'status.failedIssuanceAttempts',
        `${attempts}, last at ${lastFailureTime ?? 'an unknown time'}`,
      ),
      ...(issuing === undefined ? [] : [fromCondition(subject, issuing)]),
      fromSpec(subject, 'status.notAfter', notAfter),
    ],
    ...optional('because', issuer === undefined ? undefined : [{ ref: issuer, mechanism: 'dependency' as const }]),
    fixes: [
      describeFix(subject, `See why the requests of ${inWords(subject)} fail`, [
        'Follow it from the CertificateRequest to the Order and Challenge, if there are such.',
        `cert-manager waits longer after each failure; \`cmctl renew ${subject.name}\` tries at once.`,
      ]),
      {
        summary: 'See its requests',
        steps: ['The newest one has the reason in its conditions.'],
        commands: [kubectl(subject.namespace, 'get', 'certificaterequests.cert-manager.io')],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
