import { eventCount, groupBy, refOf, timeOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Event, type Finding, type Service, type Snapshot } from '@kroot/types';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { standingEvent } from '../support/standing-event.ts';
import { inline, listed } from '../support/words.ts';

/** https://github.com/kubernetes/kubernetes/tree/master/pkg/registry/core/service (ipallocator and portallocator controllers) */
const CONFLICTS = [
  'ClusterIPAlreadyAllocated',
  'ClusterIPOutOfRange',
  'ClusterIPNotValid',
  'PortAlreadyAllocated',
  'PortOutOfRange',
];
/** The API server repairs these by itself, in bursts after an upgrade. */
const REPAIRED = ['ClusterIPNotAllocated', 'PortNotAllocated'];
const REPEATED = 4;

/** Reports Services whose address or node port is not theirs alone. */
export const svcClusteripConflict: Analyzer = {
  meta: {
    id: 'svc-clusterip-conflict',
    title: 'Address of a Service is taken or out of range',
    role: 'fault',
    severity: 'warning',
    reads: ['Service', 'Event'],
    breaks: ['endpoints', 'route', 'dependency', 'network'],
    docs: {
      means:
        'Two Services have one address, or an address or node port lies outside of its range: connections end at the wrong Service, or the address is given away a second time.',
      decides:
        'Two Services carry the same cluster IP, or the repair loop of the API server says so of a Service, or repeats that it is not allocated.',
      silent:
        'For a few “not allocated; repairing”, which follow upgrades and heal, for headless Services, for addresses that a dump has redacted, and for words that are hours old.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/'],
    },
  },
  *analyze({ snapshot }) {
    const told = new Set<Service>();
    for (const [address, services] of groupBy(snapshot.list('Service'), ({ spec }) => addressOf(spec?.clusterIP))) {
      const [newest, ...others] = services.toSorted((a, b) => bornAt(b) - bornAt(a));
      if (newest === undefined || others.length === 0) continue;
      told.add(newest);
      yield shared(newest, others, address);
    }
    for (const service of snapshot.list('Service')) {
      const event = told.has(service) ? undefined : complaint(snapshot, service);
      if (event !== undefined) yield stated(service, event);
    }
  },
};

/** What is no address says nothing: `None`, and what the redaction of a support bundle puts in the place of all of them. */
function addressOf(clusterIP: string | undefined): string | undefined {
  return clusterIP !== undefined && /^[\da-f]*[.:][\da-f.:]+$/i.test(clusterIP) ? clusterIP : undefined;
}

function bornAt({ metadata }: Service): number {
  return timeOf(metadata.creationTimestamp) ?? 0;
}

function complaint(snapshot: Snapshot, service: Service): Event | undefined {
  const event = standingEvent(snapshot, service, { bad: [...CONFLICTS, ...REPAIRED] });
  if (event === undefined || CONFLICTS.includes(event.reason ?? '')) return event;
  return eventCount(event) >= REPEATED ? event : undefined;
}

function shared(service: Service, others: readonly Service[], address: string): Finding {
  const subject = refOf(service);
  const names = listed(others.map((other) => inWords(refOf(other))));
  return {
    rule: svcClusteripConflict.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} has the same cluster IP as ${names}`,
    cause: `${address} is the cluster IP of ${inWords(subject)} and of ${names}, so connections end at either of them.`,
    evidence: [service, ...others].slice(0, 4).map((each) => fromSpec(refOf(each), 'spec.clusterIP', address)),
    affects: others.map((other) => refOf(other)),
    fixes: [again(subject)],
  };
}

function stated(service: Service, event: Event): Finding {
  const subject = refOf(service);
  return {
    rule: svcClusteripConflict.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', event.firstTimestamp),
    message: `The address of ${inWords(subject)} is not its own (${event.reason ?? ''})`,
    cause: `The API server says of ${inWords(subject)}: "${inline(event.message ?? '')}".`,
    evidence: [fromEvent(event, subject), fromSpec(subject, 'spec.clusterIP', service.spec?.clusterIP ?? '')],
    fixes: [again(subject)],
  };
}

function again(subject: Finding['subject']): Finding['fixes'][number] {
  return describeFix(subject, `Give ${inWords(subject)} an address of its own`, [
    'An address cannot be changed in place: save the manifest without clusterIP and clusterIPs, delete the Service and create it again; clients that cache the old address have to resolve the name anew.',
  ]);
}
