import { memoize, refOf } from '@kroot/graph';
import { type ResourceRef, type Snapshot, type WebhookConfiguration } from '@kroot/types';

/** One webhook and the configuration that it is part of. */
export interface ConfiguredWebhook {
  readonly ref: ResourceRef;
  readonly configuration: WebhookConfiguration;
  readonly index: number;
  readonly webhook: NonNullable<WebhookConfiguration['webhooks']>[number];
}

const byName: (snapshot: Snapshot) => ReadonlyMap<string, ConfiguredWebhook> = memoize((snapshot) => {
  const found = new Map<string, ConfiguredWebhook>();
  for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] as const) {
    for (const configuration of snapshot.list(kind)) {
      for (const [index, webhook] of (configuration.webhooks ?? []).entries()) {
        if (!found.has(webhook.name))
          found.set(webhook.name, { ref: refOf(configuration), configuration, index, webhook });
      }
    }
  }
  return found;
});

/** The configuration that holds a webhook of this name; mutating ones come first, as in the API server. */
export function webhookConfiguration(snapshot: Snapshot, name: string): ConfiguredWebhook | undefined {
  return byName(snapshot).get(name);
}
