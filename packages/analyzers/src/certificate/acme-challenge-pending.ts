import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { CHALLENGE_KIND, ORDER_KIND, REQUEST_KIND, stuckChallenges, type AcmeTrouble } from '../support/acme.ts';
import { CERTIFICATE_KIND } from '../support/cert-manager.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { textOf } from '../support/untyped.ts';
import { inline } from '../support/words.ts';

/** Reports ACME challenges that do not get answered. */
export const acmeChallengePending: Analyzer = {
  meta: {
    id: 'acme-challenge-pending',
    title: 'ACME challenge is not solved',
    role: 'fault',
    severity: 'warning',
    reads: [CHALLENGE_KIND, ORDER_KIND, REQUEST_KIND, CERTIFICATE_KIND],
    breaks: ['dependency'],
    docs: {
      means:
        'The authority has to see a file below http://DOMAIN/.well-known/acme-challenge/ or a TXT record, and does not, so it gives no certificate.',
      decides:
        'A Challenge has been pending for more than ten minutes, or is invalid. Its status says what cert-manager met.',
      silent: 'In the first ten minutes, which names and routes may need to spread.',
      references: ['https://cert-manager.io/docs/troubleshooting/acme/'],
    },
  },
  *analyze({ snapshot }) {
    for (const trouble of stuckChallenges(snapshot)) yield finding(trouble);
  },
};

function finding({ ref: subject, object, state, reason, certificate }: AcmeTrouble): Finding {
  const type = textOf(object.spec, 'type') ?? '';
  const domain = textOf(object.spec, 'dnsName') ?? '';
  const said = reason === '' ? 'cert-manager does not say why' : inline(reason);
  return {
    rule: acmeChallengePending.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    message: `${type} challenge for ${domain} is ${state}`,
    cause: `The authority cannot verify ${domain} by ${type}: ${said}.`,
    detail: { domain, type, state },
    evidence: [{ source: 'status', ref: subject, path: 'status.reason', quote: `${state}: ${reason}` }],
    ...(certificate === undefined ? {} : { affects: [certificate] }),
    fixes: [
      describeFix(
        subject,
        type === 'DNS-01'
          ? `Let cert-manager write TXT records of ${domain}`
          : `Let requests for ${domain} reach cert-manager's solver`,
        type === 'DNS-01'
          ? ['See the credentials of the DNS provider in the solver of the issuer, and that the zone is the right one.']
          : [
              `The address of ${domain} has to lead to the ingress controller, from the internet and on port 80; a redirect to HTTPS with a broken certificate or a login stops it.`,
              'cert-manager makes an Ingress, a Service and a pod cm-acme-http-solver-… in the namespace for as long as the challenge lasts.',
            ],
      ),
      {
        summary: 'See the solver that cert-manager has made',
        steps: ['Its Ingress must have the class that the ingress controller serves.'],
        commands: [
          kubectl(subject.namespace, 'get', 'ingress,service,pod', '-l', 'acme.cert-manager.io/http01-solver=true'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
    ...(certificate === undefined ? {} : { notes: [`${inWords(certificate)} waits for it.`] }),
  };
}
