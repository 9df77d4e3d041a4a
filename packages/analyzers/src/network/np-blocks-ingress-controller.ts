import { backendPorts, type Blocker, type Flow, formatLabelSelector, policyVerdict, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Finding,
  type NetworkPolicy,
  type Pod,
  type ResourceRef,
  type ServicePort,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { peerOf } from '../support/flow-rule.ts';
import { FORWARD_KINDS, forwards, type Forward } from '../support/forwards.ts';
import { whereWords, type BackendPlace } from '../support/ingress-backends.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { nearestBlocker } from '../support/policy-choice.ts';
import { present } from '../support/present.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { listed } from '../support/words.ts';

const MAX_PODS = 5;

/** Reports NetworkPolicies that keep the controller of an Ingress or a Gateway from the pods behind it. */
export const npBlocksIngressController: Analyzer = {
  meta: {
    id: 'np-blocks-ingress-controller',
    title: 'NetworkPolicy keeps the ingress controller from its backends',
    role: 'fault',
    severity: 'critical',
    reads: [...FORWARD_KINDS, 'NetworkPolicy', 'Service', 'Pod', 'Namespace', 'EndpointSlice', 'Endpoints'],
    breaks: ['route', 'network'],
    docs: {
      means:
        'Requests to the Ingress or Gateway time out with 504: the pods behind it are isolated for ingress and no rule lets in the pods of the controller that forwards the requests, or these are isolated for egress and may not go there.',
      decides:
        'The controller of the IngressClass is a known one, or pods bear the name of the Gateway in their labels, and they are in the snapshot; the union of all policies is evaluated for every connection from them to the backends, on the port of the pods, and all are refused.',
      silent:
        'When the controller or its pods are not known, for pods on the host network where that cannot be told, when other kinds of policies may decide, and when any backend can be reached.',
      falsePositives: 'Network plugins that do not enforce policies.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
    },
  },
  *analyze({ snapshot }) {
    if (snapshot.list('NetworkPolicy').length === 0) return;
    const found = new Map<string, { readonly policy: NetworkPolicy; readonly blocks: [Block, ...Block[]] }>();
    for (const forward of forwards(snapshot)) {
      const block = blockOf(snapshot, forward);
      const policy =
        block === undefined
          ? undefined
          : present(snapshot, 'NetworkPolicy', block.blocker.policy.namespace, block.blocker.policy.name);
      if (block === undefined || policy === undefined) continue;
      const known = found.get(refKey(block.blocker.policy));
      if (known === undefined) found.set(refKey(block.blocker.policy), { policy, blocks: [block] });
      else known.blocks.push(block);
    }
    for (const { policy, blocks } of found.values()) yield finding(snapshot, policy, blocks);
  },
};

interface Block {
  /** The Ingress or the route. */
  readonly by: ResourceRef;
  readonly place: BackendPlace;
  readonly controller: Pod;
  readonly backend: Pod;
  readonly port: number;
  readonly protocol: string;
  readonly blocker: Blocker;
}

function blockOf(snapshot: Snapshot, { by, place, pods }: Forward): Block | undefined {
  const controllers = pods.slice(0, MAX_PODS);
  const service = present(snapshot, 'Service', place.service.namespace, place.service.name);
  const port = service?.spec?.ports?.find((each) => isAsked(each, place));
  if (service === undefined || port === undefined || controllers.length === 0) return undefined;
  const protocol = port.protocol ?? 'TCP';
  const blocks: Block[] = [];
  for (const { pod: backend, port: number } of backendPorts(snapshot, service, port).slice(0, MAX_PODS)) {
    if (backend === undefined || number === undefined) return undefined;
    for (const controller of controllers) {
      const blocker = blockerOf(snapshot, { from: controller, to: backend, port: number, protocol });
      if (blocker === undefined) return undefined;
      blocks.push({ by, place, controller, backend, port: number, protocol, blocker });
    }
  }
  return blocks[0];
}

/** The NetworkPolicy that refuses a connection: at its destination, or else at the controller. */
function blockerOf(snapshot: Snapshot, flow: Flow): Blocker | undefined {
  const { allowed, blockedBy } = policyVerdict(snapshot, flow);
  if (allowed !== 'no' || blockedBy.some(({ reason }) => reason === 'denied')) return undefined;
  const ingress = blockedBy.filter(({ direction }) => direction === 'Ingress');
  return nearestBlocker(snapshot, ingress.length > 0 ? ingress : blockedBy);
}

function isAsked({ port, name }: ServicePort, { port: wanted }: BackendPlace): boolean {
  return wanted === undefined || wanted === port || wanted === name;
}

function finding(snapshot: Snapshot, policy: NetworkPolicy, blocks: readonly [Block, ...Block[]]): Finding {
  const subject = refOf(policy);
  const [{ controller, backend, port, protocol, blocker, place, by }] = blocks;
  const routes = [...new Map(blocks.map((block) => [refKey(block.by), block.by])).values()];
  const whose = by.kind === 'Ingress' ? 'the ingress controller' : 'the gateway';
  const who = `${whose} (${inWords(refOf(controller))})`;
  const leads = `${listed(routes.map((each) => inWords(each)))} ${routes.length === 1 ? 'routes' : 'route'} ${whereWords(place)} to ${inWords(place.service)} (${protocol} ${port} on the pods)`;
  const isIn = blocker.direction === 'Ingress';
  return {
    rule: npBlocksIngressController.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.strong,
    ...optional('since', policy.metadata.creationTimestamp),
    message: `${inWords(subject)} does not let ${whose} ${isIn ? 'in' : 'out'} to ${inWords(place.service)}`,
    cause: isIn
      ? `${leads}, but ${inWords(subject)} isolates these pods and lets ${who} not in: ${blocker.detail}.`
      : `${leads}, but ${inWords(subject)} isolates ${who} and does not let it out to them: ${blocker.detail}.`,
    evidence: [
      fromSpec(subject, 'spec.podSelector', formatLabelSelector(policy.spec?.podSelector)),
      computed(subject, `${blocker.direction}: ${blocker.detail}`),
      ...blocks.slice(0, 2).map((block) => fromSpec(block.by, block.place.field, block.place.service.name)),
    ],
    affects: routes,
    fixes: [
      {
        summary: isIn
          ? `Let ${whose} in to ${protocol} ${port} in ${inWords(subject)}`
          : `Let ${whose} out to ${protocol} ${port} in ${inWords(subject)}`,
        steps: [
          isIn
            ? `Add an ingress rule for the pods of ${whose === 'the gateway' ? 'the gateway' : 'the controller'}; rules only add up.`
            : 'Add an egress rule for the pods behind the Service; rules only add up.',
        ],
        commands: [jsonPatch(subject, [ruleAdded(snapshot, policy, blocks[0], backend)])],
        effect: 'change',
        where: 'cluster',
      },
      {
        summary: `Look at ${inWords(subject)}`,
        steps: ['See whether the pods are meant to be cut off.'],
        commands: [kubectl(subject.namespace, 'describe', kubectlName(subject))],
        effect: 'none',
        where: 'cluster',
      },
    ],
    notes: ['This follows from the objects; whether the network plugin enforces policies is not visible in them.'],
  };
}

function ruleAdded(
  snapshot: Snapshot,
  { spec }: NetworkPolicy,
  { controller, blocker, port, protocol }: Block,
  backend: Pod,
): { readonly op: 'add'; readonly path: string; readonly value: unknown } {
  const ports = [{ protocol, port }];
  const [field, rule] =
    blocker.direction === 'Ingress'
      ? (['ingress', { from: [peerOf(snapshot, backend, controller)], ports }] as const)
      : (['egress', { to: [peerOf(snapshot, controller, backend)], ports }] as const);
  return spec?.[field] === undefined
    ? { op: 'add', path: `/spec/${field}`, value: [rule] }
    : { op: 'add', path: `/spec/${field}/-`, value: rule };
}
