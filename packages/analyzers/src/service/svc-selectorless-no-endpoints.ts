import { labelValue, refOf, serviceEndpoints, timeOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type AnalyzerContext, type Finding, type Service } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { needEvidence, needWords, type Needer } from '../support/needer.ts';
import { isNeeded, needersOf } from '../support/service-need.ts';

const GRACE = 300_000;

/** Reports Services without selector for which nobody made endpoints, although somebody needs them. */
export const svcSelectorlessNoEndpoints: Analyzer = {
  meta: {
    id: 'svc-selectorless-no-endpoints',
    title: 'Service without selector has no endpoints',
    role: 'fault',
    severity: 'warning',
    reads: [
      'Service',
      'EndpointSlice',
      'Endpoints',
      'Ingress',
      'Pod',
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'ReplicaSet',
      'ConfigMap',
    ],
    breaks: ['endpoints', 'route', 'dependency', 'admission', 'extension-api', 'metrics'],
    docs: {
      means:
        'The Service selects no pods, so somebody has to write its endpoints, and nobody has: connections are refused.',
      decides:
        'The Service has no selector and is no ExternalName; all EndpointSlices and Endpoints of the namespace are known and none belongs to it or all are empty; and somebody is known to need it.',
      silent:
        'In the first five minutes, when nobody is known to need the Service, when a controller owns it (it writes the endpoints in time), for leader election locks, and where endpoints are not all known.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors'],
    },
  },
  *analyze(context) {
    for (const service of context.snapshot.list('Service')) {
      if (!isBare(context, service)) continue;
      const needers = needersOf(context, service);
      if (isNeeded(needers)) yield finding(service, needers);
    }
  },
};

function isBare({ snapshot, now }: AnalyzerContext, service: Service): boolean {
  const { metadata, spec } = service;
  const { managed, source, complete, ready, notReady } = serviceEndpoints(snapshot, service);
  if (managed || spec?.type === 'ExternalName' || (metadata.ownerReferences ?? []).length > 0) return false;
  if (labelValue(metadata.labels, 'component') === 'apiserver' && metadata.name === 'kubernetes') return false;
  const created = timeOf(metadata.creationTimestamp);
  if (created !== undefined && now - created < GRACE) return false;
  return source !== 'unknown' && complete && ready.length === 0 && notReady.length === 0;
}

function finding(service: Service, needers: readonly Needer[]): Finding {
  const subject = refOf(service);
  const { namespace = '', name } = subject;
  const ports = service.spec?.ports ?? [];
  return {
    rule: svcSelectorlessNoEndpoints.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} has no selector and no endpoints`,
    cause: `${inWords(subject)} selects no pods, no EndpointSlice with label kubernetes.io/service-name=${name} holds an address for it, and ${needWords(needers) ?? ''}.`,
    evidence: [
      fromSpec(subject, 'spec.selector', 'none'),
      computed(subject, `no address in any EndpointSlice or Endpoints of namespace ${namespace}`),
      ...needEvidence(needers),
    ],
    fixes: [
      {
        summary: `Give ${inWords(subject)} a selector, or an EndpointSlice with the addresses behind it`,
        steps: [
          'If pods of the namespace answer, add their labels as spec.selector.',
          `If something outside of Kubernetes answers, write an EndpointSlice with label kubernetes.io/service-name=${name}, its addresses and port ${ports.map(({ port }) => port).join(', ')}.`,
        ],
        commands: [
          kubectl(namespace, 'get', kubectlName(subject), '-o', 'yaml'),
          kubectl(namespace, 'get', 'endpointslices', '-l', `kubernetes.io/service-name=${name}`),
          kubectl(namespace, 'get', 'pods', '--show-labels'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
