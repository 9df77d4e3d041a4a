import { type Condition, type LabelSelector, type LabelSelectorRequirement, type ObjectReference } from '@kroot/types';
import { type FieldsOf } from './schema.ts';

/** An entry of status.conditions. */
export const condition: FieldsOf<Condition> = {
  type: 'string!',
  status: 'string!',
  reason: 'string',
  message: 'string',
  lastTransitionTime: 'string',
  lastUpdateTime: 'string',
  lastProbeTime: 'string',
  lastHeartbeatTime: 'string',
  observedGeneration: 'number',
};

/** An expression of a label or node selector. */
export const requirement: FieldsOf<LabelSelectorRequirement> = {
  key: 'string!',
  operator: 'string!',
  values: ['string'],
};

/** A label selector. */
export const labelSelector: FieldsOf<LabelSelector> = {
  matchLabels: 'strings',
  matchExpressions: [requirement],
};

/** A reference to another object. */
export const objectReference: FieldsOf<ObjectReference> = {
  apiVersion: 'string',
  apiGroup: 'string',
  kind: 'string',
  namespace: 'string',
  name: 'string',
  uid: 'string',
  fieldPath: 'string',
};
