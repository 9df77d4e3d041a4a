import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerDocs,
  type Event,
  type Finding,
  type Mechanism,
  type Service,
  type Snapshot,
} from '@kroot/types';
import { fromEvent, fromSpec } from './evidence.ts';
import { describeFix, inWords } from './kubectl.ts';
import { optional } from './optional.ts';
import { standingEvent } from './standing-event.ts';
import { inline } from './words.ts';

/** What a rule says about the complaints of the service controller. */
interface LoadBalancerRule {
  readonly id: string;
  readonly title: string;
  readonly breaks: readonly Mechanism[];
  readonly docs: Omit<AnalyzerDocs, 'references'>;
  /** Reasons of the events that count. */
  readonly bad: readonly string[];
  /** Whether the state of the Service bears the complaint out. */
  readonly applies: (service: Service) => boolean;
  readonly message: (subject: string) => string;
  readonly what: string;
  readonly repair: (service: Service) => { readonly summary: string; readonly steps: readonly string[] };
}

/** https://github.com/kubernetes/cloud-provider/blob/master/controllers/service/controller.go */
const GOOD = ['EnsuredLoadBalancer', 'UpdatedLoadBalancer', 'DeletedLoadBalancer'];
const REFERENCES = [
  'https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer',
  'https://github.com/kubernetes/cloud-provider/blob/master/controllers/service/controller.go',
];

/** Makes the analyzer of one kind of complaint about load balancers that nothing has overruled since. */
export function loadBalancerRule(rule: LoadBalancerRule): Analyzer {
  const { id, title, breaks, docs } = rule;
  return {
    meta: {
      id,
      title,
      role: 'fault',
      severity: 'warning',
      reads: ['Service', 'Event'],
      breaks,
      docs: { ...docs, references: REFERENCES },
    },
    *analyze({ snapshot }) {
      for (const service of snapshot.list('Service')) {
        const event = complaint(snapshot, service, rule);
        if (event !== undefined) yield finding(rule, service, event);
      }
    },
  };
}

function complaint(snapshot: Snapshot, service: Service, { bad, applies }: LoadBalancerRule): Event | undefined {
  return applies(service) ? standingEvent(snapshot, service, { bad, good: GOOD }) : undefined;
}

function finding(rule: LoadBalancerRule, service: Service, event: Event): Finding {
  const subject = refOf(service);
  const words = inline((event.message ?? '').replace(/^Error syncing load balancer: /, ''), 300);
  const { summary, steps } = rule.repair(service);
  return {
    rule: rule.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', event.firstTimestamp),
    message: rule.message(inWords(subject)),
    cause: `The service controller ${rule.what}: "${words}".`,
    evidence: [fromEvent(event, subject), fromSpec(subject, 'spec.type', service.spec?.type ?? '')],
    fixes: [describeFix(subject, summary, steps)],
  };
}

/** Whether clients outside have an address to go to. */
export function hasAddress({ status }: Service): boolean {
  return (status?.loadBalancer?.ingress ?? []).length > 0;
}
