import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { failedOrders, ORDER_KIND, REQUEST_KIND, type AcmeTrouble } from '../support/acme.ts';
import { CERTIFICATE_KIND } from '../support/cert-manager.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { listOf } from '../support/untyped.ts';
import { inline, listed } from '../support/words.ts';

/** Reports ACME orders that the authority ended without a certificate. */
export const acmeOrderFailed: Analyzer = {
  meta: {
    id: 'acme-order-failed',
    title: 'ACME order has failed',
    role: 'fault',
    severity: 'warning',
    reads: [ORDER_KIND, REQUEST_KIND, CERTIFICATE_KIND],
    breaks: ['dependency'],
    docs: {
      means: 'The authority refused the order: a domain could not be verified, or a limit of the authority is reached.',
      decides:
        'The newest Order of a Certificate is invalid, errored or expired, and the Certificate is not ready or not renewed.',
      silent: 'For older orders, and when the Certificate is ready all the same.',
      references: ['https://cert-manager.io/docs/troubleshooting/acme/#1-troubleshooting-orders'],
    },
  },
  *analyze({ snapshot }) {
    for (const trouble of failedOrders(snapshot)) yield finding(trouble);
  },
};

function finding({ ref: subject, object, state, reason, certificate }: AcmeTrouble): Finding {
  const domains = listOf(object.spec, 'dnsNames').filter((name) => typeof name === 'string');
  const said = reason === '' ? `it is ${state}, without a reason` : inline(reason);
  return {
    rule: acmeOrderFailed.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    message: `ACME order for ${listed(domains)} is ${state}`,
    cause: `The authority ended the order for ${listed(domains)}: ${said}.`,
    evidence: [{ source: 'status', ref: subject, path: 'status.state', quote: `${state}: ${reason}` }],
    ...(certificate === undefined ? {} : { affects: [certificate] }),
    fixes: [
      describeFix(subject, `Remove what the authority objects to in the order for ${listed(domains)}`, [
        'status.authorizations holds the challenges that were tried; a limit (rateLimited) passes by itself.',
        `cert-manager makes a new order after an hour, later after longer; \`cmctl renew ${certificate?.name ?? subject.name}\` does at once.`,
      ]),
    ],
    ...(certificate === undefined ? {} : { notes: [`${inWords(certificate)} waits for it.`] }),
  };
}
