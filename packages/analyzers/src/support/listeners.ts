import { memoize } from '@kroot/graph';
import { type Condition, type Snapshot, type UntypedObject } from '@kroot/types';
import { currentCondition, GATEWAY_KIND, listenersOf, ROUTE_GRACE, type Listener } from './gateway-api.ts';

/** A listener that its controller finds fault with. */
export interface BrokenListener {
  readonly gateway: UntypedObject;
  readonly name: string;
  /** As the spec has it. */
  readonly listener?: Listener;
  readonly condition: Condition;
}

const BAD = [
  { type: 'Conflicted', status: 'True' },
  { type: 'ResolvedRefs', status: 'False' },
  { type: 'Accepted', status: 'False' },
] as const;

/** All listeners with a bad condition, in order of Gateways. */
export const brokenListeners: (snapshot: Snapshot) => readonly BrokenListener[] = memoize((snapshot) =>
  snapshot.list(GATEWAY_KIND).flatMap((gateway) =>
    (gateway.status?.listeners ?? []).flatMap(({ name, conditions }) => {
      const condition = BAD.map((wanted) =>
        currentCondition(snapshot, gateway, conditions, { ...wanted, grace: ROUTE_GRACE }),
      ).find((each) => each !== undefined);
      if (condition === undefined) return [];
      const listener = listenersOf(gateway).find((each) => each.name === name);
      return [{ gateway, name, condition, ...(listener === undefined ? {} : { listener }) }];
    }),
  ),
);
