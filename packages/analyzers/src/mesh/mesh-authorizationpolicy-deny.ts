import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerContext,
  type Finding,
  type Pod,
  type Service,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { sufferers, waitingPods, type Client } from '../support/clients.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { clientsOf } from '../support/mesh-clients.ts';
import { AUTHORIZATION_POLICY, meshedServices, reachOf } from '../support/mesh.ts';
import { listOf, memberOf, textOf } from '../support/untyped.ts';
import { doing, listed } from '../support/words.ts';

/** Reports policies of Istio that let nobody in. */
export const meshAuthorizationpolicyDeny: Analyzer = {
  meta: {
    id: 'mesh-authorizationpolicy-deny',
    title: 'Authorization policy of the mesh lets nobody in',
    role: 'fault',
    severity: 'warning',
    reads: [
      AUTHORIZATION_POLICY,
      'Service',
      'Pod',
      'Namespace',
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'ReplicaSet',
    ],
    breaks: ['dependency', 'network'],
    docs: {
      means:
        'The sidecars of a Service answer every request with 403: a policy allows nothing and no other one allows anything, or one denies everything.',
      decides:
        'An ALLOW policy without rules holds for the pods of a Service, and no ALLOW policy with rules does; or a DENY policy has a rule without conditions. A running program whose settings name the Service is known.',
      silent:
        'Where another policy allows something (its conditions are not judged), for policies with targetRefs, and where no client is known.',
      references: ['https://istio.io/latest/docs/reference/config/security/authorization-policy/'],
    },
  },
  *analyze(context) {
    const { snapshot } = context;
    const closed = new Map<UntypedObject, { readonly service: Service; readonly clients: readonly Client[] }[]>();
    for (const { service, pods } of snapshot.list(AUTHORIZATION_POLICY).length === 0 ? [] : meshedServices(snapshot)) {
      const policy = closing(snapshot, pods);
      const known = policy === undefined ? [] : clientsOf(context, service, pods);
      if (policy === undefined || known.length === 0) continue;
      closed.set(policy, [...(closed.get(policy) ?? []), { service, clients: known }]);
    }
    for (const [policy, cut] of closed) yield finding(context, policy, cut);
  },
};

/** The policy that closes all of these pods. */
function closing(snapshot: Snapshot, pods: readonly Pod[]): UntypedObject | undefined {
  const [first, ...others] = pods.map((pod) => closingOne(snapshot, pod));
  return others.every((policy) => policy === first) ? first : undefined;
}

function closingOne(snapshot: Snapshot, pod: Pod): UntypedObject | undefined {
  const applying = snapshot
    .list(AUTHORIZATION_POLICY)
    .filter((policy) => memberOf(policy.spec, 'targetRefs') === undefined && reachOf(policy, pod) !== undefined);
  const denying = applying.find(
    (policy) => actionOf(policy) === 'DENY' && rulesOf(policy).some((rule) => isEmpty(rule)),
  );
  if (denying !== undefined) return denying;
  const allowing = applying.filter((policy) => actionOf(policy) === 'ALLOW');
  return allowing.some((policy) => rulesOf(policy).length > 0) ? undefined : allowing[0];
}

function actionOf({ spec }: UntypedObject): string {
  return textOf(spec, 'action') ?? 'ALLOW';
}

function rulesOf({ spec }: UntypedObject): readonly unknown[] {
  return listOf(spec, 'rules');
}

function isEmpty(rule: unknown): boolean {
  return typeof rule === 'object' && rule !== null && Object.keys(rule).length === 0;
}

interface Closed {
  readonly service: Service;
  readonly clients: readonly Client[];
}

function finding({ now }: AnalyzerContext, policy: UntypedObject, cut: readonly Closed[]): Finding {
  const subject = refOf(policy);
  const denies = actionOf(policy) === 'DENY';
  const services = cut.map(({ service }) => inWords(refOf(service)));
  const all = cut.flatMap(({ clients }) => clients);
  const names = [...new Set(all.map(({ ref }) => inWords(ref)))];
  const created = Date.parse(policy.metadata.creationTimestamp ?? '');
  return {
    rule: meshAuthorizationpolicyDeny.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    ...(Number.isNaN(created) || created > now ? {} : { since: new Date(created).toISOString() }),
    message: `${inWords(subject)} lets nobody reach ${listed(services)}`,
    cause: `${inWords(subject)} ${denies ? 'denies every request' : 'allows no request, and no other policy allows any'}, and ${doing(names, 'talks', 'talk')} to ${listed(services)}.`,
    evidence: [
      fromSpec(subject, 'spec', denies ? 'action: DENY with a rule without conditions' : 'action: ALLOW without rules'),
      ...cut
        .slice(0, 2)
        .map(({ service, clients }) =>
          computed(
            refOf(service),
            `its pods are in the mesh; ${listed(clients.map(({ ref }) => inWords(ref)))} ${clients.length === 1 ? 'names' : 'name'} it`,
          ),
        ),
    ],
    affects: sufferers(all.map((client) => ({ client, pods: waitingPods(client) }))),
    fixes: [
      {
        summary: `Allow ${listed(names)} in a policy for ${listed(services)}`,
        steps: [
          denies
            ? `Give the rule in ${inWords(subject)} the conditions that are meant: a DENY policy wins over every ALLOW policy.`
            : 'Add an ALLOW policy whose rules name the clients, by principal or namespace.',
        ],
        commands: [kubectl(subject.namespace, 'get', 'authorizationpolicies.security.istio.io', '-o', 'yaml')],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
