import { memoize, refOf, timeOf } from '@kroot/graph';
import { type KubernetesObject, type ResourceRef, type Snapshot, type WebhookClientConfig } from '@kroot/types';

/** An object that cert-manager should write a CA bundle into, and that has none. */
export interface MissingBundle {
  readonly ref: ResourceRef;
  /** The annotation that asks for it. */
  readonly annotation: string;
  /** The Certificate or Secret that it names. */
  readonly source: ResourceRef;
  /** The fields that are empty. */
  readonly paths: readonly string[];
  /** It blocks requests while it is empty. */
  readonly isStrict: boolean;
}

const GRACE = 120_000;
const ANNOTATIONS: readonly (readonly [string, Pick<ResourceRef, 'group' | 'kind'>])[] = [
  ['cert-manager.io/inject-ca-from', { group: 'cert-manager.io', kind: 'Certificate' }],
  ['cert-manager.io/inject-ca-from-secret', { group: '', kind: 'Secret' }],
];

/** All objects whose CA is to be injected and is missing. https://cert-manager.io/docs/concepts/ca-injector/ */
export const cainjectorGaps: (snapshot: Snapshot) => readonly MissingBundle[] = memoize((snapshot) => {
  const now = snapshot.now.getTime();
  const found: MissingBundle[] = [];
  const consider = (
    object: KubernetesObject,
    configs: readonly {
      readonly path: string;
      readonly config: WebhookClientConfig | undefined;
      readonly strict: boolean;
    }[],
  ): void => {
    const asked = injection(object);
    const empty = configs.filter(({ config }) => config !== undefined && (config.caBundle ?? '') === '');
    const young = now - (timeOf(object.metadata.creationTimestamp) ?? 0) < GRACE;
    if (asked === undefined || empty.length === 0 || young) return;
    found.push({
      ref: refOf(object),
      ...asked,
      paths: empty.map(({ path }) => `${path}.caBundle`),
      isStrict: empty.some(({ strict }) => strict),
    });
  };
  for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] as const) {
    for (const object of snapshot.list(kind)) {
      consider(
        object,
        (object.webhooks ?? []).map(({ clientConfig, failurePolicy }, i) => ({
          path: `webhooks[${i}].clientConfig`,
          config: clientConfig,
          strict: failurePolicy !== 'Ignore',
        })),
      );
    }
  }
  for (const object of snapshot.list('CustomResourceDefinition')) {
    const conversion = object.spec?.conversion;
    if (conversion?.strategy !== 'Webhook') continue;
    const config = conversion.webhook?.clientConfig;
    consider(object, [{ path: 'spec.conversion.webhook.clientConfig', config, strict: true }]);
  }
  return found;
});

function injection({ metadata }: KubernetesObject): Pick<MissingBundle, 'annotation' | 'source'> | undefined {
  const annotations = new Map(Object.entries(metadata.annotations ?? {}));
  for (const [annotation, target] of ANNOTATIONS) {
    const [namespace, name] = (annotations.get(annotation) ?? '').split('/');
    if (namespace !== undefined && name !== undefined) return { annotation, source: { ...target, namespace, name } };
  }
  return undefined;
}
