import { topOwner } from '@kroot/graph';
import { ref, refKey, sameRef, type Evidence, type Fix, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { webhookService, webhookTrouble, type WebhookTrouble } from '../messages/create-failure.ts';
import { type CreateGroup } from './create-groups.ts';
import { failureOf, refusedOwners, TRIES_AGAIN, type CreateText } from './create-rule.ts';
import { computed, fromSpec } from './evidence.ts';
import { describeFix, inWords, kubectl, kubectlName } from './kubectl.ts';
import { expiredCertificateOf } from './cert-manager.ts';
import { cainjectorGaps } from './missing-bundles.ts';
import { present } from './present.ts';
import { podsBehind } from './webhook-deadlock.ts';
import { webhookConfiguration, type ConfiguredWebhook } from './webhook-configurations.ts';
import { counted, inline, listed } from './words.ts';

/** A webhook that cannot be called, and all that is known of it. */
interface BrokenWebhook {
  readonly name: string;
  readonly trouble: WebhookTrouble;
  readonly error: string;
  readonly configured?: ConfiguredWebhook;
  readonly service?: ResourceRef;
}

const HEADLINES: Readonly<Record<WebhookTrouble, (target: string) => string>> = {
  'no-endpoints': (target) => `has no ready pods behind ${target}`,
  'service-missing': (target) => `calls ${target}, which does not exist`,
  timeout: (target) => `gets no answer from ${target} in time`,
  refused: (target) => `is refused connections by ${target}`,
  tls: (target) => `does not accept the certificate of ${target}`,
};

/** What all rules on webhooks that cannot be called say. */
export function webhookText(group: CreateGroup, snapshot: Snapshot): CreateText {
  const broken = brokenWebhook(group, snapshot);
  const { service, configured, name } = broken;
  const target = service === undefined ? 'its server' : inWords(service);
  const where = configured === undefined ? `Webhook ${name}` : `Webhook ${name} of ${inWords(configured.ref)}`;
  const behind = service === undefined ? [] : podsBehind(snapshot, service);
  const deadlock = group.rule === 'webhook-self-deadlock';
  const waits = broken.trouble === 'no-endpoints' && service !== undefined && !deadlock;
  return {
    message: `${where} ${HEADLINES[broken.trouble](target)}, so no pods are created`,
    cause: `The API server has to ask webhook ${name} before it creates the pods of ${refusedOwners(group)}, and that fails: ${inline(broken.error, 240)}.`,
    evidence: [...policyEvidence(configured), ...behindEvidence(service, behind)],
    fixes: deadlock
      ? [...letThrough(configured), ...repair(snapshot, broken, behind)]
      : [...repair(snapshot, broken, behind), ...letThrough(configured)],
    ...(waits ? { because: [{ ref: service, mechanism: 'endpoints' as const }] } : {}),
    ...certificateCause(snapshot, broken),
    ...(deadlock ? { waitsFor: [] } : {}),
    notes: deadlock ? [`It stops itself: its own pods need pods that only start once ${name} lets them through.`] : [],
  };
}

/** cert-manager has not written the bundle, a finding of its own on the same object, or has let the certificate run out. */
function certificateCause(snapshot: Snapshot, broken: BrokenWebhook): Pick<CreateText, 'because'> {
  const { trouble, configured, service, error } = broken;
  if (trouble !== 'tls') return {};
  const gap = cainjectorGaps(snapshot).find(
    ({ ref: target }) => configured !== undefined && sameRef(target, configured.ref),
  );
  const expired =
    /has expired/.test(error) && service !== undefined ? expiredCertificateOf(snapshot, service) : undefined;
  const cause = gap?.ref ?? expired;
  return cause === undefined ? {} : { because: [{ ref: cause, mechanism: 'admission' }] };
}

/** The Service that a webhook which cannot be called stands for; undefined for one outside the cluster. */
export function calledService(group: CreateGroup, snapshot: Snapshot): ResourceRef | undefined {
  return brokenWebhook(group, snapshot).service;
}

function brokenWebhook(group: CreateGroup, snapshot: Snapshot): BrokenWebhook {
  const failure = failureOf(group.refused[0], 'webhook-failed');
  const name = failure?.webhook ?? group.discriminator ?? '';
  const configured = webhookConfiguration(snapshot, name);
  const named = configured?.webhook.clientConfig?.service ?? webhookService(failure?.url);
  return {
    name,
    error: failure?.error ?? '',
    trouble: webhookTrouble(failure?.error ?? '') ?? 'timeout',
    ...(configured === undefined ? {} : { configured }),
    ...(named === undefined ? {} : { service: ref('Service', named.namespace, named.name) }),
  };
}

function policyEvidence(configured: ConfiguredWebhook | undefined): readonly Evidence[] {
  if (configured === undefined) return [];
  const { ref: target, index, webhook } = configured;
  return [fromSpec(target, `webhooks[${index}].failurePolicy`, webhook.failurePolicy ?? 'Fail')];
}

function behindEvidence(service: ResourceRef | undefined, behind: readonly Pod[]): readonly Evidence[] {
  if (service === undefined || behind.length === 0) return [];
  const ready = behind.filter(
    ({ status }) =>
      status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true,
  ).length;
  return [
    computed(service, `${counted(ready, 'pod')} of ${behind.length} behind it ${ready === 1 ? 'is' : 'are'} ready`),
  ];
}

function repair(
  snapshot: Snapshot,
  { trouble, service, name, configured }: BrokenWebhook,
  behind: readonly Pod[],
): readonly Fix[] {
  if (service === undefined)
    return configured === undefined
      ? []
      : [describeFix(configured.ref, `Make the server of webhook ${name} answer`, [TRIES_AGAIN])];
  const owners = [
    ...new Map(behind.map((pod) => topOwner(snapshot, pod)).map((owner) => [refKey(owner), owner])).values(),
  ];
  const [owner] = owners;
  const whose = owners.length === 0 ? inWords(service) : listed(owners.map((target) => inWords(target)));
  return [REPAIRS[trouble]({ snapshot, service, name, behind, whose, owner, configured })];
}

interface Repair {
  readonly snapshot: Snapshot;
  readonly service: ResourceRef;
  readonly name: string;
  readonly behind: readonly Pod[];
  /** The workloads behind the Service, in words. */
  readonly whose: string;
  readonly owner: ResourceRef | undefined;
  readonly configured: ConfiguredWebhook | undefined;
}

const REPAIRS: Readonly<Record<WebhookTrouble, (repair: Repair) => Fix>> = {
  'no-endpoints': ({ service, owner, name, whose }) =>
    describeFix(owner ?? service, `Bring the pods behind ${inWords(service)} back`, [
      `Webhook ${name} works again as soon as one pod of ${whose} is ready. ${TRIES_AGAIN}`,
    ]),
  'service-missing': ({ service, name }) =>
    describeFix(service, `Restore ${inWords(service)} if webhook ${name} is still in use`, [
      `If what installed the webhook is gone, its configuration is a leftover. ${TRIES_AGAIN}`,
    ]),
  refused: portFix,
  tls: tlsFix,
  timeout: ({ service, whose }) =>
    describeFix(service, `Open the way from the API server to ${inWords(service)}`, [
      `Check firewalls and NetworkPolicies between the control plane and the pods of ${whose}, and whether they are overloaded. ${TRIES_AGAIN}`,
    ]),
};

function portFix({ snapshot, service, behind, whose }: Repair): Fix {
  const ports = (present(snapshot, 'Service', service.namespace, service.name)?.spec?.ports ?? []).map(
    ({ port, targetPort }) => `${port} to ${targetPort ?? port}`,
  );
  const declared = [
    ...new Set(
      behind.flatMap(({ spec }) =>
        spec.containers.flatMap(({ ports: own = [] }) => own.map(({ containerPort }) => String(containerPort))),
      ),
    ),
  ];
  return describeFix(service, `Let ${inWords(service)} lead to the port on which its pods listen`, [
    `It sends ${listed(ports)}; the pods of ${whose} declare ${declared.length === 0 ? 'no port' : `port ${listed(declared)}`}. ${TRIES_AGAIN}`,
  ]);
}

function tlsFix({ service, owner, configured, whose }: Repair): Fix {
  const injected = Object.entries(configured?.configuration.metadata.annotations ?? {}).find(([key]) =>
    key.startsWith('cert-manager.io/inject-ca-from'),
  );
  const steps = [
    injected === undefined
      ? `The caBundle of the webhook has to be the CA that signed the certificate which ${whose} serves; install the chart or operator again if it makes both.`
      : `cert-manager writes the CA of ${injected[1]} into the webhook: look whether that certificate is ready and newer than the one that ${whose} serves.`,
  ];
  if (owner === undefined || !['Deployment', 'StatefulSet', 'DaemonSet'].includes(owner.kind))
    return describeFix(service, `Bring the certificate behind ${inWords(service)} and the caBundle together`, steps);
  return {
    summary: `Restart ${inWords(owner)}, so that it serves its current certificate`,
    steps: [...steps, TRIES_AGAIN],
    commands: [kubectl(owner.namespace, 'rollout', 'restart', kubectlName(owner))],
    effect: 'change',
    where: 'cluster',
  };
}

/** Stops asking the webhook: objects are then created without its checks or changes. */
function letThrough(configured: ConfiguredWebhook | undefined): readonly Fix[] {
  if (configured === undefined) return [];
  const { ref: target, index, webhook } = configured;
  const patch = JSON.stringify([{ op: 'replace', path: `/webhooks/${index}/failurePolicy`, value: 'Ignore' }]);
  return [
    {
      summary: `Let pods pass without webhook ${webhook.name} until it answers again`,
      steps: [
        'With failurePolicy Ignore objects are created without its checks and changes while it is down. Set it back to Fail afterwards; an operator may do so by itself.',
      ],
      commands: [kubectl(undefined, 'patch', kubectlName(target), '--type=json', '-p', patch)],
      effect: 'change',
      where: 'cluster',
    },
  ];
}
