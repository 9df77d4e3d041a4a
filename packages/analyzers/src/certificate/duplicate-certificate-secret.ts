import { groupBy } from '@kroot/graph';
import { compareStrings, CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { CERTIFICATE_KIND, certificates, type CertificateState } from '../support/cert-manager.ts';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { listed } from '../support/words.ts';

/** Reports certificates that write into the same Secret. */
export const duplicateCertificateSecret: Analyzer = {
  meta: {
    id: 'duplicate-certificate-secret',
    title: 'Two Certificates write into one Secret',
    role: 'fault',
    severity: 'warning',
    reads: [CERTIFICATE_KIND],
    breaks: ['dependency'],
    docs: {
      means:
        'Each Certificate finds in the Secret what the other has written and asks for a new one, without an end; limits of the authority are soon used up.',
      decides: 'Two Certificates of a namespace have the same spec.secretName.',
      silent: 'For Certificates that are being deleted, and for the same name in different namespaces.',
      references: ['https://cert-manager.io/docs/usage/certificate/#creating-certificate-resources'],
    },
  },
  *analyze({ snapshot }) {
    const named = certificates(snapshot).filter(({ secretName }) => secretName !== '');
    const groups = groupBy(named, ({ ref, secretName }) => `${ref.namespace ?? ''}/${secretName}`);
    for (const group of groups.values()) {
      const [first, ...others] = group.toSorted((a, b) => compareStrings(created(a), created(b)));
      const newest = others.at(-1);
      if (first !== undefined && newest !== undefined) yield finding(newest, [first, ...others]);
    }
  },
};

function created({ object }: CertificateState): string {
  return object.metadata.creationTimestamp ?? '';
}

function finding({ ref: subject, secretName }: CertificateState, all: readonly CertificateState[]): Finding {
  const others = all.filter(({ ref }) => ref !== subject).map(({ ref }) => ref.name);
  return {
    rule: duplicateCertificateSecret.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} writes into the same Secret as Certificate ${listed(others)}`,
    cause: `Certificates ${listed(all.map(({ ref }) => ref.name))} all have spec.secretName ${secretName}, so each undoes what the others write.`,
    evidence: all.slice(0, 4).map(({ ref }) => fromSpec(ref, 'spec.secretName', secretName)),
    affects: all.map(({ ref }) => ref).filter((ref) => ref !== subject),
    fixes: [
      {
        summary: `Give ${inWords(subject)} a Secret of its own, or delete it if it is not needed`,
        steps: [
          'A Certificate may have been made for an Ingress by its annotation beside one written by hand: then spec.tls[].secretName of the Ingress decides.',
        ],
        commands: [kubectl(subject.namespace, 'get', 'certificates.cert-manager.io', '-o', 'wide')],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
