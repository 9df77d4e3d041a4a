import { groupBy, topOwner } from '@kroot/graph';
import { CONFIDENCE, ref, refKey, type Analyzer, type Finding, type ResourceRef, type Snapshot } from '@kroot/types';
import { lacksToken } from '../messages/forbidden.ts';
import { claims, type Claim } from '../support/claims.ts';
import { fromContainer, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { present } from '../support/present.ts';
import { jsonPatch, podSpecPath, podSpecPointer } from '../support/template-patch.ts';

interface Tokenless {
  readonly claim: Claim;
  readonly owner: ResourceRef;
  /** Who says that no token is mounted. */
  readonly subject: ResourceRef;
}

/** Reports programs that need a token for the API and get none, because somebody turned that off. */
export const saTokenAutomountOff: Analyzer = {
  meta: {
    id: 'sa-token-automount-off',
    title: 'Program needs the token of its ServiceAccount, which is not mounted',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'ServiceAccount', 'Event'],
    breaks: ['dependency'],
    docs: {
      means:
        'The program wants to talk to the Kubernetes API and finds no token, because automountServiceAccountToken is false.',
      decides:
        'A container ends again and again, its last words say that a file below /var/run/secrets/kubernetes.io/serviceaccount is missing, and the pod or its ServiceAccount sets automountServiceAccountToken to false.',
      silent: 'For the many programs that do without the API: without such words nothing is said.',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting',
      ],
    },
  },
  *analyze({ snapshot }) {
    const found = [...claims(snapshot).values()].flat().flatMap((claim) => tokenless(snapshot, claim) ?? []);
    for (const group of groupBy(found, ({ subject }) => refKey(subject)).values()) {
      const [first] = group;
      if (first !== undefined) yield finding(first, group);
    }
  },
};

function tokenless(snapshot: Snapshot, claim: Claim): Tokenless | undefined {
  const { pod, state } = claim;
  if (!lacksToken(state.terminated?.message)) return undefined;
  const owner = topOwner(snapshot, pod.pod);
  const own = pod.pod.spec.automountServiceAccountToken;
  if (own === false) return { claim, owner, subject: owner };
  const account = ref('ServiceAccount', pod.ref.namespace, pod.pod.spec.serviceAccountName ?? 'default');
  const off = present(snapshot, 'ServiceAccount', account.namespace, account.name)?.automountServiceAccountToken;
  return own === undefined && off === false ? { claim, owner, subject: account } : undefined;
}

function finding({ claim, owner, subject }: Tokenless, group: readonly Tokenless[]): Finding {
  const pods = group.map((each) => each.claim.pod);
  const owners = new Map(group.map((each) => [refKey(each.owner), each.owner]));
  const byAccount = subject.kind === 'ServiceAccount';
  const field = 'automountServiceAccountToken';
  const where = byAccount ? field : `${podSpecPath(subject)}.${field}`;
  return {
    rule: saTokenAutomountOff.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(pods)),
    message: `${inWords(owner)} needs a token for the API, and ${byAccount ? inWords(subject) : 'its template'} turns the mount off`,
    cause: `Container "${claim.state.name}" of ${inWords(owner)} looks for the token of its ServiceAccount, and ${where} of ${inWords(subject)} is false.`,
    evidence: [fromContainer(claim.pod.ref, claim.state), fromSpec(subject, where, 'false')],
    affects: [...refsOfPods(pods), ...[...owners.values()].filter(({ kind }) => kind !== 'Pod')],
    fixes: [
      {
        summary: `Let ${inWords(owner)} have the token`,
        steps: ['Set it in the pod template, where it counts before the setting of the ServiceAccount.'],
        commands: [jsonPatch(owner, [{ op: 'add', path: `${podSpecPointer(owner)}/${field}`, value: true }])],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
