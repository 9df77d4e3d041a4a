import { ref, type WebhookClientConfig, type WebhookConfiguration } from '@kroot/types';
import { forKind, type MakerContext, type RelationMaker } from './relation-maker.ts';

/** The Services that the API server itself calls: extension APIs, webhooks and conversions. */
export const servedByRelations: readonly RelationMaker[] = [
  forKind('APIService', ({ spec }, context) => {
    linkService(spec?.service, 'spec.service', context);
  }),
  forKind('MutatingWebhookConfiguration', linkWebhooks),
  forKind('ValidatingWebhookConfiguration', linkWebhooks),
  forKind('CustomResourceDefinition', ({ spec }, context) => {
    const { strategy, webhook } = spec?.conversion ?? {};
    if (strategy !== 'Webhook') return;
    linkService(webhook?.clientConfig?.service, 'spec.conversion.webhook.clientConfig.service', context);
  }),
];

function linkWebhooks({ webhooks = [] }: WebhookConfiguration, context: MakerContext): void {
  for (const [i, { clientConfig }] of webhooks.entries()) {
    linkService(clientConfig?.service, `webhooks[${i}].clientConfig.service`, context);
  }
}

type ServiceAddress = Partial<NonNullable<WebhookClientConfig['service']>>;

function linkService(service: ServiceAddress | undefined, path: string, { self, link }: MakerContext): void {
  const { namespace, name, port = 443 } = service ?? {};
  if (namespace === undefined || name === undefined) return;
  link(self, ref('Service', namespace, name), 'served-by', { path, detail: `port ${port}` });
}
