import { conditionOf, refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Finding,
  type ResourceRef,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { textOf } from '../support/untyped.ts';
import { counted, listed, span } from '../support/words.ts';

const GRACE = 300_000;

/** What stays undone while requests for a signer are not approved. */
const EFFECTS: ReadonlyMap<string, string> = new Map([
  [
    'kubernetes.io/kubelet-serving',
    'without the certificate the API server cannot trust the kubelets: logs, exec and metrics of these nodes fail',
  ],
  [
    'kubernetes.io/kube-apiserver-client-kubelet',
    'without the certificate the kubelets cannot speak to the API server: new nodes do not join, and old ones drop out when theirs ends',
  ],
]);

/** Reports certificate requests of kubelets that nobody approves, one finding for each sort of certificate. */
export const nodeKubeletCsrPending: Analyzer = {
  meta: {
    id: 'node-kubelet-csr-pending',
    title: 'Certificate requests of kubelets are not approved',
    role: 'fault',
    severity: 'warning',
    reads: ['CertificateSigningRequest', 'Node'],
    breaks: ['metrics', 'scheduling'],
    docs: {
      means:
        'Kubelets ask for their certificates with a CertificateSigningRequest, and somebody has to approve it: the controller manager does so for client certificates, serving certificates need an approver of the distribution or a human.',
      decides:
        'Requests for the signers kubelet-serving and kube-apiserver-client-kubelet that are older than 5 min and neither approved, denied nor failed. The newest of them is the subject.',
      silent: 'For other signers, and for requests of which the same node has an approved one that is newer.',
      references: [
        'https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/#certificate-rotation',
      ],
    },
  },
  *analyze({ snapshot, now }) {
    const requests = snapshot.list('CertificateSigningRequest');
    for (const [signer, effect] of EFFECTS) {
      const own = requests.filter(({ spec }) => textOf(spec, 'signerName') === signer);
      const waiting = own
        .filter((request) => !isDecided(request) && ageOf(request, now) >= GRACE && !isOvertaken(request, own))
        .toSorted((a, b) => (createdAt(b) ?? 0) - (createdAt(a) ?? 0));
      const [newest, ...others] = waiting;
      if (newest !== undefined) yield finding(snapshot, { signer, effect, requests: [newest, ...others] });
    }
  },
};

function isDecided({ status }: UntypedObject): boolean {
  return ['Approved', 'Denied', 'Failed'].some((type) => conditionOf(status?.conditions, type) !== undefined);
}

function createdAt({ metadata }: UntypedObject): number | undefined {
  return timeOf(metadata.creationTimestamp);
}

function ageOf(request: UntypedObject, now: number): number {
  return now - (createdAt(request) ?? now);
}

/** A kubelet asks again when nobody answers: once a later request is approved, the earlier ones are left-overs. */
function isOvertaken(request: UntypedObject, all: readonly UntypedObject[]): boolean {
  const who = textOf(request.spec, 'username');
  return all.some(
    (other) =>
      textOf(other.spec, 'username') === who &&
      conditionOf(other.status?.conditions, 'Approved') !== undefined &&
      (createdAt(other) ?? 0) > (createdAt(request) ?? 0),
  );
}

interface Waiting {
  readonly signer: string;
  readonly effect: string;
  readonly requests: readonly [UntypedObject, ...UntypedObject[]];
}

function finding(snapshot: Snapshot, { signer, effect, requests }: Waiting): Finding {
  const [newest] = requests;
  const subject = refOf(newest);
  const oldest = requests.at(-1) ?? newest;
  const users = [...new Set(requests.map(({ spec }) => textOf(spec, 'username') ?? 'an unnamed user'))].toSorted();
  const names = requests.map(({ metadata }) => metadata.name);
  return {
    rule: nodeKubeletCsrPending.meta.id,
    subject,
    discriminator: signer,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', oldest.metadata.creationTimestamp),
    message: `${counted(requests.length, 'certificate request')} of ${listed(users.map((user) => user.replace(/^system:node:/, 'node ')))} ${requests.length === 1 ? 'waits' : 'wait'} for approval`,
    cause: `Nobody has approved or denied ${listed(names)} for signer ${signer} in ${span(ageOf(oldest, snapshot.now.getTime()))}; ${effect}.`,
    detail: { signer, requests: requests.length },
    evidence: [
      fromSpec(subject, 'spec.signerName', signer),
      fromSpec(subject, 'spec.username', textOf(newest.spec, 'username') ?? ''),
      computed(subject, 'no condition Approved, Denied or Failed'),
    ],
    affects: nodesOf(users),
    fixes: [
      {
        summary: `Look at the ${requests.length === 1 ? 'request' : 'requests'}, then approve what your own nodes ask for`,
        steps: [
          'User and names in the request must be those of a machine that you know.',
          'For good, install an approver for serving certificates, or turn serverTLSBootstrap of the kubelets off.',
        ],
        commands: [
          kubectl(undefined, 'get', 'csr'),
          kubectl(undefined, 'describe', 'csr', ...names.slice(0, 10)),
          kubectl(undefined, 'certificate', 'approve', ...names.slice(0, 10)),
        ],
        effect: 'change',
        where: 'cluster',
      },
    ],
    notes: [`${inWords(subject)} is the newest of them.`].filter(() => requests.length > 1),
  };
}

function nodesOf(users: readonly string[]): readonly ResourceRef[] {
  return users.flatMap((user) => {
    const name = /^system:node:(.+)$/.exec(user)?.[1];
    return name === undefined ? [] : [ref('Node', undefined, name)];
  });
}
