import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Condition,
  type Finding,
  type ResourceRef,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { computed, fromCondition, fromSpec } from '../support/evidence.ts';
import { currentCondition, ROUTE_GRACE } from '../support/gateway-api.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { listOf, textOf } from '../support/untyped.ts';
import { inline } from '../support/words.ts';

const KIND = 'BackendTLSPolicy.gateway.networking.k8s.io';

/** Reports policies on TLS to backends that a Gateway does not accept. */
export const backendtlsPolicyInvalid: Analyzer = {
  meta: {
    id: 'backendtls-policy-invalid',
    title: 'Policy on TLS to a backend is not valid',
    role: 'fault',
    severity: 'warning',
    reads: [KIND, 'ConfigMap', 'Service'],
    breaks: ['route'],
    docs: {
      means:
        'The Gateway cannot verify the certificate of a backend as the policy says, and answers requests to that backend with an error.',
      decides:
        'Accepted or ResolvedRefs is False in status.ancestors of the policy for more than a minute. A ConfigMap with the CA that is proved not to exist is the subject, else the policy.',
      silent: 'While the condition speaks of an older generation of the policy.',
      references: ['https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/'],
    },
  },
  *analyze({ snapshot }) {
    for (const policy of snapshot.list(KIND)) {
      const condition = (policy.status?.ancestors ?? [])
        .flatMap(({ conditions }) =>
          ['Accepted', 'ResolvedRefs'].map((type) =>
            currentCondition(snapshot, policy, conditions, { type, status: 'False', grace: ROUTE_GRACE }),
          ),
        )
        .find((each) => each !== undefined);
      if (condition !== undefined && policy.metadata.deletionTimestamp === undefined)
        yield finding(snapshot, policy, condition);
    }
  },
};

interface Authority {
  readonly ref: ResourceRef;
  readonly path: string;
}

function authorities({ spec, metadata }: UntypedObject): readonly Authority[] {
  return listOf(spec, 'validation', 'caCertificateRefs').flatMap((each, i) => {
    const name = textOf(each, 'name');
    const kind = textOf(each, 'kind') ?? 'ConfigMap';
    if (name === undefined || metadata.namespace === undefined) return [];
    const target = { group: textOf(each, 'group') ?? '', kind, namespace: metadata.namespace, name };
    return [{ ref: target, path: `spec.validation.caCertificateRefs[${i}]` }];
  });
}

function finding(snapshot: Snapshot, policy: UntypedObject, condition: Condition): Finding {
  const own = refOf(policy);
  const missing = authorities(policy).find(({ ref }) => snapshot.lookup(ref).state === 'absent');
  const subject = missing?.ref ?? own;
  const targets = listOf(policy.spec, 'targetRefs').flatMap((each): readonly ResourceRef[] => {
    const name = textOf(each, 'name');
    if (name === undefined || textOf(each, 'kind') !== 'Service' || own.namespace === undefined) return [];
    return [{ group: '', kind: 'Service', namespace: own.namespace, name }];
  });
  const reason = condition.reason ?? `${condition.type}=False`;
  return {
    rule: backendtlsPolicyInvalid.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message:
      missing === undefined
        ? `${inWords(own)} is not valid (${reason})`
        : `${inWords(subject)} with the CA of ${inWords(own)} does not exist`,
    cause: `The controller of the Gateway says of ${inWords(own)}: ${inline(condition.message ?? reason)}.`,
    evidence: [
      fromCondition(own, condition),
      ...(missing === undefined
        ? []
        : [
            fromSpec(own, missing.path, inWords(missing.ref)),
            computed(missing.ref, `not in namespace ${own.namespace ?? ''}`),
          ]),
    ],
    affects: [own, ...targets],
    fixes: [
      describeFix(own, missing === undefined ? `Correct ${inWords(own)}` : `Make ${inWords(subject)} with key ca.crt`, [
        missing === undefined
          ? 'The condition names what is wrong: the target, the CA, or another policy on the same Service.'
          : `It must hold the certificate of the authority that signed the certificates of the backend, or name an existing one in ${missing.path}.`,
      ]),
    ],
  };
}
