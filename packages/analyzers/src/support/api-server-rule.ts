import {
  conditionOf,
  formatLabelSelector,
  isFinished,
  podState,
  policiesSelecting,
  policyVerdict,
  refOf,
  serviceEndpoints,
  serviceRoutes,
  type Blocker,
  type ServiceRoute,
} from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  refKey,
  sameRef,
  type Evidence,
  type Finding,
  type NetworkPolicy,
  type Pod,
  type ResourceRef,
  type Service,
  type Snapshot,
} from '@kroot/types';
import { silentServices } from './closed-paths.ts';
import { type Backend } from './blocked-flows.ts';
import { computed, fromSpec } from './evidence.ts';
import { peerOf } from './flow-rule.ts';
import { describeFix, inWords } from './kubectl.ts';
import { tunnelPods } from './konnectivity.ts';
import { optional } from './optional.ts';
import { nearestBlocker } from './policy-choice.ts';
import { present } from './present.ts';
import { jsonPatch } from './template-patch.ts';
import { configuredWebhooks } from './webhook-configurations.ts';
import { listed } from './words.ts';

/** A Service that the API server has to reach. */
interface Caller {
  readonly ref: ResourceRef;
  readonly service: ResourceRef;
  readonly port: number;
  readonly evidence: Evidence;
}

/** Webhooks that must not fail: the others are left out where they do not answer. */
export function webhookCallers(snapshot: Snapshot): readonly Caller[] {
  return configuredWebhooks(snapshot).flatMap(({ ref: target, index, webhook }) => {
    const { namespace, name, port = 443 } = webhook.clientConfig?.service ?? {};
    if (namespace === undefined || name === undefined || webhook.failurePolicy === 'Ignore') return [];
    const quote = `${namespace}/${name}, port ${port}`;
    const evidence = fromSpec(target, `webhooks[${index}].clientConfig.service`, quote);
    return [{ ref: target, service: ref('Service', namespace, name), port, evidence }];
  });
}

/** Extension APIs that are not known to be reached. */
export function apiCallers(snapshot: Snapshot): readonly Caller[] {
  return snapshot.list('APIService').flatMap((object) => {
    const { namespace, name, port = 443 } = object.spec?.service ?? {};
    const available = conditionOf(object.status?.conditions, 'Available');
    if (namespace === undefined || name === undefined || available?.status === 'True') return [];
    const target = refOf(object);
    const evidence = fromSpec(target, 'spec.service', `${namespace}/${name}, port ${port}`);
    return [{ ref: target, service: ref('Service', namespace, name), port, evidence }];
  });
}

interface Block {
  readonly caller: Caller;
  readonly policy: NetworkPolicy;
  readonly blocker: Blocker;
  readonly sources: readonly Backend[];
  readonly pod: Pod;
  readonly port: number;
  readonly protocol: string;
  /** The API server says that it gets no answer. */
  readonly silence: readonly Evidence[];
}

/** What a rule on policies that keep the API server out says itself. */
interface ApiServerRule {
  readonly rule: string;
  /** `call webhooks of`. */
  readonly does: string;
}

/** Findings on policies that keep the API server from what it has to reach. */
export function* apiServerFindings(
  snapshot: Snapshot,
  callers: readonly Caller[],
  rule: ApiServerRule,
): Iterable<Finding> {
  if (snapshot.list('NetworkPolicy').length === 0) return;
  const sources = apiServers(snapshot);
  if (sources.length === 0) return;
  const found = new Map<string, [Block, ...Block[]]>();
  for (const caller of callers) {
    const block = blockOf(snapshot, caller, sources);
    if (block === undefined) continue;
    const key = refKey(refOf(block.policy));
    const known = found.get(key);
    if (known === undefined) found.set(key, [block]);
    else known.push(block);
  }
  for (const blocks of found.values()) yield finding(snapshot, rule, blocks);
}

/** From where the API server calls: the agents of its tunnel, or its own addresses. */
function apiServers(snapshot: Snapshot): readonly Backend[] {
  const agents = tunnelPods(snapshot);
  if (agents.length > 0) return agents;
  const service = present(snapshot, 'Service', 'default', 'kubernetes');
  return service === undefined
    ? []
    : serviceEndpoints(snapshot, service).ready.map(({ address, pod }) => pod ?? { ip: address });
}

function blockOf(snapshot: Snapshot, caller: Caller, sources: readonly Backend[]): Block | undefined {
  const service = present(snapshot, 'Service', caller.service.namespace, caller.service.name);
  const [route] = service === undefined ? [] : serviceRoutes(snapshot, service, caller.port);
  const refused =
    service === undefined || route === undefined ? undefined : refusalOf(snapshot, service, route, sources);
  if (route === undefined || refused === undefined) return undefined;
  const { namespace, name } = refused.blocker.policy;
  const policy = present(snapshot, 'NetworkPolicy', namespace, name);
  if (policy === undefined) return undefined;
  const silence = silentServices(snapshot)
    .filter((each) => sameRef(each.service, caller.service))
    .flatMap(({ evidence }) => evidence.slice(0, 1));
  return { ...refused, caller, policy, sources, protocol: route.protocol, silence };
}

