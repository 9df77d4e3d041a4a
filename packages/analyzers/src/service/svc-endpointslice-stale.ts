import { refOf, serviceEndpoints } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { componentPods } from '../support/control-plane-pods.ts';
import { staleServices, type StaleService } from '../support/endpoint-drift.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { counted, listed, span } from '../support/words.ts';

/** Reports Services whose EndpointSlices lack pods that have been ready for minutes. */
export const svcEndpointsliceStale: Analyzer = {
  meta: {
    id: 'svc-endpointslice-stale',
    title: 'EndpointSlices do not follow their pods',
    role: 'fault',
    severity: 'critical',
    reads: ['Service', 'EndpointSlice', 'Pod', 'Lease'],
    breaks: ['endpoints', 'route', 'dependency'],
    waitsFor: ['endpoints'],
    docs: {
      means:
        'Pods are ready and selected, and the endpoint controller has not written them down, so that nothing is sent to them. The controller stands still or is refused.',
      decides:
        'All pods, Services and EndpointSlices are known. A pod that the selector selects has been ready for two minutes, has an address of the family and a port of the Service, and is in no slice of it. Less certain when the Service has no slice at all: the input may lack it.',
      silent:
        'For Services and pods that are younger or were just changed, for pods without the port or of another IP family, and in captures without EndpointSlices.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/'],
    },
  },
  *analyze({ snapshot }) {
    for (const stale of staleServices(snapshot)) yield finding(snapshot, stale);
  },
};

function finding(snapshot: Snapshot, { service, missing, since, readyEndpoints, unseen }: StaleService): Finding {
  const subject = refOf(service);
  const pods = missing.map((pod) => pod.metadata.name);
  const age = span(snapshot.now.getTime() - since);
  const { selected } = serviceEndpoints(snapshot, service);
  const managers = componentPods(snapshot, 'kube-controller-manager').map((pod) => pod.ref);
  return {
    rule: svcEndpointsliceStale.meta.id,
    subject,
    severity: readyEndpoints === 0 && !unseen ? 'critical' : 'warning',
    confidence: unseen ? CONFIDENCE.heuristic : CONFIDENCE.proved,
    since: new Date(since).toISOString(),
    message: `The endpoints of ${inWords(subject)} lack ${counted(missing.length, 'pod')} that ${missing.length === 1 ? 'has' : 'have'} been ready for ${age}`,
    cause: `${inWords(subject)} selects ${counted(selected.length, 'pod')}, ${listed(pods)} ${pods.length === 1 ? 'is' : 'are'} ready and in none of its EndpointSlices: the endpoint controller does not follow.`,
    evidence: [
      computed(
        subject,
        unseen
          ? 'no EndpointSlice at all, while other Services have theirs'
          : `${counted(readyEndpoints, 'ready address', 'ready addresses')} in its EndpointSlices`,
      ),
      fromSpec(
        subject,
        'spec.selector',
        Object.entries(service.spec?.selector ?? {})
          .map(([key, value]) => `${key}=${value}`)
          .join(', '),
      ),
      ...missing.slice(0, 2).map((pod) => computed(refOf(pod), 'ready, labels match, no address in any slice')),
    ],
    // What may keep the controller, where that is a finding.
    because: [
      ...managers,
      ref('Lease', 'kube-system', 'kube-controller-manager'),
      ref('ClusterRoleBinding', undefined, 'system:controller:endpointslice-controller'),
      ref('ClusterRole', undefined, 'system:controller:endpointslice-controller'),
    ].flatMap((target) => [
      { ref: target, mechanism: 'endpoints' as const },
      { ref: target, mechanism: 'availability' as const },
    ]),
    fixes: [
      {
        summary: 'See whether kube-controller-manager works',
        steps: [
          'Its lease must be renewed every few seconds, and its log must be free of refusals about EndpointSlices.',
          'Once it works it writes the missing addresses by itself.',
        ],
        commands: [
          kubectl('kube-system', 'get', 'lease/kube-controller-manager', '-o', 'yaml'),
          kubectl(
            subject.namespace,
            'get',
            'endpointslices',
            '-l',
            `kubernetes.io/service-name=${subject.name}`,
            '-o',
            'yaml',
          ),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
