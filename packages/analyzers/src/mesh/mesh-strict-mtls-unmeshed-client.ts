import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
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
import { isMeshed, meshedServices, PEER_AUTHENTICATION, reachOf } from '../support/mesh.ts';
import { memberOf, textOf } from '../support/untyped.ts';
import { doing, listed } from '../support/words.ts';

/** Reports clients outside of the mesh of Services that take mutual TLS only. */
export const meshStrictMtlsUnmeshedClient: Analyzer = {
  meta: {
    id: 'mesh-strict-mtls-unmeshed-client',
    title: 'Client outside of the mesh of a Service that insists on mutual TLS',
    role: 'fault',
    severity: 'warning',
    reads: [PEER_AUTHENTICATION, 'Service', 'Pod', 'Namespace', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
    breaks: ['dependency', 'network'],
    docs: {
      means:
        'The sidecars of the Service refuse plain connections, and the client has no sidecar that would make them mutual TLS: it is reset.',
      decides:
        'The narrowest PeerAuthentication for the pods of a Service says STRICT, and a running program whose settings name the Service has pods without sidecar and not in ambient mode.',
      silent: 'For policies with ports of their own, for clients that are in the mesh, and where no client is known.',
      references: ['https://istio.io/latest/docs/reference/config/security/peer_authentication/'],
    },
  },
  *analyze(context) {
    const { snapshot } = context;
    const found = new Map<string, { readonly policy: UntypedObject; readonly cut: CutOff[] }>();
    for (const { service, pods } of snapshot.list(PEER_AUTHENTICATION).length === 0 ? [] : meshedServices(snapshot)) {
      const policy = strictFor(snapshot, pods);
      if (policy === undefined) continue;
      for (const client of clientsOf(context, service, pods)) {
        if (!client.pods.every(({ pod }) => !isMeshed(snapshot, pod))) continue;
        const known = found.get(refKey(refOf(policy)));
        if (known === undefined) found.set(refKey(refOf(policy)), { policy, cut: [{ client, service }] });
        else known.cut.push({ client, service });
      }
    }
    for (const { policy, cut } of found.values()) yield finding(context, policy, cut);
  },
};

interface CutOff {
  readonly client: Client;
  readonly service: Service;
}

/** The policy that decides for all of these pods, if it is strict on every port. */
function strictFor(snapshot: Snapshot, pods: readonly Pod[]): UntypedObject | undefined {
  const [first, ...others] = pods.map((pod) => decisive(snapshot, pod));
  if (first === undefined || others.some((policy) => policy !== first)) return undefined;
  const isStrict =
    textOf(first.spec, 'mtls', 'mode') === 'STRICT' && memberOf(first.spec, 'portLevelMtls') === undefined;
  return isStrict ? first : undefined;
}

/** The narrowest policy that says a mode; of equally narrow ones the oldest. */
function decisive(snapshot: Snapshot, pod: Pod): UntypedObject | undefined {
  const applying = snapshot.list(PEER_AUTHENTICATION).flatMap((policy) => {
    const reach = reachOf(policy, pod);
    const mode = textOf(policy.spec, 'mtls', 'mode') ?? 'UNSET';
    return reach === undefined || mode === 'UNSET'
      ? []
      : [{ policy, reach, created: policy.metadata.creationTimestamp ?? '' }];
  });
  const [narrowest] = applying.toSorted((a, b) => b.reach - a.reach || (a.created < b.created ? -1 : 1));
  return narrowest?.policy;
}

function finding({ now }: AnalyzerContext, policy: UntypedObject, cut: readonly CutOff[]): Finding {
  const subject = refOf(policy);
  const names = [...new Set(cut.map(({ client }) => inWords(client.ref)))];
  const services = [...new Set(cut.map(({ service }) => inWords(refOf(service))))];
  const created = Date.parse(policy.metadata.creationTimestamp ?? '');
  const [first] = cut;
  const namespace = first?.client.namespace ?? '';
  return {
    rule: meshStrictMtlsUnmeshedClient.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    ...(Number.isNaN(created) || created > now ? {} : { since: new Date(created).toISOString() }),
    message: `${listed(services)} ${services.length === 1 ? 'takes' : 'take'} mutual TLS only, and ${doing(names, 'is', 'are')} outside of the mesh`,
    cause: `${inWords(subject)} sets mode STRICT for ${listed(services)}, and ${doing(names, 'has', 'have')} no sidecar that could speak it.`,
    evidence: [
      fromSpec(subject, 'spec.mtls.mode', 'STRICT'),
      ...cut
        .slice(0, 2)
        .map(({ client, service }) =>
          computed(client.ref, `names ${inWords(refOf(service))}; its pods have no container istio-proxy`),
        ),
    ],
    affects: sufferers(cut.map(({ client }) => ({ client, pods: waitingPods(client) }))),
    fixes: [
      {
        summary: `Bring ${listed(names)} into the mesh`,
        steps: [
          `Label namespace ${namespace} with istio-injection=enabled (or the revision in use) and restart the workload.`,
          `Or set mode PERMISSIVE in ${inWords(subject)} until the clients have moved.`,
        ],
        commands: [
          kubectl(undefined, 'get', 'namespace', namespace, '--show-labels'),
          kubectl(subject.namespace, 'get', `peerauthentications.security.istio.io/${subject.name}`, '-o', 'yaml'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
