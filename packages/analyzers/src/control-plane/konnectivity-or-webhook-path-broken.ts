import { CONFIDENCE, ref, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { agentOf } from '../support/konnectivity.ts';
import { closedPaths, servicesOf, type ClosedPath } from '../support/closed-paths.ts';
import { computed } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { listed } from '../support/words.ts';

/** Reports that the API server reaches no pods, by several Services that it cannot call although their pods are ready. */
export const konnectivityOrWebhookPathBroken: Analyzer = {
  meta: {
    id: 'konnectivity-or-webhook-path-broken',
    title: 'API server does not reach the pods of the cluster',
    role: 'fault',
    severity: 'critical',
    reads: [
      'APIService',
      'Service',
      'Pod',
      'Event',
      'Deployment',
      'DaemonSet',
      'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration',
      'NetworkPolicy',
    ],
    breaks: ['network', 'admission', 'extension-api'],
    waitsFor: ['availability'],
    docs: {
      means:
        'Webhooks and extension APIs run in pods, and the way from the control plane to the pod network is closed: a firewall or security group, a route, or the konnectivity tunnel. Each of them times out, and none of them is at fault.',
      decides:
        'At least two Services, called by webhooks that time out or by APIServices that are not available for want of an answer, have ready pods. Where agents of konnectivity are seen, they are the subject; if none of them is ready, that is the cause.',
      silent:
        'When one Service alone does not answer, or when the pods behind it are not ready or are isolated by a NetworkPolicy: then it is that one.',
      references: [
        'https://kubernetes.io/docs/concepts/architecture/control-plane-node-communication/#control-plane-to-node',
      ],
    },
  },
  *analyze({ snapshot }) {
    const paths = closedPaths(snapshot);
    if (servicesOf(paths).length >= 2) yield finding(snapshot, paths);
  },
};

function finding(snapshot: Snapshot, paths: readonly ClosedPath[]): Finding {
  const services = servicesOf(paths).map((service) => inWords(service));
  const agent = agentOf(snapshot);
  const subject = agent?.ref ?? ref('Service', 'default', 'kubernetes');
  return {
    rule: konnectivityOrWebhookPathBroken.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.strong,
    message: `API server does not reach ${listed(services)}, whose pods are ready`,
    cause: `${listed(paths.map(({ caller }) => inWords(caller)))} get no answer from ${listed(services)}, so it is the way from the control plane to the pods that is closed.`,
    detail: { services },
    evidence: [
      ...paths.flatMap(({ evidence }) => evidence.slice(0, 1)).slice(0, 3),
      computed(subject, `pods behind ${listed(services)} are ready`),
    ],
    ...(agent?.isDown === true
      ? { because: [{ ref: agent.ref, mechanism: 'availability' as const }] }
      : { waitsFor: [] }),
    affects: paths.map(({ caller }) => caller),
    fixes: [
      {
        summary: 'Open the way from the control plane to the pods',
        steps: [
          'Firewall rules and security groups must let the API servers reach the nodes and pods on the ports of webhooks and APIs: mostly 443, 8443, 9443, 10250 and 4443.',
          'With konnectivity or an SSH tunnel: its agents must run on the nodes and be connected to the server.',
        ],
        commands: [
          kubectl(undefined, 'get', 'apiservices'),
          ...(agent === undefined ? [] : [kubectl(agent.ref.namespace, 'describe', kubectlName(agent.ref))]),
        ],
        effect: 'none',
        where: 'node',
      },
    ],
  };
}
