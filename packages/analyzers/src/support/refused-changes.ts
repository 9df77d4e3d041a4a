import { memoize } from '@kroot/graph';
import { type KubernetesObject, type Snapshot } from '@kroot/types';
import { refusedChange, type RefusedChange } from '../messages/immutable-field.ts';
import { failedDeliveries, type FailedDelivery } from './deliveries.ts';
import { textOf } from './untyped.ts';

/** A change that Flux or Argo CD wants and the API server refuses. */
export interface DeliveredChange {
  readonly change: RefusedChange;
  readonly delivery: FailedDelivery;
  readonly object: KubernetesObject;
}

const KINDS = { 'stateful-set': 'StatefulSet', 'claim-size': 'PersistentVolumeClaim' } as const;

/** All such changes whose object is in the snapshot. */
export const deliveredChanges: (snapshot: Snapshot) => readonly DeliveredChange[] = memoize((snapshot) =>
  failedDeliveries(snapshot).flatMap((delivery) => {
    const change = refusedChange(delivery.words);
    const object = change === undefined ? undefined : objectOf(snapshot, change, delivery);
    return change === undefined || object === undefined ? [] : [{ change, delivery, object }];
  }),
);

/** The words name no namespace: the one that the delivery writes to, or the only object of the name. */
function objectOf(
  snapshot: Snapshot,
  { kind, name }: RefusedChange,
  { object, ref }: FailedDelivery,
): KubernetesObject | undefined {
  const named = snapshot.list(KINDS[kind]).filter(({ metadata }) => metadata.name === name);
  const target =
    textOf(object.spec, 'targetNamespace') ?? textOf(object.spec, 'destination', 'namespace') ?? ref.namespace;
  return named.find(({ metadata }) => metadata.namespace === target) ?? (named.length === 1 ? named[0] : undefined);
}
