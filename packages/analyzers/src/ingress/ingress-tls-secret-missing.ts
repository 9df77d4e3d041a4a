import { refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type AnalyzerContext,
  type Finding,
  type Ingress,
  type KubernetesObject,
  type ResourceRef,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { elsewhere, similarObjects } from '../support/near-objects.ts';
import { counted, listed } from '../support/words.ts';

const ISSUING = 600_000;

interface Use {
  readonly ingress: Ingress;
  readonly field: string;
  readonly hosts: readonly string[];
}

/** Reports certificates (TLS Secrets) that Ingresses name and that do not exist. */
export const ingressTlsSecretMissing: Analyzer = {
  meta: {
    id: 'ingress-tls-secret-missing',
    title: 'TLS Secret of an Ingress does not exist',
    role: 'fault',
    severity: 'warning',
    reads: ['Ingress', 'Secret', 'Certificate.cert-manager.io'],
    breaks: ['route'],
    docs: {
      means:
        'The ingress controller has no certificate for these hosts and serves its default one, which browsers and clients refuse.',
      decides: 'spec.tls names a Secret, the Secrets of the namespace are all known, and it is not among them.',
      silent:
        'For TLS entries without Secret, where the Secrets of the namespace are not all known, and for ten minutes while cert-manager issues the certificate (a Certificate for the Secret, or an Ingress with its annotations, is that young).',
      references: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#tls'],
    },
  },
  *analyze(context) {
    const found = new Map<string, { readonly secret: ResourceRef; readonly uses: [Use, ...Use[]] }>();
    for (const ingress of context.snapshot.list('Ingress')) {
      for (const [i, { secretName = '', hosts = [] }] of (ingress.spec?.tls ?? []).entries()) {
        if (secretName === '') continue;
        const secret = ref('Secret', ingress.metadata.namespace, secretName);
        if (context.snapshot.lookup(secret).state !== 'absent') continue;
        const use = { ingress, field: `spec.tls[${i}].secretName`, hosts };
        const known = found.get(refKey(secret));
        if (known === undefined) found.set(refKey(secret), { secret, uses: [use] });
        else known.uses.push(use);
      }
    }
    for (const { secret, uses } of found.values()) {
      const certificate = certificateFor(context.snapshot, secret);
      if (!isBeingIssued(context, certificate, uses)) yield finding(context.snapshot, secret, uses, certificate);
    }
  },
};

function certificateFor(snapshot: Snapshot, { namespace, name }: ResourceRef): UntypedObject | undefined {
  return snapshot.list('Certificate.cert-manager.io', namespace).find(({ spec }) => secretNameOf(spec) === name);
}

function secretNameOf(spec: unknown): unknown {
  return typeof spec === 'object' && spec !== null && 'secretName' in spec ? spec.secretName : undefined;
}

function isBeingIssued(
  { now }: AnalyzerContext,
  certificate: UntypedObject | undefined,
  uses: readonly Use[],
): boolean {
  const isYoung = ({ metadata }: KubernetesObject): boolean => {
    const created = timeOf(metadata.creationTimestamp);
    return created !== undefined && now - created < ISSUING;
  };
  if (certificate !== undefined) return isYoung(certificate);
  return uses.some(({ ingress }) => {
    const annotations = Object.keys(ingress.metadata.annotations ?? {});
    return annotations.some((key) => key.startsWith('cert-manager.io/')) && isYoung(ingress);
  });
}

function finding(
  snapshot: Snapshot,
  secret: ResourceRef,
  uses: readonly [Use, ...Use[]],
  certificate: UntypedObject | undefined,
): Finding {
  const ingresses = [...new Map(uses.map(({ ingress }) => [ingress, refOf(ingress)])).values()];
  const hosts = [...new Set(uses.flatMap((use) => use.hosts))];
  const count = snapshot.list('Secret', secret.namespace).length;
  const maker = certificate === undefined ? undefined : refOf(certificate);
  const notes = [
    'Controllers serve a default certificate meanwhile, so the routes themselves may work for clients that do not verify it.',
    ...(maker === undefined ? [] : [`${inWords(maker)} should make it: its conditions say why it has not.`]),
    ...similarObjects(snapshot, secret),
    ...elsewhere(snapshot, secret).map((note) =>
      note.replace('pods can only use those', 'an Ingress can only use those'),
    ),
  ];
  return {
    rule: ingressTlsSecretMissing.meta.id,
    subject: secret,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(secret)} with the certificate of ${inWords(ingresses[0] ?? secret)} does not exist`,
    cause: `${listed(ingresses.map((each) => inWords(each)))} ${ingresses.length === 1 ? 'takes' : 'take'} the certificate${hosts.length === 0 ? '' : ` for ${listed(hosts)}`} from Secret ${secret.name}, and namespace ${secret.namespace ?? ''} has no Secret of that name.`,
    evidence: [
      ...uses.slice(0, 3).map(({ ingress, field }) => fromSpec(refOf(ingress), field, secret.name)),
      computed(secret, `not among the ${counted(count, 'Secret')} of namespace ${secret.namespace ?? ''}`),
    ],
    affects: ingresses,
    fixes: [
      {
        summary:
          maker === undefined
            ? `Make ${inWords(secret)} with certificate and key`
            : `Find out why ${inWords(maker)} has not been issued`,
        steps:
          maker === undefined
            ? [
                `Make it with kubectl create secret tls ${secret.name} from the files of the certificate and its key${hosts.length === 0 ? '' : ` for ${listed(hosts)}`}, or let cert-manager issue it.`,
              ]
            : [
                `Read the conditions and events of ${inWords(maker)} and of the CertificateRequest and Order that it made.`,
              ],
        commands:
          maker === undefined
            ? [kubectl(secret.namespace, 'get', 'secrets', '--field-selector', 'type=kubernetes.io/tls')]
            : [kubectl(maker.namespace, 'describe', `certificates.cert-manager.io/${maker.name}`)],
        effect: 'none',
        where: 'cluster',
      },
    ],
    notes,
  };
}
