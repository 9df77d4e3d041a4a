import {
  type APIService,
  type CustomResourceDefinition,
  type HorizontalPodAutoscaler,
  type PodDisruptionBudget,
  type Role,
  type RoleBinding,
  type WebhookClientConfig,
  type WebhookConfiguration,
} from '@kroot/types';
import { condition, labelSelector } from './common.ts';
import { type BodyOf, type FieldsOf } from './schema.ts';

/** A HorizontalPodAutoscaler. */
export const horizontalPodAutoscaler: BodyOf<HorizontalPodAutoscaler> = {
  spec: {
    scaleTargetRef: { apiVersion: 'string', kind: 'string!', name: 'string!' },
    minReplicas: 'number',
    maxReplicas: 'number',
    metrics: [
      {
        type: 'string!',
        resource: { name: 'string!' },
        containerResource: { name: 'string!', container: 'string!' },
      },
    ],
  },
  status: { currentReplicas: 'number', desiredReplicas: 'number', conditions: [condition] },
};

/** A PodDisruptionBudget. */
export const podDisruptionBudget: BodyOf<PodDisruptionBudget> = {
  spec: {
    selector: labelSelector,
    minAvailable: 'int-or-string',
    maxUnavailable: 'int-or-string',
    unhealthyPodEvictionPolicy: 'string',
  },
  status: {
    disruptionsAllowed: 'number',
    currentHealthy: 'number',
    desiredHealthy: 'number',
    expectedPods: 'number',
    conditions: [condition],
  },
};

/** Bundles are long and only whether there is one counts. */
function beginning(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 16) : undefined;
}

const clientConfig: FieldsOf<WebhookClientConfig> = {
  url: 'string',
  caBundle: beginning,
  service: { namespace: 'string!', name: 'string!', path: 'string', port: 'number' },
};

/** A ValidatingWebhookConfiguration or MutatingWebhookConfiguration. */
export const webhookConfiguration: BodyOf<WebhookConfiguration> = {
  webhooks: [
    {
      name: 'string!',
      clientConfig,
      failurePolicy: 'string',
      timeoutSeconds: 'number',
      namespaceSelector: labelSelector,
      objectSelector: labelSelector,
      rules: [
        {
          apiGroups: ['string'],
          apiVersions: ['string'],
          operations: ['string'],
          resources: ['string'],
          scope: 'string',
        },
      ],
    },
  ],
};

/** An APIService. */
export const apiService: BodyOf<APIService> = {
  spec: { group: 'string', version: 'string', service: { namespace: 'string', name: 'string', port: 'number' } },
  status: { conditions: [condition] },
};

/** A CustomResourceDefinition. */
export const customResourceDefinition: BodyOf<CustomResourceDefinition> = {
  spec: {
    group: 'string',
    scope: 'string',
    names: { kind: 'string', plural: 'string' },
    versions: [{ name: 'string!', served: 'boolean' }],
    conversion: { strategy: 'string', webhook: { clientConfig } },
  },
  status: { conditions: [condition] },
};

/** A Role or ClusterRole. */
export const role: BodyOf<Role> = {
  rules: [{ apiGroups: ['string'], resources: ['string'], verbs: ['string'], resourceNames: ['string'] }],
  aggregationRule: { clusterRoleSelectors: [labelSelector] },
};

/** A RoleBinding or ClusterRoleBinding. */
export const roleBinding: BodyOf<RoleBinding> = {
  roleRef: { apiGroup: 'string', kind: 'string!', name: 'string!' },
  subjects: [{ kind: 'string!', name: 'string!', namespace: 'string' }],
};