type Refusal = Pick<Block, 'blocker' | 'pod' | 'port'>;

/** The refusal of the first pod, where all ready pods refuse all sources. */
function refusalOf(
  snapshot: Snapshot,
  service: Service,
  { backends, protocol }: ServiceRoute,
  sources: readonly Backend[],
): Refusal | undefined {
  const ready = readyPods(snapshot, service);
  const asked = backends.flatMap(({ pod, port }) => (pod !== undefined && ready.includes(pod) ? [{ pod, port }] : []));
  let first: Refusal | undefined;
  for (const { pod, port } of asked) {
    if (port === undefined || policiesSelecting(snapshot, pod, 'Ingress').length === 0) return undefined;
    for (const from of sources) {
      const { allowed, blockedBy } = policyVerdict(snapshot, { from, to: pod, port, protocol });
      const ingress = blockedBy.filter(({ direction, reason }) => direction === 'Ingress' && reason !== 'denied');
      const blocker = allowed === 'no' ? nearestBlocker(snapshot, ingress) : undefined;
      if (blocker === undefined) return undefined;
      first ??= { blocker, pod, port };
    }
  }
  return first;
}

/** Where none is ready nobody would answer in any case. */
function readyPods(snapshot: Snapshot, service: Service): readonly Pod[] {
  return serviceEndpoints(snapshot, service).ready.flatMap(({ pod }) =>
    pod !== undefined && !isFinished(pod) && podState(snapshot, pod).stage === 'ready' ? [pod] : [],
  );
}

function finding(snapshot: Snapshot, { rule, does }: ApiServerRule, blocks: readonly [Block, ...Block[]]): Finding {
  const [{ policy, blocker, pod, port, protocol, sources }] = blocks;
  const subject = refOf(policy);
  const silence = blocks.flatMap((block) => block.silence);
  const callers = [...new Map(blocks.map(({ caller }) => [refKey(caller.ref), caller.ref])).values()];
  const services = listed([...new Set(blocks.map(({ caller }) => inWords(caller.service)))]);
  const who = listed(sources.map((source) => ('ip' in source ? source.ip : inWords(refOf(source)))));
  const proven = silence.length > 0;
  return {
    rule,
    subject,
    severity: proven ? 'critical' : 'warning',
    confidence: proven ? CONFIDENCE.proved : CONFIDENCE.heuristic,
    ...optional('since', policy.metadata.creationTimestamp),
    message: `${inWords(subject)} keeps the API server out of the pods of ${services}`,
    cause: `The API server (${who}) has to ${does} ${services} for ${listed(callers.map((each) => inWords(each)))} (${protocol} ${port} on the pods), and ${inWords(subject)} does not let it in: ${blocker.detail}.`,
    detail: { port, protocol },
    evidence: [
      ...silence.slice(0, 1),
      fromSpec(subject, 'spec.podSelector', formatLabelSelector(policy.spec?.podSelector)),
      computed(subject, `Ingress: ${blocker.detail}`),
      ...blocks.slice(0, 2).map(({ caller }) => caller.evidence),
    ],
    affects: callers,
    fixes: [
      {
        summary: `Let the API server in to ${protocol} ${port} in ${inWords(subject)}`,
        steps: ['Add an ingress rule for its addresses; rules only add up. Add those of API servers that are to come.'],
        commands: [jsonPatch(subject, [ruleAdded(snapshot, policy, blocks[0], pod)])],
        effect: 'change',
        where: 'cluster',
      },
      describeFix(subject, `Look at ${inWords(subject)}`, ['See whether the pods are meant to be cut off.']),
    ],
    notes: [
      ...(proven ? [] : ['Nothing in the input says that the API server gets no answer.']),
      'This follows from the objects; whether the network plugin enforces policies is not visible in them.',
    ],
  };
}

function ruleAdded(
  snapshot: Snapshot,
  { spec }: NetworkPolicy,
  { sources, port, protocol }: Block,
  self: Pod,
): { readonly op: 'add'; readonly path: string; readonly value: unknown } {
  const rule = { from: sources.map((source) => peerOf(snapshot, self, source)), ports: [{ protocol, port }] };
  return spec?.ingress === undefined
    ? { op: 'add', path: '/spec/ingress', value: [rule] }
    : { op: 'add', path: '/spec/ingress/-', value: rule };
}
