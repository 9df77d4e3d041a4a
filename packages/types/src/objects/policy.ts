import { type Condition, type IntOrString, type KubernetesObject, type LabelSelector } from './meta.ts';

/** A HorizontalPodAutoscaler (autoscaling/v2). */
export interface HorizontalPodAutoscaler extends KubernetesObject {
  readonly spec?: {
    readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly metrics?: readonly {
      readonly type: string;
      readonly resource?: { readonly name: string };
      readonly containerResource?: { readonly name: string; readonly container: string };
    }[];
  };
  readonly status?: {
    readonly currentReplicas?: number;
    readonly desiredReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** A PodDisruptionBudget. */
export interface PodDisruptionBudget extends KubernetesObject {
  readonly spec?: {
    readonly selector?: LabelSelector;
    readonly minAvailable?: IntOrString;
    readonly maxUnavailable?: IntOrString;
    /** IfHealthyBudget when absent: pods that run but are not ready count against the budget. */
    readonly unhealthyPodEvictionPolicy?: string;
  };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly expectedPods?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** How an API server reaches a webhook. */
export interface WebhookClientConfig {
  readonly url?: string;
  /** Of the CA bundle only its beginning is kept: enough to see whether there is one. */
  readonly caBundle?: string;
  readonly service?: {
    readonly namespace: string;
    readonly name: string;
    readonly path?: string;
    readonly port?: number;
  };
}

/** A ValidatingWebhookConfiguration or MutatingWebhookConfiguration. */
export interface WebhookConfiguration extends KubernetesObject {
  readonly webhooks?: readonly {
    readonly name: string;
    readonly clientConfig?: WebhookClientConfig;
    /** Fail when absent. */
    readonly failurePolicy?: string;
    readonly timeoutSeconds?: number;
    readonly namespaceSelector?: LabelSelector;
    readonly objectSelector?: LabelSelector;
    readonly rules?: readonly {
      readonly apiGroups?: readonly string[];
      readonly apiVersions?: readonly string[];
      readonly operations?: readonly string[];
      readonly resources?: readonly string[];
      readonly scope?: string;
    }[];
  }[];
}

/** An APIService. */
export interface APIService extends KubernetesObject {
  readonly spec?: {
    readonly group?: string;
    readonly version?: string;
    readonly service?: { readonly namespace?: string; readonly name?: string; readonly port?: number };
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** A CustomResourceDefinition; of the schema nothing is kept. */
export interface CustomResourceDefinition extends KubernetesObject {
  readonly spec?: {
    readonly group?: string;
    readonly scope?: string;
    readonly names?: { readonly kind?: string; readonly plural?: string };
    readonly versions?: readonly { readonly name: string; readonly served?: boolean }[];
    readonly conversion?: {
      readonly strategy?: string;
      readonly webhook?: { readonly clientConfig?: WebhookClientConfig };
    };
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** A Role or ClusterRole. */
export interface Role extends KubernetesObject {
  readonly rules?: readonly {
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly verbs?: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] };
}

/** A RoleBinding or ClusterRoleBinding. */
export interface RoleBinding extends KubernetesObject {
  readonly roleRef?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}
