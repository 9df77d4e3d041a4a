import { eventTime, podState, timeOf, topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type AnalyzerContext,
  type Event,
  type Finding,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { isOverload } from '../messages/overload-words.ts';
import { readProbeMessage } from '../messages/probe-message.ts';
import { claims, type Claim } from '../support/claims.ts';
import { computed, fromContainer, fromEvent } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { ownEvents } from '../support/probe-events.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Fewer crashing workloads are no storm. */
const LEAST_OWNERS = 3;
/** An overload that was last seen longer ago may be over. */
const RECENT = 900_000;

/** Reports a server that has no connection left, while several workloads beside it crash with failures of their own. */
export const restartStorm: Analyzer = {
  meta: {
    id: 'restart-storm',
    title: 'Workloads crash together because a shared server takes no more connections',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Event', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
    breaks: ['container-exit', 'dependency'],
    docs: {
      means:
        'Several workloads of a namespace crash with exit codes of their own, and a server in the same namespace says that it has no connection left: they share it.',
      decides:
        'At least three workloads in a crash loop without a specific class, and exactly one other workload in the namespace whose probe failed within the last 15 minutes with the words of a full server, such as "Too many connections".',
      silent:
        'With fewer crashing workloads, when the words are older, when two servers say so, and when the server is not running.',
      falsePositives: 'A workload that crashes beside the others and does not use the server is counted in.',
      references: ['https://dev.mysql.com/doc/refman/8.4/en/too-many-connections.html'],
    },
  },
  *analyze(context) {
    for (const [namespace, crashes] of crashesByNamespace(context.snapshot)) {
      const owners = new Map(
        crashes.map(({ pod }) => topOwner(context.snapshot, pod.pod)).map((one) => [refKey(one), one]),
      );
      if (owners.size < LEAST_OWNERS) continue;
      const servers = fullServers(context, namespace, owners);
      const [server] = servers;
      if (server !== undefined && servers.length === 1) yield finding(server, crashes, [...owners.values()]);
    }
  },
};

function crashesByNamespace(snapshot: Snapshot): ReadonlyMap<string, readonly Claim[]> {
  const found = new Map<string, Claim[]>();
  const rules = ['crashloop-app-exit', 'flapping-container', 'init-container-crashloop'] as const;
  for (const claim of rules.flatMap((rule) => claims(snapshot).get(rule) ?? [])) {
    const namespace = claim.pod.ref.namespace ?? '';
    const known = found.get(namespace);
    if (known === undefined) found.set(namespace, [claim]);
    else known.push(claim);
  }
  return found;
}

interface FullServer {
  readonly owner: ResourceRef;
  readonly pod: ResourceRef;
  readonly event: Event;
}

function fullServers(
  { snapshot, now }: AnalyzerContext,
  namespace: string,
  crashing: ReadonlyMap<string, ResourceRef>,
): readonly FullServer[] {
  const found = new Map<string, FullServer>();
  for (const pod of snapshot.list('Pod', namespace)) {
    const owner = topOwner(snapshot, pod);
    if (crashing.has(refKey(owner)) || found.has(refKey(owner))) continue;
    const state = podState(snapshot, pod);
    const event = ownEvents(snapshot, state).find(
      (candidate) =>
        candidate.reason === 'Unhealthy' &&
        now - (timeOf(eventTime(candidate)) ?? 0) < RECENT &&
        isOverload(readProbeMessage(candidate.message)?.text),
    );
    if (event !== undefined) found.set(refKey(owner), { owner, pod: state.ref, event });
  }
  return [...found.values()];
}

function finding(server: FullServer, crashes: readonly Claim[], owners: readonly ResourceRef[]): Finding {
  const pods = crashes.map(({ pod }) => pod);
  const said = inline(readProbeMessage(server.event.message)?.text ?? '', 160);
  const [first] = crashes;
  return {
    rule: restartStorm.meta.id,
    subject: server.owner,
    severity: 'critical',
    confidence: CONFIDENCE.strong,
    ...optional('since', sinceOf(pods)),
    message: `${inWords(server.owner)} takes no more connections, and ${counted(owners.length, 'workload')} beside it crash`,
    cause: `${inWords(server.pod)} says "${said}" to its own probe, and ${listed(owners.map((one) => `${one.kind} ${one.name}`))} end with failures of their own at the same time.`,
    evidence: [
      fromEvent(server.event, server.pod),
      ...(first === undefined ? [] : [fromContainer(first.pod.ref, first.state)]),
      computed(
        server.owner,
        `${counted(owners.length, 'workload')} of the namespace in a crash loop, and one server without a free connection`,
      ),
    ],
    affects: [...pods.map(({ ref }) => ref), ...owners],
    notes: [
      'That each of them uses this server is inferred from the time and the namespace; their logs name what they could not connect to.',
    ],
    fixes: [
      {
        summary: `See who holds the connections of ${inWords(server.owner)}`,
        steps: [
          'List the open sessions of the server by client: a pool that is too large, or a client that leaks connections, shows there.',
          'Then make the pools smaller, or raise the limit of the server and its memory with it.',
        ],
        commands: [
          kubectl(server.owner.namespace, 'describe', kubectlName(server.owner)),
          ...(first === undefined
            ? []
            : [
                kubectl(
                  first.pod.ref.namespace,
                  'logs',
                  first.pod.ref.name,
                  '-c',
                  first.state.name,
                  '--previous',
                  '--tail=50',
                ),
              ]),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
