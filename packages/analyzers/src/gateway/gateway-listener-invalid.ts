import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { computed, fromCondition, fromSpec } from '../support/evidence.ts';
import { GATEWAY_KIND } from '../support/gateway-api.ts';
import { describeFix, inWords, kubectl, kubectlApply } from '../support/kubectl.ts';
import { brokenListeners, type BrokenListener } from '../support/listeners.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';

/** Reports listeners of Gateways that do not work: certificates, references, conflicts. */
export const gatewayListenerInvalid: Analyzer = {
  meta: {
    id: 'gateway-listener-invalid',
    title: 'Listener of a Gateway is invalid',
    role: 'fault',
    severity: 'critical',
    reads: [GATEWAY_KIND, 'Secret', 'ReferenceGrant.gateway.networking.k8s.io'],
    breaks: ['route'],
    docs: {
      means:
        'One port of the Gateway does not serve: its certificate is missing or may not be read, or it conflicts with another listener.',
      decides:
        'In status.listeners ResolvedRefs or Accepted is False, or Conflicted is True, for more than a minute. A Secret that is proved not to exist is the subject, else the Gateway.',
      silent: 'While the conditions speak of an older generation. Other listeners of the Gateway do not matter.',
      references: ['https://gateway-api.sigs.k8s.io/reference/spec/#listenerconditionreason'],
    },
  },
  *analyze({ snapshot }) {
    for (const broken of brokenListeners(snapshot)) yield finding(snapshot, broken);
  },
};

function finding(snapshot: Snapshot, { gateway, name, listener, condition }: BrokenListener): Finding {
  const target = refOf(gateway);
  const reason = condition.reason ?? `${condition.type}=${condition.status}`;
  const secrets = listener?.certificates ?? [];
  const missing =
    reason === 'InvalidCertificateRef'
      ? secrets.find((secret) => snapshot.lookup(secret).state === 'absent')
      : undefined;
  const path = `spec.listeners[${listener?.index ?? 0}]`;
  return {
    rule: gatewayListenerInvalid.meta.id,
    subject: missing ?? target,
    discriminator: name,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message:
      missing === undefined
        ? `Listener ${name} of ${inWords(target)} is invalid (${reason})`
        : `${inWords(missing)} does not exist, but listener ${name} of ${inWords(target)} serves its certificate`,
    cause: `The controller of ${inWords(target)} says of listener ${name}: ${inline(condition.message ?? reason)}.`,
    evidence: [
      fromCondition(target, condition),
      ...secrets.slice(0, 1).map((secret) => fromSpec(target, `${path}.tls.certificateRefs`, inWords(secret))),
      ...(missing === undefined
        ? []
        : [computed(missing, `not among the Secrets of namespace ${missing.namespace ?? ''}`)]),
    ],
    affects: [target],
    fixes: fixesOf(target, reason, missing, secrets),
  };
}

function fixesOf(
  gateway: ResourceRef,
  reason: string,
  missing: ResourceRef | undefined,
  secrets: readonly ResourceRef[],
): readonly Fix[] {
  const look = describeFix(gateway, `Correct the listener in ${inWords(gateway)}`, [
    reason.endsWith('Conflict')
      ? 'Two listeners may not share port and hostname, or port with different protocols: change one of them.'
      : 'Its condition names the field that is wrong.',
  ]);
  if (missing !== undefined) {
    return [
      {
        summary: `Create ${inWords(missing)} with the certificate`,
        steps: [
          `If cert-manager or another controller makes it, see why it has not; else put tls.crt and tls.key into a Secret of type kubernetes.io/tls.`,
        ],
        commands: [kubectl(missing.namespace, 'get', 'secrets', '--field-selector=type=kubernetes.io/tls')],
        effect: 'none',
        where: 'cluster',
      },
      look,
    ];
  }
  const foreign =
    reason === 'RefNotPermitted' ? secrets.find(({ namespace }) => namespace !== gateway.namespace) : undefined;
  if (foreign === undefined) return [look];
  const manifest = JSON.stringify({
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: `allow-${gateway.namespace ?? 'default'}`, namespace: foreign.namespace },
    spec: {
      from: [{ group: gateway.group, kind: 'Gateway', namespace: gateway.namespace }],
      to: [{ group: '', kind: 'Secret', name: foreign.name }],
    },
  });
  return [
    {
      summary: `Allow ${inWords(gateway)} to use ${inWords(foreign)}`,
      steps: [
        `A ReferenceGrant in namespace ${foreign.namespace ?? ''} permits it; whoever owns that namespace has to agree.`,
      ],
      commands: [kubectlApply(manifest)],
      effect: 'change',
      where: 'cluster',
    },
    look,
  ];
}
