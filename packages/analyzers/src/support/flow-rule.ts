import { formatLabelSelector, groupBy, memoize, refOf, type Blocker, type Direction } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Evidence,
  type Finding,
  type Fix,
  type NetworkPolicy,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import {
  blockedFlows,
  isPodBackend,
  peerLabels,
  serviceOfFlow,
  startedAfter,
  type Backend,
  type BlockedFlow,
} from './blocked-flows.ts';
import { sufferers, waitingPods } from './clients.ts';
import { isDnsBlocked } from './dns-block.ts';
import { computed, fromSpec } from './evidence.ts';
import { inWords, kubectl, kubectlName } from './kubectl.ts';
import { optional } from './optional.ts';
import { nearMiss, type FlowRule, type NearMiss } from './near-miss.ts';
import { nearestBlocker } from './policy-choice.ts';
import { present } from './present.ts';
import { jsonPatch } from './template-patch.ts';
import { listed } from './words.ts';

interface PolicyFlows {
  readonly policy: NetworkPolicy;
  readonly blocker: Blocker;
  readonly miss: NearMiss;
  readonly flows: [BlockedFlow, ...BlockedFlow[]];
}

/** The refused connections by the policy that comes nearest to allowing them, for one direction. */
function flowsOfDirection(snapshot: Snapshot, direction: Direction): readonly PolicyFlows[] {
  const found = new Map<string, PolicyFlows>();
  for (const flow of blockedFlows(snapshot)) {
    // Who cannot even resolve the name has that problem first, and it is told by itself.
    if (direction === 'Egress' && isDnsBlocked(snapshot, flow.client)) continue;
    const blocker = nearestBlocker(
      snapshot,
      flow.blockedBy.filter((each) => each.direction === direction),
    );
    const policy =
      blocker === undefined
        ? undefined
        : present(snapshot, 'NetworkPolicy', blocker.policy.namespace, blocker.policy.name);
    if (blocker === undefined || policy === undefined) continue;
    const known = found.get(refKey(blocker.policy));
    if (known === undefined) {
      const [client] = flow.client.pods;
      const other = direction === 'Egress' ? flow.backend : (client?.pod ?? flow.backend);
      const { need, service } = flow;
      const miss = nearMiss(snapshot, policy, blocker, { other, servicePort: need.port, service });
      found.set(refKey(blocker.policy), { policy, blocker, miss, flows: [flow] });
    } else known.flows.push(flow);
  }
  return [...found.values()];
}

const flowsByRule = memoize((snapshot: Snapshot) =>
  groupBy([...flowsOfDirection(snapshot, 'Egress'), ...flowsOfDirection(snapshot, 'Ingress')], ({ miss }) => miss.rule),
);

/** Findings of one rule on policies that refuse connections which settings of running pods ask for. */
export function* flowFindings(snapshot: Snapshot, rule: FlowRule): Iterable<Finding> {
  for (const { policy, blocker, miss, flows } of flowsByRule(snapshot).get(rule) ?? []) {
    const { direction } = blocker;
    const subject = refOf(policy);
    const [first] = flows;
    const owners = [...new Map(flows.map(({ client }) => [client, client])).values()];
    const waiting = owners
      .map((client) => ({ client, pods: waitingPods(client).filter((pod) => startedAfter(pod, policy)) }))
      .filter(({ pods }) => pods.length > 0);
    const services = [...new Set(flows.map((flow) => inWords(serviceOfFlow(flow))))];
    const who = listed(owners.map(({ ref }) => inWords(ref)));
    const target = `${first.protocol} ${first.port} ${isPodBackend(first.backend) ? 'on the pods' : `of ${first.backend.ip}`}`;
    yield {
      rule,
      subject,
      severity: waiting.length > 0 && miss.left !== true ? 'critical' : 'warning',
      confidence: waiting.length > 0 && miss.left !== true ? CONFIDENCE.proved : CONFIDENCE.strong,
      ...optional('since', policy.metadata.creationTimestamp),
      message: `${inWords(subject)} blocks ${who} from ${listed(services)}`,
      cause: `${who} ${owners.length === 1 ? 'connects' : 'connect'} to ${listed(services)} (${target}), and ${inWords(subject)} does not let that ${direction === 'Egress' ? 'out' : 'in'}: ${miss.words ?? blocker.detail}.`,
      detail: { port: first.port, protocol: first.protocol, direction },
      evidence: evidenceOf(subject, policy, blocker, flows),
      ...(waiting.length === 0 ? {} : { affects: sufferers(waiting) }),
      fixes: [
        ...mendFixes(subject, policy, { blocker, miss, flows }),
        ...fixesOf(snapshot, subject, policy, flows, direction),
      ],
      notes: notesOf(flows, direction),
    };
  }
}

