import { groupBy } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type Finding, type ResourceRef, type Snapshot } from '@kroot/types';
import {
  CERTIFICATE_KIND,
  certificates,
  conditionAge,
  ISSUER_KINDS,
  type CertificateState,
} from '../support/cert-manager.ts';
import { computed, fromCondition, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, listed } from '../support/words.ts';

const GRACE = 60_000;

/** Reports issuers that certificates name and that do not exist. */
export const issuerMissing: Analyzer = {
  meta: {
    id: 'issuer-missing',
    title: 'Certificate issuer does not exist',
    role: 'fault',
    severity: 'warning',
    reads: [CERTIFICATE_KIND, ...ISSUER_KINDS],
    breaks: ['dependency'],
    docs: {
      means:
        'spec.issuerRef of a Certificate names an Issuer that is not in its namespace, or a ClusterIssuer that does not exist, so nothing is issued.',
      decides:
        'The issuer is proved not to exist, and condition Ready of the Certificate is False for more than a minute.',
      silent: 'For issuers of other groups, and where issuers are not known.',
      references: ['https://cert-manager.io/docs/concepts/issuer/'],
    },
  },
  *analyze({ snapshot }) {
    const broken = certificates(snapshot).filter(
      ({ issuer, ready, object }) =>
        issuer !== undefined &&
        ready?.status === 'False' &&
        conditionAge(snapshot, object, ready) >= GRACE &&
        snapshot.lookup(issuer).state === 'absent',
    );
    for (const group of groupBy(broken, ({ issuer }) => (issuer === undefined ? '' : refKey(issuer))).values()) {
      const subject = group[0]?.issuer;
      if (subject !== undefined) yield finding(snapshot, subject, group);
    }
  },
};

function finding(snapshot: Snapshot, subject: ResourceRef, group: readonly CertificateState[]): Finding {
  const users = group.map(({ ref }) => ref);
  const [first] = group;
  return {
    rule: issuerMissing.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    ...optional('since', first?.ready?.lastTransitionTime),
    message: `${inWords(subject)} does not exist, but ${listed(users.map((each) => inWords(each)))} ${users.length === 1 ? 'wants' : 'want'} it`,
    cause: `${counted(users.length, 'Certificate names', 'Certificates name')} ${subject.kind} ${subject.name} in spec.issuerRef, and there is none${subject.namespace === undefined ? '' : ` in namespace ${subject.namespace}`}.`,
    evidence: [
      ...(first === undefined ? [] : [fromSpec(first.ref, 'spec.issuerRef', `${subject.kind} ${subject.name}`)]),
      ...(first?.ready === undefined ? [] : [fromCondition(first.ref, first.ready)]),
      computed(subject, `not among the ${subject.kind}s of the cluster`),
    ],
    affects: users,
    fixes: users
      .slice(0, 1)
      .map((user) =>
        describeFix(
          user,
          `Correct spec.issuerRef of ${listed(users.map((each) => inWords(each)))}, or create ${inWords(subject)}`,
          [
            'kind Issuer (the default) is looked for in the namespace of the Certificate, kind ClusterIssuer in the whole cluster.',
          ],
        ),
      ),
    ...optional('notes', namesakes(snapshot, subject)),
  };
}

function namesakes(snapshot: Snapshot, { name }: ResourceRef): readonly string[] | undefined {
  const found = ISSUER_KINDS.flatMap((kind) => snapshot.list(kind)).filter(({ metadata }) => metadata.name === name);
  if (found.length === 0) return undefined;
  const words = found.map(({ kind, metadata }) =>
    metadata.namespace === undefined ? `${kind} ${name}` : `${kind} ${metadata.namespace}/${name}`,
  );
  return [`There is ${listed(words)}: perhaps that is meant.`];
}
