import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Ingress, type Secret } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { listed } from '../support/words.ts';

const KEYS = ['tls.crt', 'tls.key'] as const;

interface Use {
  readonly ingress: Ingress;
  readonly field: string;
}

/** Reports Secrets that Ingresses take certificates from and that hold none. */
export const ingressTlsSecretInvalid: Analyzer = {
  meta: {
    id: 'ingress-tls-secret-invalid',
    title: 'TLS Secret of an Ingress lacks certificate or key',
    role: 'fault',
    severity: 'warning',
    reads: ['Ingress', 'Secret'],
    breaks: ['route'],
    docs: {
      means:
        'The ingress controller finds no certificate in the Secret and serves its default one, which browsers and clients refuse.',
      decides: 'spec.tls names a Secret whose keys are known, and tls.crt or tls.key is not among them.',
      silent:
        'For Secrets whose keys are not known (a live run sees no more than their names), and for any type of Secret with both keys.',
      references: ['https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets'],
    },
  },
  *analyze({ snapshot }) {
    const found = new Map<Secret, [Use, ...Use[]]>();
    for (const ingress of snapshot.list('Ingress')) {
      for (const [i, { secretName = '' }] of (ingress.spec?.tls ?? []).entries()) {
        const secret = present(snapshot, 'Secret', ingress.metadata.namespace, secretName);
        if (secret === undefined || missingKeys(secret).length === 0) continue;
        const use = { ingress, field: `spec.tls[${i}].secretName` };
        const known = found.get(secret);
        if (known === undefined) found.set(secret, [use]);
        else known.push(use);
      }
    }
    for (const [secret, uses] of found) yield finding(secret, uses);
  },
};

/** The API server lets no Secret of the right type be without its keys. */
function missingKeys({ dataKeys, type }: Secret): readonly string[] {
  return dataKeys === undefined || type === 'kubernetes.io/tls' ? [] : KEYS.filter((key) => !dataKeys.includes(key));
}

function finding(secret: Secret, uses: readonly [Use, ...Use[]]): Finding {
  const subject = refOf(secret);
  const lacks = listed(missingKeys(secret));
  const ingresses = uses.map(({ ingress }) => refOf(ingress));
  return {
    rule: ingressTlsSecretInvalid.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} with the certificate of ${inWords(refOf(uses[0].ingress))} lacks ${lacks}`,
    cause: `${listed(ingresses.map((each) => inWords(each)))} ${ingresses.length === 1 ? 'takes' : 'take'} the certificate from ${inWords(subject)} of type ${secret.type ?? 'Opaque'}, which holds ${listed(secret.dataKeys ?? []) || 'nothing'}.`,
    evidence: [
      ...uses.slice(0, 3).map(({ ingress, field }) => fromSpec(refOf(ingress), field, secret.metadata.name)),
      fromSpec(subject, 'data', `keys ${(secret.dataKeys ?? []).join(', ')}`),
    ],
    affects: ingresses,
    fixes: [
      {
        summary: `Put certificate and key into ${inWords(subject)}`,
        steps: [
          `Make it anew with kubectl create secret tls ${secret.metadata.name} from the files of the certificate and its key; the type of a Secret cannot be changed.`,
        ],
        commands: [kubectl(subject.namespace, 'describe', `secret/${secret.metadata.name}`)],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
