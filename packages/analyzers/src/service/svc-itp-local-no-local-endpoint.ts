import { refOf, serviceEndpoints } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type AnalyzerContext, type Finding, type Service } from '@kroot/types';
import { clients, sufferers, waitingPods, type Client } from '../support/clients.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { counted, doing, listed } from '../support/words.ts';

/** Reports Services that only serve their own node and have no endpoint where their clients run. */
export const svcItpLocalNoLocalEndpoint: Analyzer = {
  meta: {
    id: 'svc-itp-local-no-local-endpoint',
    title: 'Service serves its own node only, and not that of its client',
    role: 'fault',
    severity: 'warning',
    reads: ['Service', 'EndpointSlice', 'Endpoints', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
    breaks: ['dependency', 'network'],
    docs: {
      means:
        'With internalTrafficPolicy Local a pod reaches only the endpoints of its own node. On nodes without one its connections are dropped, although the Service has endpoints elsewhere.',
      decides:
        'The Service has the policy and ready endpoints, all of them with their nodes, and a program whose settings name it runs on a node without any.',
      silent:
        'For headless Services, where no client is known on such a node, and where the endpoints or their nodes are not all known.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/service-traffic-policy/'],
    },
  },
  *analyze(context) {
    for (const service of context.snapshot.list('Service')) {
      if (service.spec?.internalTrafficPolicy !== 'Local' || service.spec.clusterIP === 'None') continue;
      const nodes = servedNodes(context, service);
      const cut = nodes === undefined ? [] : clientsElsewhere(context, service, nodes);
      if (nodes !== undefined && cut.length > 0) yield finding(service, nodes, cut);
    }
  },
};

/** The nodes with a ready endpoint; undefined where that is not known, or there is none at all. */
function servedNodes({ snapshot }: AnalyzerContext, service: Service): ReadonlySet<string> | undefined {
  const { complete, ready, source } = serviceEndpoints(snapshot, service);
  if (!complete || source === 'unknown' || ready.length === 0) return undefined;
  const nodes = ready.map(({ nodeName, pod }) => nodeName ?? pod?.spec.nodeName);
  const known = nodes.filter((name) => name !== undefined);
  return known.length === nodes.length ? new Set(known) : undefined;
}

interface CutOff {
  readonly client: Client;
  readonly nodes: readonly string[];
}

function clientsElsewhere(
  { snapshot, graph }: AnalyzerContext,
  service: Service,
  served: ReadonlySet<string>,
): readonly CutOff[] {
  const talking = new Set(
    graph
      .dependents(refOf(service))
      .filter(({ relation }) => relation === 'talks-to')
      .map(({ from }) => refKey(from)),
  );
  return clients(snapshot).flatMap((client) => {
    if (!talking.has(refKey(client.ref))) return [];
    const names = client.pods.map(({ pod }) => pod.spec.nodeName ?? '');
    const nodes = [...new Set(names)].filter((name) => name !== '' && !served.has(name)).toSorted();
    return nodes.length === 0 ? [] : [{ client, nodes }];
  });
}

function finding(service: Service, served: ReadonlySet<string>, cut: readonly CutOff[]): Finding {
  const subject = refOf(service);
  const who = listed(cut.map(({ client }) => inWords(client.ref)));
  const nodes = [...new Set(cut.flatMap((each) => each.nodes))].toSorted();
  const waiting = cut.map((each) => ({
    client: each.client,
    pods: waitingPods(each.client).filter(({ pod }) => each.nodes.includes(pod.spec.nodeName ?? '')),
  }));
  return {
    rule: svcItpLocalNoLocalEndpoint.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} has no endpoint on ${listed(nodes)}, where ${who} ${cut.length === 1 ? 'needs' : 'need'} one`,
    cause: `internalTrafficPolicy is Local, the ready endpoints are on ${listed([...served].toSorted())}, and ${doing(
      cut.map(({ client }) => inWords(client.ref)),
      'runs',
      'run',
    )} on ${listed(nodes)}.`,
    evidence: [
      fromSpec(subject, 'spec.internalTrafficPolicy', 'Local'),
      computed(subject, `ready endpoints on ${counted(served.size, 'node')}: ${listed([...served].toSorted(), 6)}`),
      ...cut.slice(0, 2).map((each) => computed(each.client.ref, `has pods on ${listed(each.nodes)}`)),
    ],
    affects: sufferers(waiting),
    fixes: [
      {
        summary: `Set internalTrafficPolicy of ${inWords(subject)} to Cluster`,
        steps: [
          'Pods then reach the endpoints of all nodes. To keep traffic on its node, run the backend as a DaemonSet.',
        ],
        commands: [jsonPatch(subject, [{ op: 'replace', path: '/spec/internalTrafficPolicy', value: 'Cluster' }])],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
