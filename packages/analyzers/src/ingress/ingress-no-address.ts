import { controllerPods, podState, refOf, timeOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type AnalyzerContext, type Finding, type Ingress } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { backendPlaces } from '../support/ingress-backends.ts';
import { ingressRefusal } from '../support/ingress-refusals.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { present } from '../support/present.ts';
import { counted, span } from '../support/words.ts';

const GRACE = 300_000;

/** Reports Ingresses that their controller passes over, although it serves others of the class. */
export const ingressNoAddress: Analyzer = {
  meta: {
    id: 'ingress-no-address',
    title: 'Ingress gets no address',
    role: 'fault',
    severity: 'warning',
    reads: ['Ingress', 'IngressClass', 'Pod', 'Service', 'Event'],
    breaks: ['route'],
    docs: {
      means:
        'The controller of the class gives addresses to other Ingresses and not to this one: most likely it does not serve it.',
      decides:
        'The class exists, another Ingress of the class has an address, and this one has had none for five minutes.',
      silent:
        'When no Ingress of the class has an address (many controllers never write one), when a backend does not exist, when the controller refuses the Ingress in words, and while the controller itself is down.',
      falsePositives: 'A controller whose status updates were switched off after the others got their address.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/ingress/'],
    },
  },
  *analyze(context) {
    const { snapshot } = context;
    const served = new Map<string, number>();
    for (const ingress of snapshot.list('Ingress')) {
      const name = ingress.spec?.ingressClassName ?? '';
      if (name !== '' && hasAddress(ingress)) served.set(name, (served.get(name) ?? 0) + 1);
    }
    for (const ingress of snapshot.list('Ingress')) {
      const others = served.get(ingress.spec?.ingressClassName ?? '') ?? 0;
      if (others > 0 && isPassedOver(context, ingress)) yield finding(context, ingress, others);
    }
  },
};

function hasAddress({ status }: Ingress): boolean {
  return (status?.loadBalancer?.ingress ?? []).length > 0;
}

function isPassedOver({ snapshot, now }: AnalyzerContext, ingress: Ingress): boolean {
  const created = timeOf(ingress.metadata.creationTimestamp);
  if (hasAddress(ingress) || ingress.metadata.deletionTimestamp !== undefined) return false;
  if (created === undefined || now - created < GRACE) return false;
  if (present(snapshot, 'IngressClass', undefined, ingress.spec?.ingressClassName ?? '') === undefined) return false;
  if (ingressRefusal(snapshot, ingress) !== undefined) return false;
  const pods = controllerPods(snapshot, ingress).map((pod) => podState(snapshot, pod));
  const isDown = pods.length > 0 && pods.every(({ blocked }) => blocked);
  return !isDown && !backendPlaces(ingress).some(({ service }) => snapshot.lookup(service).state === 'absent');
}

function finding({ now }: AnalyzerContext, ingress: Ingress, others: number): Finding {
  const subject = refOf(ingress);
  const name = ingress.spec?.ingressClassName ?? '';
  const age = span(now - (timeOf(ingress.metadata.creationTimestamp) ?? now));
  return {
    rule: ingressNoAddress.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    ...optional('since', ingress.metadata.creationTimestamp),
    message: `${inWords(subject)} has had no address for ${age}`,
    cause: `The controller of class ${name} has given an address to ${counted(others, 'other Ingress', 'other Ingresses')} and none to ${inWords(subject)}.`,
    evidence: [
      fromSpec(subject, 'status.loadBalancer', 'no address'),
      fromSpec(subject, 'spec.ingressClassName', name),
      computed(subject, `${counted(others, 'Ingress', 'Ingresses')} of class ${name} with an address`),
    ],
    fixes: [
      describeFix(subject, `See why the controller of class ${name} does not serve ${inWords(subject)}`, [
        'Its events and the log of the controller name what it objects to: an annotation, a certificate, a namespace that it does not watch.',
      ]),
    ],
  };
}
