import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  compareRefs,
  refKey,
  type Analyzer,
  type AnalyzerContext,
  type Finding,
  type ResourceRef,
  type Service,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { needEvidence, needWords, type Needer } from '../support/needer.ts';
import { optional } from '../support/optional.ts';
import { scaledAt, scaledToZero } from '../support/scaled-to-zero.ts';
import { isNeeded, needersOf } from '../support/service-need.ts';
import { listed } from '../support/words.ts';

/** Reports workloads that are scaled to zero although somebody needs the Service in front of them. */
export const svcTargetScaledToZero: Analyzer = {
  meta: {
    id: 'svc-target-scaled-to-zero',
    title: 'Workload behind a Service is scaled to zero',
    role: 'fault',
    severity: 'critical',
    reads: [
      'Service',
      'Deployment',
      'StatefulSet',
      'ReplicaSet',
      'Pod',
      'Ingress',
      'HorizontalPodAutoscaler',
      'ConfigMap',
    ],
    breaks: [
      'endpoints',
      'availability',
      'dependency',
      'route',
      'name-resolution',
      'admission',
      'extension-api',
      'metrics',
    ],
    docs: {
      means:
        'A workload wants no pods, while a route, a running program or the API server still sends requests to its Service.',
      decides:
        'Every workload whose template the selector of the Service fits has replicas: 0, no pod is left, and somebody is known to need the Service: routes, settings of running pods (environment, arguments, mounted ConfigMaps), webhooks and extension APIs, or the outside.',
      silent:
        'When nobody is known to need the Service, since zero is how people switch things off; and for workloads that KEDA, Knative, an autoscaler with a minimum of 0 or another controller scales by need.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#scaling-a-deployment'],
    },
  },
  *analyze(context) {
    yield* byWorkload(context).map(([target, uses]) => finding(context, target, uses));
  },
};

interface Use {
  readonly service: Service;
  readonly needers: readonly Needer[];
}

function byWorkload(context: AnalyzerContext): readonly (readonly [ResourceRef, readonly Use[]])[] {
  const found = new Map<string, { readonly target: ResourceRef; readonly uses: Use[] }>();
  for (const { service, workloads, onDemand } of scaledToZero(context.snapshot)) {
    const needers = onDemand === undefined ? needersOf(context, service) : [];
    if (needers.length === 0) continue;
    for (const target of workloads) {
      const known = found.get(refKey(target));
      if (known === undefined) found.set(refKey(target), { target, uses: [{ service, needers }] });
      else known.uses.push({ service, needers });
    }
  }
  return [...found.values()]
    .toSorted((a, b) => compareRefs(a.target, b.target))
    .map(({ target, uses }) => [target, uses] as const);
}

function finding({ snapshot }: AnalyzerContext, subject: ResourceRef, uses: readonly Use[]): Finding {
  const services = uses.map(({ service }) => refOf(service));
  const needers = uses.flatMap((use) => use.needers);
  // Being published is no proof of use where somebody chose to have no pods.
  const used = needers.filter(({ ref }) => !services.some((service) => refKey(service) === refKey(ref)));
  const names = listed(services.map((service) => inWords(service)));
  const state = `${services.length === 1 ? 'is' : 'are'} ${isNeeded(used) ? 'in use' : 'still published or configured'}`;
  return {
    rule: svcTargetScaledToZero.meta.id,
    subject,
    severity: isNeeded(used) ? 'critical' : 'warning',
    confidence: CONFIDENCE.proved,
    ...optional('since', scaledAt(snapshot, subject)),
    message: `${inWords(subject)} is scaled to zero, but ${names} ${state}`,
    cause: `${inWords(subject)} has replicas: 0, so nothing answers behind ${names}: ${needWords(used.length > 0 ? used : needers) ?? ''}.`,
    evidence: [
      fromSpec(subject, 'spec.replicas', '0'),
      ...services
        .slice(0, 2)
        .map((service) => computed(service, `its selector fits ${inWords(subject)}, which has no pods`)),
      ...needEvidence(used.length > 0 ? used : needers),
    ],
    affects: services,
    fixes: [
      {
        summary: `Scale ${inWords(subject)} up`,
        steps: ['Find out first whether somebody scaled it down on purpose; one replica is enough to answer again.'],
        commands: [kubectl(subject.namespace, 'scale', kubectlName(subject), '--replicas=1')],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