function evidenceOf(
  subject: ResourceRef,
  policy: NetworkPolicy,
  blocker: Blocker,
  flows: readonly BlockedFlow[],
): readonly Evidence[] {
  return [
    fromSpec(subject, 'spec.podSelector', formatLabelSelector(policy.spec?.podSelector)),
    computed(subject, `${blocker.direction}: ${blocker.detail}`),
    ...flows.slice(0, 2).map(({ need }) => need.evidence),
  ];
}

function notesOf(flows: readonly [BlockedFlow, ...BlockedFlow[]], direction: Direction): readonly string[] {
  const other = direction === 'Egress' ? 'Ingress' : 'Egress';
  const [{ need, port, blockedBy, backend }] = flows;
  const both = blockedBy.find((each) => each.direction === other);
  return [
    ...(both === undefined
      ? []
      : [`The other side does not allow it either: ${inWords(both.policy)} (${both.detail}).`]),
    ...(need.port === undefined || need.port === port
      ? []
      : [
          isPodBackend(backend)
            ? `Policies see the port of the pod (${port}), not that of the Service (${need.port}).`
            : `Policies see the port behind the Service (${port}), not that of the Service (${need.port}).`,
        ]),
    'This follows from the objects; whether the network plugin enforces policies is not visible in them.',
  ];
}

/** The repair of what is nearly right. */
function mendFixes(
  subject: ResourceRef,
  { spec }: NetworkPolicy,
  { blocker, miss, flows: [{ port, protocol }] }: Omit<PolicyFlows, 'policy'>,
): readonly Fix[] {
  const field = blocker.direction === 'Egress' ? 'egress' : 'ingress';
  const ports = blocker.rule === undefined ? undefined : spec?.[field]?.[blocker.rule]?.ports;
  // Of several ports nobody can tell which one was meant.
  if (miss.rule !== 'np-wrong-port' || ports?.length !== 1) return [];
  return [
    {
      summary: `Name ${protocol} ${port}, the port of the pod, in ${inWords(subject)}`,
      steps: ['Policies are asked after the translation of the Service: they see the port of the pod.'],
      commands: [
        jsonPatch(subject, [
          { op: 'replace', path: `/spec/${field}/${blocker.rule ?? 0}/ports/0`, value: { protocol, port } },
        ]),
      ],
      effect: 'change',
      where: 'cluster',
    },
  ];
}

function fixesOf(
  snapshot: Snapshot,
  subject: ResourceRef,
  policy: NetworkPolicy,
  flows: readonly [BlockedFlow, ...BlockedFlow[]],
  direction: Direction,
): readonly Fix[] {
  const [{ client, backend, backends, port, protocol }] = flows;
  const from = client.pods[0]?.pod ?? backend;
  const [self, other] = direction === 'Egress' ? [from, backend] : [backend, from];
  const field = direction === 'Egress' ? 'egress' : 'ingress';
  const rule = {
    [direction === 'Egress' ? 'to' : 'from']:
      direction === 'Egress' && !isPodBackend(backend)
        ? backends.map((each) => peerOf(snapshot, self, each))
        : [peerOf(snapshot, self, other)],
    ports: [{ protocol, port }],
  };
  const has = policy.spec?.[field];
  return [
    {
      summary: `Allow ${protocol} ${port} ${direction === 'Egress' ? 'to' : 'from'} ${isPodBackend(other) ? 'the pods of the other side' : other.ip} in ${inWords(subject)}`,
      steps: [`Add an ${field} rule for the peer and the port; rules only add up.`],
      commands: [
        jsonPatch(subject, [
          has === undefined
            ? { op: 'add', path: `/spec/${field}`, value: [rule] }
            : { op: 'add', path: `/spec/${field}/-`, value: rule },
        ]),
      ],
      effect: 'change',
      where: 'cluster',
    },
    {
      summary: `Look at ${inWords(subject)}`,
      steps: ['See whether the connection is meant to be refused.'],
      commands: [kubectl(subject.namespace, 'describe', kubectlName(subject))],
      effect: 'none',
      where: 'cluster',
    },
  ];
}

/** The other end of a connection as a peer of a rule. */
export function peerOf(snapshot: Snapshot, self: Backend, other: Backend): object {
  if (!isPodBackend(other)) return { ipBlock: { cidr: `${other.ip}/${other.ip.includes(':') ? 128 : 32}` } };
  const podSelector = { matchLabels: peerLabels(snapshot, other) };
  const namespace = other.metadata.namespace ?? '';
  if (isPodBackend(self) && namespace === self.metadata.namespace) return { podSelector };
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, podSelector };
}
