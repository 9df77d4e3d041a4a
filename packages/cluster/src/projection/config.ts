import {
  type ConfigMap,
  type Event,
  type LimitRange,
  type PriorityClass,
  type ResourceQuota,
  type RuntimeClass,
  type Secret,
  type ServiceAccount,
} from '@kroot/types';
import { objectReference } from './common.ts';
import { type BodyOf, must } from './schema.ts';

/** A ConfigMap; its key names are derived. */
export const configMap: BodyOf<ConfigMap> = { data: 'config-values', immutable: 'boolean' };

/** A Secret; its key names are derived, its values are not even read. */
export const secret: BodyOf<Secret> = { type: 'string', immutable: 'boolean' };

/** A ServiceAccount. */
export const serviceAccount: BodyOf<ServiceAccount> = {
  imagePullSecrets: [{ name: 'string' }],
  secrets: [{ name: 'string' }],
  automountServiceAccountToken: 'boolean',
};

/** A ResourceQuota. */
export const resourceQuota: BodyOf<ResourceQuota> = {
  spec: { hard: 'strings', scopes: ['string'] },
  status: { hard: 'strings', used: 'strings' },
};

/** A LimitRange. */
export const limitRange: BodyOf<LimitRange> = {
  spec: {
    limits: [
      {
        type: 'string!',
        default: 'strings',
        defaultRequest: 'strings',
        max: 'strings',
        min: 'strings',
        maxLimitRequestRatio: 'strings',
      },
    ],
  },
};

/** A PriorityClass. */
export const priorityClass: BodyOf<PriorityClass> = {
  value: 'number',
  globalDefault: 'boolean',
  preemptionPolicy: 'string',
};

/** A RuntimeClass. */
export const runtimeClass: BodyOf<RuntimeClass> = {
  handler: 'string',
  overhead: { podFixed: 'strings' },
  scheduling: { nodeSelector: 'strings' },
};

/** An Event, core/v1 spelling. */
export const event: BodyOf<Event> = {
  type: 'string',
  reason: 'string',
  message: 'string',
  involvedObject: must(objectReference),
  count: 'number',
  firstTimestamp: 'string',
  lastTimestamp: 'string',
  eventTime: 'string',
  series: { count: 'number', lastObservedTime: 'string' },
  source: { component: 'string', host: 'string' },
  reportingComponent: 'string',
};
