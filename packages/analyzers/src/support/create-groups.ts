import { groupBy, memoize, podsOf, presentObject, refOf, timeOf } from '@kroot/graph';
import {
  compareRefs,
  compareStrings,
  ref,
  refKey,
  type KubernetesObject,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { webhookService, webhookTrouble, type CreateFailure, type WebhookTrouble } from '../messages/create-failure.ts';
import { refusedControllers, type RefusedController } from './create-failures.ts';
import { contradictionOf } from './quota-contradictions.ts';
import { fullQuota, isObjectCount } from './quota-room.ts';
import { silentRefusals, type SilentGate } from './silent-refusals.ts';
import { untoldRule, type UntoldRule } from './untold-rule-of.ts';
import { webhookConfiguration } from './webhook-configurations.ts';
import { isDeadlock } from './webhook-deadlock.ts';

/** The rules that share the refused creations; each refused controller belongs to exactly one. */
export type CreateRule =
  | 'quota-exceeded'
  | 'quota-object-count'
  | 'quota-requires-requests'
  | 'limitrange-max'
  | 'limitrange-min'
  | 'limitrange-ratio'
  | 'request-above-limit'
  | 'psa-violation'
  | 'sa-missing'
  | 'sa-default-missing'
  | 'webhook-no-endpoints'
  | 'webhook-self-deadlock'
  | 'scc-denied'
  | 'webhook-service-missing'
  | 'webhook-timeout'
  | 'webhook-conn-refused'
  | 'webhook-tls'
  | 'webhook-denied'
  | 'vap-denied'
  | 'priority-class-missing'
  | 'quota-status-unknown'
  | 'quota-scope-uncovered'
  | 'quota-contradicts-limitrange'
  | 'limitrange-pvc'
  | 'create-in-terminating-ns'
  | UntoldRule;

/** Refused controllers that have one cause. */
export interface CreateGroup {
  readonly rule: CreateRule;
  readonly subject: ResourceRef;
  readonly discriminator?: string;
  readonly refused: readonly [RefusedController, ...RefusedController[]];
}

interface Claim {
  readonly rule: CreateRule;
  readonly subject: ResourceRef;
  readonly discriminator?: string;
}

/** All refused controllers by cause, in order of subject. */
export const createGroups: (snapshot: Snapshot) => readonly CreateGroup[] = memoize((snapshot) => {
  const told = refusedControllers(snapshot).flatMap((refused) => {
    const claim = claimOf(snapshot, refused) ?? untoldClaim(refused);
    return claim === undefined ? [] : [{ claim, refused }];
  });
  const silent = silentRefusals(snapshot).map(({ refused, gate }) => ({ claim: silentClaim(gate), refused }));
  const claimed = [...told, ...silent];
  const groups: CreateGroup[] = [];
  for (const members of groupBy(claimed, ({ claim }) => claimKey(claim)).values()) {
    const [first, ...rest] = members;
    if (first !== undefined)
      groups.push(
        withDeadlock(snapshot, { ...first.claim, refused: [first.refused, ...rest.map(({ refused }) => refused)] }),
      );
  }
  return groups.toSorted((a, b) => compareRefs(a.subject, b.subject) || compareStrings(a.rule, b.rule));
});

function claimKey({ rule, subject, discriminator = '' }: Claim): string {
  return `${rule}\n${refKey(subject)}\n${discriminator}`;
}

function claimOf(snapshot: Snapshot, refused: RefusedController): Claim | undefined {
  const { failure, controller, owner } = refused;
  const namespace = controller.namespace ?? '';
  if (failure === undefined) return refused.words === undefined ? silentQuota(snapshot, refused) : undefined;
  if (isOfTemplate(failure)) return templateClaim(owner, failure);
  switch (failure.cause) {
    case 'quota':
      return quotaClaim(snapshot, refused, failure);
    case 'quota-unknown':
      return { rule: 'quota-status-unknown', subject: ref('ResourceQuota', namespace, failure.quota) };
    case 'namespace-terminating':
      return { rule: 'create-in-terminating-ns', subject: ref('Namespace', undefined, failure.namespace) };
    case 'quota-requires':
      return gateOrTemplate(
        snapshot,
        refused,
        'quota-requires-requests',
        ref('ResourceQuota', namespace, failure.quota),
      );
    case 'pod-security':
      return gateOrTemplate(snapshot, refused, 'psa-violation', ref('Namespace', undefined, namespace));
    case 'service-account':
      return accountClaim(failure);
    case 'webhook-failed':
      return webhookClaim(snapshot, refused, failure);
    case 'priority-class':
    default:
      return { rule: 'priority-class-missing', subject: ref('PriorityClass', undefined, failure.name) };
  }
}

const TEMPLATE_CAUSES = [
  'security-constraint',
  'quota-scope',
  'limit-range',
  'request-above-limit',
  'webhook-denied',
  'policy-denied',
] as const;
type TemplateFailure = Extract<CreateFailure, { readonly cause: (typeof TEMPLATE_CAUSES)[number] }>;

function isOfTemplate(failure: CreateFailure): failure is TemplateFailure {
  return TEMPLATE_CAUSES.some((cause) => cause === failure.cause);
}

/** Causes that are the template's own, whatever the gate. */
function templateClaim(owner: ResourceRef, failure: TemplateFailure): Claim {
  switch (failure.cause) {
    case 'security-constraint':
      return { rule: 'scc-denied', subject: owner };
    case 'quota-scope':
      return { rule: 'quota-scope-uncovered', subject: owner };
    case 'limit-range':
      return { rule: limitRule(failure), subject: owner };
    case 'request-above-limit':
      return { rule: 'request-above-limit', subject: owner, discriminator: failure.resource };
    case 'webhook-denied':
      return { rule: 'webhook-denied', subject: owner, discriminator: failure.webhook };
    case 'policy-denied':
    default:
      return { rule: 'vap-denied', subject: owner, discriminator: failure.policy };
  }
}

function accountClaim({ namespace, name }: CreateFailure & { readonly cause: 'service-account' }): Claim {
  return {
    rule: name === 'default' ? 'sa-default-missing' : 'sa-missing',
    subject: ref('ServiceAccount', namespace, name),
  };
}

/** A default that no quota of the namespace can hold is at fault itself: the quota has nothing in use. */
function quotaClaim(
  snapshot: Snapshot,
  refused: RefusedController,
  failure: CreateFailure & { readonly cause: 'quota' },
): Claim {
  const resources = [...failure.requested.keys()];
  const quota = ref('ResourceQuota', refused.controller.namespace, failure.quota);
  const contradiction = contradictionOf(snapshot, { quota, resources, template: refused.template });
  return contradiction === undefined
    ? { rule: quotaRule(resources), subject: quota }
    : { rule: 'quota-contradicts-limitrange', subject: contradiction.range, discriminator: contradiction.resource };
}

/** What the API server says although no grammar reads it, of the kinds for which nothing else tells. */
function untoldClaim(refused: RefusedController): Claim | undefined {
  const rule = untoldRule(refused);
  return rule === undefined ? undefined : { rule, subject: refused.owner };
}

function silentClaim(gate: SilentGate): Claim {
  switch (gate.kind) {
    case 'quota':
      return { rule: quotaRule(gate.quota.resources), subject: gate.quota.quota };
    case 'service-account':
      return { rule: gate.account.name === 'default' ? 'sa-default-missing' : 'sa-missing', subject: gate.account };
    case 'priority-class':
    default:
      return { rule: 'priority-class-missing', subject: gate.priorityClass };
  }
}

function quotaRule(resources: readonly string[]): CreateRule {
  return resources.length > 0 && resources.every((resource) => isObjectCount(resource))
    ? 'quota-object-count'
    : 'quota-exceeded';
}

/** Events last an hour: a controller that still lacks pods beside a full quota is refused by it. */
function silentQuota(snapshot: Snapshot, refused: RefusedController): Claim | undefined {
  const full = fullQuota(snapshot, refused);
  return full === undefined ? undefined : { rule: quotaRule(full.resources), subject: full.quota };
}

function limitRule({ bounds }: CreateFailure & { readonly cause: 'limit-range' }): CreateRule {
  const [first] = bounds;
  if (first?.type === 'PersistentVolumeClaim') return 'limitrange-pvc';
  if (first?.bound === 'ratio') return 'limitrange-ratio';
  return first?.bound === 'min' ? 'limitrange-min' : 'limitrange-max';
}

const RULE_OF_TROUBLE: Readonly<Record<WebhookTrouble, CreateRule>> = {
  'no-endpoints': 'webhook-no-endpoints',
  'service-missing': 'webhook-service-missing',
  timeout: 'webhook-timeout',
  refused: 'webhook-conn-refused',
  tls: 'webhook-tls',
};

function webhookClaim(
  snapshot: Snapshot,
  { owner }: RefusedController,
  failure: CreateFailure & { readonly cause: 'webhook-failed' },
): Claim | undefined {
  const trouble = webhookTrouble(failure.error);
  if (trouble === undefined) return undefined;
  const service = webhookService(failure.url);
  const behind = service === undefined ? owner : ref('Service', service.namespace, service.name);
  const subject = webhookConfiguration(snapshot, failure.webhook)?.ref ?? behind;
  return { rule: RULE_OF_TROUBLE[trouble], subject, discriminator: failure.webhook };
}

/** A webhook without ready pods that refuses the very pods it needs stands in its own way. */
function withDeadlock(snapshot: Snapshot, group: CreateGroup): CreateGroup {
  const { failure } = group.refused[0];
  if (!group.rule.startsWith('webhook-') || failure?.cause !== 'webhook-failed') return group;
  const named =
    webhookConfiguration(snapshot, failure.webhook)?.webhook.clientConfig?.service ?? webhookService(failure.url);
  const service = named === undefined ? undefined : ref('Service', named.namespace, named.name);
  return service !== undefined && isDeadlock(snapshot, group.refused, service)
    ? { ...group, rule: 'webhook-self-deadlock' }
    : group;
}

/**
 * The gate is the fault where it was set up or changed after the workload, whose older pods prove that it passed before;
 * else the template, which never passed.
 */
function gateOrTemplate(
  snapshot: Snapshot,
  { owner, object }: RefusedController,
  rule: CreateRule,
  gate: ResourceRef,
): Claim {
  const changed = gateChange(presentObject(snapshot, gate));
  const workload = timeOf((presentObject(snapshot, owner) ?? object).metadata.creationTimestamp);
  // Pods of the same ReplicaSet have the same template, so it passed when they were made.
  const passedBefore = object.kind === 'ReplicaSet' && podsOf(snapshot, refOf(object)).length > 0;
  const later = passedBefore || (changed !== undefined && workload !== undefined && changed > workload);
  return later ? { rule, subject: gate } : { rule, subject: owner };
}

/** When a gate came to be what it is: its creation, or the last change of its labels or spec. */
function gateChange(gate: KubernetesObject | undefined): number | undefined {
  if (gate === undefined) return undefined;
  const edits = (gate.metadata.changes ?? []).filter(
    ({ paths, subresource }) =>
      subresource === undefined &&
      paths.some((path) => path.startsWith('metadata.labels') || path === 'metadata' || path.startsWith('spec')),
  );
  const times = [gate.metadata.creationTimestamp, ...edits.map(({ time }) => time)]
    .map((text) => timeOf(text))
    .filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}
