import { matchesLabelSelector, serviceEndpoints } from '@kroot/graph';
import { CONFIDENCE, ref, refKey, type Analyzer, type Finding, type ResourceRef, type Snapshot } from '@kroot/types';
import { createGroups } from '../support/create-groups.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { isYounger } from '../support/pods-on-node.ts';
import { type ConfiguredWebhook, configuredWebhooks } from '../support/webhook-configurations.ts';
import { counted, listed } from '../support/words.ts';

interface Unhealthy {
  readonly configuration: ResourceRef;
  readonly service: ResourceRef;
  readonly isGone: boolean;
  readonly webhooks: readonly ConfiguredWebhook[];
}

/** Reports webhooks that will refuse the next request, because nobody answers for them. */
export const webhookLatentUnhealthy: Analyzer = {
  meta: {
    id: 'webhook-latent-unhealthy',
    title: 'Webhook would refuse the next request: nobody answers for it',
    role: 'fault',
    severity: 'warning',
    reads: [
      'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration',
      'Service',
      'EndpointSlice',
      'Pod',
      'Event',
    ],
    breaks: ['admission'],
    waitsFor: ['endpoints'],
    docs: {
      means:
        'A webhook with failurePolicy Fail has no ready pod behind its Service, or no Service at all. Nothing that runs is hurt; the next creation or change of what it covers is refused.',
      decides: 'The Service of the webhook provably does not exist, or provably has no ready endpoint.',
      silent:
        'With failurePolicy Ignore, when the webhook is called by URL, in the first two minutes, and when controllers are refused pods for it already: then that is told.',
      references: [
        'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
      ],
    },
  },
  *analyze({ snapshot, now }) {
    const told = new Set(createGroups(snapshot).map(({ subject }) => refKey(subject)));
    for (const unhealthy of unhealthyWebhooks(snapshot, now)) {
      if (!told.has(refKey(unhealthy.configuration))) yield finding(unhealthy);
    }
  },
};

function unhealthyWebhooks(snapshot: Snapshot, now: number): readonly Unhealthy[] {
  const found = new Map<string, Unhealthy & { webhooks: ConfiguredWebhook[] }>();
  for (const each of configuredWebhooks(snapshot)) {
    const { webhook, configuration } = each;
    const named = webhook.clientConfig?.service;
    if (webhook.failurePolicy === 'Ignore' || named === undefined || isYounger(configuration, now, 120_000)) continue;
    const service = ref('Service', named.namespace, named.name);
    const key = `${refKey(each.ref)}\n${refKey(service)}`;
    const known = found.get(key);
    if (known !== undefined) known.webhooks.push(each);
    else if (isUnhealthy(snapshot, service)) {
      const isGone = snapshot.lookup(service).state === 'absent';
      found.set(key, { configuration: each.ref, service, isGone, webhooks: [each] });
    }
  }
  return [...found.values()];
}

function isUnhealthy(snapshot: Snapshot, target: ResourceRef): boolean {
  if (snapshot.lookup(target).state === 'absent') return true;
  const service = present(snapshot, 'Service', target.namespace, target.name);
  if (service === undefined) return false;
  const { complete, ready, managed } = serviceEndpoints(snapshot, service);
  return managed && complete && ready.length === 0;
}

function finding({ configuration: subject, service, isGone, webhooks }: Unhealthy): Finding {
  const resources = new Set(
    webhooks.flatMap(({ webhook }) => (webhook.rules ?? []).flatMap((rule) => rule.resources ?? [])),
  );
  const names = webhooks.map(({ webhook }) => webhook.name);
  const state = isGone ? 'does not exist' : 'has no ready endpoint';
  return {
    rule: webhookLatentUnhealthy.meta.id,
    subject,
    discriminator: `${service.namespace ?? ''}/${service.name}`,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} will refuse requests: ${inWords(service)} ${state}`,
    cause: `The API server has to ask ${inWords(service)} about every change of ${listed([...resources], 4)} (${counted(names.length, 'webhook')} with failurePolicy Fail), and it ${state}.`,
    evidence: [
      fromSpec(
        subject,
        `webhooks[${webhooks[0]?.index ?? 0}].clientConfig.service`,
        `${service.namespace ?? ''}/${service.name}`,
      ),
      computed(service, state),
    ],
    because: [{ ref: service, mechanism: 'endpoints' }],
    ...systemNotes(webhooks),
    fixes: [
      isGone
        ? describeFix(subject, `Install again what ${inWords(subject)} belongs to, or remove the configuration`, [
            'Its labels and annotations tell which chart or operator made it; if that is gone, the configuration is a leftover.',
          ])
        : describeFix(service, `Bring the pods behind ${inWords(service)} up before the next rollout`, [
            'Until then pods that are lost may not be replaced.',
          ]),
    ],
  };
}

/** A webhook that is asked about the pods of kube-system as well keeps the cluster from repairing itself. */
function systemNotes(webhooks: readonly ConfiguredWebhook[]): { readonly notes?: readonly string[] } {
  const labels = { 'kubernetes.io/metadata.name': 'kube-system' };
  const wide = webhooks.find(
    ({ webhook: { namespaceSelector = {}, rules = [] } }) =>
      matchesLabelSelector(namespaceSelector, labels) &&
      rules.some(({ resources = [] }) =>
        resources.some((name) => ['pods', 'nodes', 'leases', '*', '*/*'].includes(name)),
      ),
  );
  if (wide === undefined) return {};
  return {
    notes: [
      `Webhook ${wide.webhook.name} covers kube-system too: exclude it with a namespaceSelector, or lost pods of DNS and network are not replaced.`,
    ],
  };
}
