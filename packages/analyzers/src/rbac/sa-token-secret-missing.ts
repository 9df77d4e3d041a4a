import { labelValue, refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Finding,
  type ResourceRef,
  type Secret,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';

const ACCOUNT = 'kubernetes.io/service-account.name';
/** The token controller fills such a Secret within seconds. */
const GRACE = 60_000;

/** Reports Secrets that were made for the token of a ServiceAccount and hold none. */
export const saTokenSecretMissing: Analyzer = {
  meta: {
    id: 'sa-token-secret-missing',
    title: 'Secret for the token of a ServiceAccount holds none',
    role: 'fault',
    severity: 'warning',
    reads: ['Secret', 'ServiceAccount'],
    breaks: ['container-config', 'volume'],
    docs: {
      means:
        'Somebody made a Secret of type kubernetes.io/service-account-token, and the controller manager has not put a token into it, so whoever reads it cannot log in.',
      decides:
        'The keys of such a Secret are known and `token` is not among them, more than a minute after it was made.',
      silent:
        'For ServiceAccounts without any such Secret, which is normal since Kubernetes 1.24, and where the keys of Secrets are not known.',
      references: ['https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets'],
    },
  },
  *analyze({ snapshot, now }) {
    for (const secret of snapshot.list('Secret')) {
      if (isEmptyToken(secret) && now - (timeOf(secret.metadata.creationTimestamp) ?? 0) >= GRACE)
        yield finding(snapshot, secret);
    }
  },
};

function isEmptyToken({ type, dataKeys, metadata }: Secret): boolean {
  const asked = type === 'kubernetes.io/service-account-token' && metadata.deletionTimestamp === undefined;
  return asked && dataKeys !== undefined && !dataKeys.includes('token');
}

function finding(snapshot: Snapshot, secret: Secret): Finding {
  const subject = refOf(secret);
  const name = labelValue(secret.metadata.annotations, ACCOUNT) ?? '';
  const account = ref('ServiceAccount', subject.namespace, name);
  const isGone = name !== '' && snapshot.lookup(account).state === 'absent';
  return {
    rule: saTokenSecretMissing.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} holds no token of ServiceAccount ${name}`,
    cause: causeOf(name, account, isGone),
    evidence: [
      fromSpec(subject, `metadata.annotations[${ACCOUNT}]`, name === '' ? 'not set' : name),
      computed(subject, `its keys are: ${(secret.dataKeys ?? []).join(', ') || 'none'}`),
    ],
    fixes: [
      {
        summary: isGone ? `Create ${inWords(account)}` : `See whether the controller manager works`,
        steps: [
          'The token controller fills the Secret by itself; new programs do better with a projected token, which it does not need.',
        ],
        commands: [kubectl(subject.namespace, 'get', 'serviceaccounts')],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}

function causeOf(name: string, account: ResourceRef, isGone: boolean): string {
  if (name === '') return `The Secret does not say in annotation ${ACCOUNT} whose token it is for.`;
  return isGone
    ? `${inWords(account)} does not exist, so there is no token to put into it.`
    : `The token controller of the controller manager has not filled it, although ${inWords(account)} is named in it.`;
}
