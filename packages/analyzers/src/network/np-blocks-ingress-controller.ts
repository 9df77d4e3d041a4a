import {
  backendPorts,
  type Blocker,
  controllerPods,
  type Flow,
  formatLabelSelector,
  policiesSelecting,
  policyVerdict,
  refOf,
} from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Finding,
  type Ingress,
  type NetworkPolicy,
  type Pod,
  type ServicePort,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { peerOf } from '../support/flow-rule.ts';
import { backendPlaces, whereWords, type BackendPlace } from '../support/ingress-backends.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { nearestBlocker } from '../support/policy-choice.ts';
import { present } from '../support/present.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { listed } from '../support/words.ts';

const MAX_PODS = 5;

/** Reports NetworkPolicies that do not let the ingress controller in to the pods behind an Ingress. */
export const npBlocksIngressController: Analyzer = {
  meta: {
    id: 'np-blocks-ingress-controller',
    title: 'NetworkPolicy does not let the ingress controller in',
    role: 'fault',
    severity: 'critical',
    reads: ['NetworkPolicy', 'Ingress', 'IngressClass', 'Service', 'Pod', 'Namespace', 'EndpointSlice', 'Endpoints'],
    breaks: ['route', 'network'],
    docs: {
      means:
        'Requests to the Ingress time out with 504: the pods behind it are isolated for ingress and no rule lets in the pods of the controller that forwards the requests.',
      decides:
        'The controller of the IngressClass is a known one and its pods are in the snapshot; the union of all policies is evaluated for every connection from them to the backends, on the port of the pods, and all are refused.',
      silent:
        'When the controller or its pods are not known, for pods on the host network where that cannot be told, when other kinds of policies may decide, and when any backend can be reached.',
      falsePositives: 'Network plugins that do not enforce policies.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
    },
  },
  *analyze({ snapshot }) {
    if (snapshot.list('NetworkPolicy').length === 0) return;
    const found = new Map<string, { readonly policy: NetworkPolicy; readonly blocks: [Block, ...Block[]] }>();
    for (const ingress of snapshot.list('Ingress')) {
      for (const place of backendPlaces(ingress)) {
        const block = blockOf(snapshot, ingress, place);
        const policy =
          block === undefined
            ? undefined
            : present(snapshot, 'NetworkPolicy', block.blocker.policy.namespace, block.blocker.policy.name);
        if (block === undefined || policy === undefined) continue;
        const known = found.get(refKey(block.blocker.policy));
        if (known === undefined) found.set(refKey(block.blocker.policy), { policy, blocks: [block] });
        else known.blocks.push(block);
      }
    }
    for (const { policy, blocks } of found.values()) yield finding(snapshot, policy, blocks);
  },
};

interface Block {
  readonly ingress: Ingress;
  readonly place: BackendPlace;
  readonly controller: Pod;
  readonly backend: Pod;
  readonly port: number;
  readonly protocol: string;
  readonly blocker: Blocker;
}

function blockOf(snapshot: Snapshot, ingress: Ingress, place: BackendPlace): Block | undefined {
  const controllers = controllerPods(snapshot, ingress).slice(0, MAX_PODS);
  const service = present(snapshot, 'Service', place.service.namespace, place.service.name);
  const port = service?.spec?.ports?.find((each) => isAsked(each, place));
  if (service === undefined || port === undefined || controllers.length === 0) return undefined;
  const protocol = port.protocol ?? 'TCP';
  const blocks: (Block | undefined)[] = [];
  for (const { pod: backend, port: number } of backendPorts(snapshot, service, port).slice(0, MAX_PODS)) {
    if (backend === undefined || number === undefined) return undefined;
    if (policiesSelecting(snapshot, backend, 'Ingress').length === 0) return undefined;
    for (const controller of controllers) {
      const blocker = blockerOf(snapshot, { from: controller, to: backend, port: number, protocol });
      blocks.push(
        blocker === undefined ? undefined : { ingress, place, controller, backend, port: number, protocol, blocker },
      );
    }
  }
  return blocks.every((block) => block !== undefined) ? blocks[0] : undefined;
}

/** The policy that refuses a connection at its destination. */
function blockerOf(snapshot: Snapshot, flow: Flow): Blocker | undefined {
  const { allowed, blockedBy } = policyVerdict(snapshot, flow);
  const ingress = blockedBy.filter(({ direction }) => direction === 'Ingress');
  return allowed === 'no' ? nearestBlocker(snapshot, ingress) : undefined;
}

function isAsked({ port, name }: ServicePort, { port: wanted }: BackendPlace): boolean {
  return wanted === undefined || wanted === port || wanted === name;
}

function finding(snapshot: Snapshot, policy: NetworkPolicy, blocks: readonly [Block, ...Block[]]): Finding {
  const subject = refOf(policy);
  const [{ controller, backend, port, protocol, blocker, place }] = blocks;
  const ingresses = [...new Map(blocks.map(({ ingress }) => [ingress, refOf(ingress)])).values()];
  const who = `the ingress controller (${inWords(refOf(controller))})`;
  const rule = { from: [peerOf(snapshot, backend, controller)], ports: [{ protocol, port }] };
  return {
    rule: npBlocksIngressController.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.strong,
    ...optional('since', policy.metadata.creationTimestamp),
    message: `${inWords(subject)} does not let the ingress controller in to ${inWords(place.service)}`,
    cause: `${listed(ingresses.map((each) => inWords(each)))} ${ingresses.length === 1 ? 'routes' : 'route'} ${whereWords(place)} to ${inWords(place.service)} (${protocol} ${port} on the pods), but ${inWords(subject)} isolates these pods and lets ${who} not in: ${blocker.detail}.`,
    evidence: [
      fromSpec(subject, 'spec.podSelector', formatLabelSelector(policy.spec?.podSelector)),
      computed(subject, `Ingress: ${blocker.detail}`),
      ...blocks.slice(0, 2).map((block) => fromSpec(refOf(block.ingress), block.place.field, block.place.service.name)),
    ],
    affects: ingresses,
    fixes: [
      {
        summary: `Let the ingress controller in to ${protocol} ${port} in ${inWords(subject)}`,
        steps: ['Add an ingress rule for the pods of the controller; rules only add up.'],
        commands: [
          jsonPatch(subject, [
            policy.spec?.ingress === undefined
              ? { op: 'add', path: '/spec/ingress', value: [rule] }
              : { op: 'add', path: '/spec/ingress/-', value: rule },
          ]),
        ],
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
