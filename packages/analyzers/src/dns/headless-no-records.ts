import { eventsOf, podsOf, podState, refOf, serviceEndpoints, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Evidence,
  type Finding,
  type Service,
  type Snapshot,
  type StatefulSet,
} from '@kroot/types';
import { fromContainer, fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { present } from '../support/present.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { counted } from '../support/words.ts';

/** How programs and their libraries say that a name does not resolve. */
const UNRESOLVED =
  /no such host|NXDOMAIN|Name or service not known|could not translate host name|Temporary failure in name resolution|ENOTFOUND|EAI_AGAIN|nodename nor servname|UnknownHostException|cannot resolve|can't resolve|failed to resolve|does not resolve/i;

/** Reports headless Services that keep the members of a StatefulSet from finding each other while they start. */
export const headlessNoRecords: Analyzer = {
  meta: {
    id: 'headless-no-records',
    title: 'Members that start cannot find each other',
    role: 'fault',
    severity: 'critical',
    reads: ['Service', 'EndpointSlice', 'Endpoints', 'StatefulSet', 'Pod', 'Event'],
    breaks: ['name-resolution', 'dependency'],
    docs: {
      means:
        'The DNS names only pods that are ready, and the pods of the StatefulSet need the names of each other to get ready: none ever will.',
      decides:
        'No pod of the StatefulSet is ready, its governing Service is headless without publishNotReadyAddresses, and a pod says that the name of a member below that Service does not resolve.',
      silent:
        'When one pod is ready, when nobody complains of such a name, and for Services that publish addresses which are not ready.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#a-aaaa-records-1'],
    },
  },
  *analyze({ snapshot }) {
    for (const set of snapshot.list('StatefulSet')) {
      const name = set.spec.serviceName ?? '';
      const service = name === '' ? undefined : present(snapshot, 'Service', set.metadata.namespace, name);
      if (service === undefined || !isClosed(snapshot, service)) continue;
      const held = podsOf(snapshot, refOf(set))
        .map((pod) => podState(snapshot, pod))
        .filter(({ blocked }) => blocked);
      const complaint = held
        .map((state) => complaintOf(snapshot, state, memberName(set, name)))
        .find((each) => each !== undefined);
      if (complaint !== undefined) yield finding(set, service, held, complaint);
    }
  },
};

function isClosed(snapshot: Snapshot, service: Service): boolean {
  const { clusterIP, publishNotReadyAddresses } = service.spec ?? {};
  if (clusterIP !== 'None' || publishNotReadyAddresses === true) return false;
  const { ready, complete, source, selected } = serviceEndpoints(snapshot, service);
  return complete && source !== 'unknown' && ready.length === 0 && selected.length > 0;
}

/** `db-0.db-peers`, as members call each other. */
function memberName({ metadata }: StatefulSet, service: string): RegExp {
  return new RegExp(`\\b${escaped(metadata.name)}-\\d{1,4}\\.${escaped(service)}\\b`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function complaintOf(snapshot: Snapshot, { pod, ref, culprit }: PodState, member: RegExp): Evidence | undefined {
  const fits = (text: string | undefined): boolean => {
    const words = (text ?? '').slice(0, 8192);
    return member.test(words) && UNRESOLVED.test(words);
  };
  if (culprit !== undefined && fits(culprit.terminated?.message)) return fromContainer(ref, culprit);
  const event = eventsOf(snapshot, pod).find(({ reason, message }) => reason === 'Unhealthy' && fits(message));
  return event === undefined ? undefined : fromEvent(event, ref);
}

function finding(set: StatefulSet, service: Service, held: readonly PodState[], complaint: Evidence): Finding {
  const subject = refOf(service);
  const owner = refOf(set);
  return {
    rule: headlessNoRecords.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.strong,
    ...optional('since', sinceOf(held)),
    message: `${inWords(subject)} hides the pods of ${inWords(owner)} from each other until they are ready`,
    cause: `${counted(held.length, 'pod')} of ${inWords(owner)} ${held.length === 1 ? 'needs' : 'need'} the names of the others below ${subject.name} to get ready, and the DNS answers only for pods that are ready.`,
    evidence: [
      complaint,
      fromSpec(subject, 'spec.publishNotReadyAddresses', 'false'),
      fromSpec(
        owner,
        'spec.serviceName',
        `${subject.name}, podManagementPolicy ${set.spec.podManagementPolicy ?? 'OrderedReady'}`,
      ),
    ],
    affects: [...refsOfPods(held), owner],
    fixes: [
      {
        summary: `Set publishNotReadyAddresses on ${inWords(subject)}`,
        steps: [
          'The names of all pods then resolve while they start. Clients that must only meet ready pods need a Service of their own.',
        ],
        commands: [jsonPatch(subject, [{ op: 'add', path: '/spec/publishNotReadyAddresses', value: true }])],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
