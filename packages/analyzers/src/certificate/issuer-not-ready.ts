import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  sameRef,
  type Analyzer,
  type Condition,
  type Finding,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { CERTIFICATE_KIND, certificates, conditionAge, ISSUER_KINDS } from '../support/cert-manager.ts';
import { fromCondition } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, inline } from '../support/words.ts';

const GRACE = 300_000;

/** Reports issuers of cert-manager that cannot issue. */
export const issuerNotReady: Analyzer = {
  meta: {
    id: 'issuer-not-ready',
    title: 'Certificate issuer is not ready',
    role: 'fault',
    severity: 'warning',
    reads: [...ISSUER_KINDS, CERTIFICATE_KIND],
    breaks: ['dependency'],
    docs: {
      means: 'No certificate of this issuer is made or renewed.',
      decides: 'Condition Ready of the Issuer or ClusterIssuer is False for more than five minutes.',
      silent: 'In the first five minutes, while it registers an account.',
      references: ['https://cert-manager.io/docs/troubleshooting/'],
    },
  },
  *analyze({ snapshot }) {
    for (const issuer of ISSUER_KINDS.flatMap((kind) => snapshot.list(kind))) {
      const ready = issuer.status?.conditions?.find(({ type }) => type === 'Ready');
      if (ready?.status === 'False' && conditionAge(snapshot, issuer, ready) >= GRACE)
        yield finding(snapshot, issuer, ready);
    }
  },
};

function finding(snapshot: Snapshot, issuer: UntypedObject, ready: Condition): Finding {
  const subject = refOf(issuer);
  const users = certificates(snapshot)
    .filter((state) => state.issuer !== undefined && sameRef(state.issuer, subject))
    .map(({ ref }) => ref);
  const reason = ready.reason ?? 'Ready=False';
  return {
    rule: issuerNotReady.meta.id,
    subject,
    severity: users.length === 0 ? 'info' : 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', ready.lastTransitionTime),
    message: `${inWords(subject)} cannot issue certificates (${reason})`,
    cause: `cert-manager says of ${inWords(subject)}, which ${counted(users.length, 'Certificate uses', 'Certificates use')}: ${inline(ready.message ?? reason)}.`,
    evidence: [fromCondition(subject, ready)],
    fixes: [
      describeFix(subject, `Correct ${inWords(subject)}`, [
        'Its condition names what fails: the account at the ACME server, the Secret of the CA, or the access to Vault.',
      ]),
    ],
  };
}
