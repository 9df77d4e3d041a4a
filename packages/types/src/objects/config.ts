import { type KubernetesObject, type StringMap } from './meta.ts';

/** A ConfigMap. Values longer than 16 KiB are not kept: `dataKeys` has every key. */
export interface ConfigMap extends KubernetesObject {
  /** Keys of data and binaryData, sorted. */
  readonly dataKeys?: readonly string[];
  readonly data?: StringMap;
  readonly immutable?: boolean;
}

/** A Secret: its type and key names. Values never get this far. `dataKeys` is absent when the input could not tell the keys. */
export interface Secret extends KubernetesObject {
  readonly type?: string;
  readonly dataKeys?: readonly string[];
  readonly immutable?: boolean;
}

/** A ServiceAccount. */
export interface ServiceAccount extends KubernetesObject {
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly secrets?: readonly { readonly name?: string }[];
  readonly automountServiceAccountToken?: boolean;
}

/** A ResourceQuota. */
export interface ResourceQuota extends KubernetesObject {
  readonly spec?: { readonly hard?: StringMap; readonly scopes?: readonly string[] };
  readonly status?: { readonly hard?: StringMap; readonly used?: StringMap };
}

/** A LimitRange. */
export interface LimitRange extends KubernetesObject {
  readonly spec?: {
    readonly limits?: readonly {
      readonly type: string;
      readonly default?: StringMap;
      readonly defaultRequest?: StringMap;
      readonly max?: StringMap;
      readonly min?: StringMap;
      readonly maxLimitRequestRatio?: StringMap;
    }[];
  };
}

/** A PriorityClass. */
export interface PriorityClass extends KubernetesObject {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

/** A RuntimeClass. */
export interface RuntimeClass extends KubernetesObject {
  readonly handler?: string;
  readonly overhead?: { readonly podFixed?: StringMap };
  readonly scheduling?: { readonly nodeSelector?: StringMap };
}
