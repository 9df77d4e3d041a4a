import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Event, type Finding, type Ingress } from '@kroot/types';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { backendPlaces } from '../support/ingress-backends.ts';
import { ingressRefusal } from '../support/ingress-refusals.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';

/** Reports Ingresses that their controller refuses. */
export const ingressAnnotationInvalid: Analyzer = {
  meta: {
    id: 'ingress-annotation-invalid',
    title: 'Controller refuses an Ingress',
    role: 'fault',
    severity: 'critical',
    reads: ['Ingress', 'Event', 'Service'],
    breaks: ['route'],
    docs: {
      means:
        'The ingress controller cannot make sense of the Ingress, mostly of an annotation, and does not serve it or serves an older version.',
      decides:
        'The newest telling word of the controller about the Ingress is a refusal. Critical while the Ingress has no address, else a warning.',
      silent:
        'When the controller was content later, for “Scheduled for sync”, and when a backend of the Ingress does not exist: that is the cause then.',
      references: [
        'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/',
        'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const ingress of snapshot.list('Ingress')) {
      const event = ingressRefusal(snapshot, ingress);
      const lacksBackend = backendPlaces(ingress).some(({ service }) => snapshot.lookup(service).state === 'absent');
      if (event !== undefined && !lacksBackend) yield finding(ingress, event);
    }
  },
};

function finding(ingress: Ingress, event: Event): Finding {
  const subject = refOf(ingress);
  const served = (ingress.status?.loadBalancer?.ingress ?? []).length > 0;
  const message = event.message ?? '';
  const annotations = Object.entries(ingress.metadata.annotations ?? {}).filter(([key]) => isNamed(message, key));
  return {
    rule: ingressAnnotationInvalid.meta.id,
    subject,
    severity: served ? 'warning' : 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', event.firstTimestamp),
    message: `The ingress controller refuses ${inWords(subject)} (${event.reason ?? ''})`,
    cause: `The controller says of ${inWords(subject)}: "${inline(message)}".`,
    evidence: [
      fromEvent(event, subject),
      ...annotations.slice(0, 2).map(([key, value]) => fromSpec(subject, `metadata.annotations['${key}']`, value)),
    ],
    fixes: [
      describeFix(subject, `Correct what the controller objects to in ${inWords(subject)}`, [
        annotations.length === 0
          ? 'Its words name the annotation, certificate, subnet or backend; it tries again as soon as the Ingress changes.'
          : `Correct the annotation ${annotations.map(([key]) => key).join(' and ')}; the controller tries again as soon as the Ingress changes.`,
      ]),
    ],
  };
}

/** Controllers name annotations with or without their prefix. */
function isNamed(message: string, key: string): boolean {
  const short = key.slice(key.indexOf('/') + 1);
  return message.includes(key) || (short.length > 6 && message.includes(short));
}
