import { memoize, refOf } from '@kroot/graph';
import { type ResourceRef, type Snapshot, type WebhookConfiguration } from '@kroot/types';

/** One webhook and the configuration that it is part of. */
export interface ConfiguredWebhook {
  readonly ref: ResourceRef;
  readonly configuration: WebhookConfiguration;
  readonly index: number;
  readonly webhook: NonNullable<WebhookConfiguration['webhooks']>[number];
}

/** All webhooks, mutating ones first, as in the API server. */
export const configuredWebhooks: (snapshot: Snapshot) => readonly ConfiguredWebhook[] = memoize((snapshot) =>
  (['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] as const).flatMap((kind) =>
    snapshot.list(kind).flatMap((configuration) =>
      (configuration.webhooks ?? []).map((webhook, index) => ({
        ref: refOf(configuration),
        configuration,
        index,
        webhook,
      })),
    ),
  ),
);

const byName: (snapshot: Snapshot) => ReadonlyMap<string, ConfiguredWebhook> = memoize((snapshot) => {
  const found = new Map<string, ConfiguredWebhook>();
  for (const each of configuredWebhooks(snapshot))
    if (!found.has(each.webhook.name)) found.set(each.webhook.name, each);
  return found;
});

/** The configuration that holds a webhook of this name; mutating ones come first, as in the API server. */
export function webhookConfiguration(snapshot: Snapshot, name: string): ConfiguredWebhook | undefined {
  return byName(snapshot).get(name);
}
