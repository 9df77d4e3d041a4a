import { memoize, refOf, timeOf } from '@kroot/graph';
import { builtinKind, refKey, type ResourceRef, type Snapshot, type UntypedObject } from '@kroot/types';
import { operatorOf, resourceOf, type Operator } from './operators.ts';
import { finalizerDomain, stuckObjects, type StuckObject } from './stuck-objects.ts';

/** A deleted object and the operator that should let it go. */
export interface WaitingObject extends StuckObject {
  readonly operator?: Operator;
}

/** Deleted objects that finalizers keep, each with its operator where that can be told. */
export const waitingObjects: (snapshot: Snapshot) => readonly WaitingObject[] = memoize((snapshot) =>
  stuckObjects(snapshot).map((stuck) => {
    const [finalizer = ''] = stuck.finalizers;
    const operator = findOperator(snapshot, stuck.ref, stuck.object, finalizerDomain(finalizer));
    return operator === undefined ? stuck : { ...stuck, operator };
  }),
);

function findOperator(
  snapshot: Snapshot,
  target: ResourceRef,
  object: StuckObject['object'],
  domain?: string,
): Operator | undefined {
  const resource = resourceOf(snapshot, target);
  return operatorOf(snapshot, {
    object,
    group: target.group,
    ...(resource === undefined ? {} : { resource }),
    ...(domain === undefined ? {} : { domain }),
  });
}

/** An operator that is down, and what it leaves undone. */
export interface IdleOperator {
  readonly operator: Operator;
  readonly stuck: readonly WaitingObject[];
  /** Objects whose newest spec it has not seen. */
  readonly stale: readonly ResourceRef[];
}

/** An operator that restarts catches up by itself. */
const STALE_GRACE = 120_000;

/** Operators that are down while objects wait for them, by name. */
export const idleOperators: (snapshot: Snapshot) => readonly IdleOperator[] = memoize((snapshot) => {
  const found = new Map<string, { operator: Operator; stuck: WaitingObject[]; stale: ResourceRef[] }>();
  const entry = (operator: Operator): { stuck: WaitingObject[]; stale: ResourceRef[] } => {
    const known = found.get(refKey(operator.ref)) ?? { operator, stuck: [], stale: [] };
    found.set(refKey(operator.ref), known);
    return known;
  };
  for (const waiting of waitingObjects(snapshot)) {
    if (waiting.operator?.isDown === true) entry(waiting.operator).stuck.push(waiting);
  }
  for (const object of staleObjects(snapshot)) {
    const target = refOf(object);
    const operator = findOperator(snapshot, target, object);
    if (operator?.isDown === true) entry(operator).stale.push(target);
  }
  return [...found.values()];
});

/** Custom objects whose controller has not seen their newest spec. */
function staleObjects(snapshot: Snapshot): readonly UntypedObject[] {
  const now = snapshot.now.getTime();
  return snapshot
    .kinds()
    .filter((kind) => builtinKind(kind) === undefined)
    .flatMap((kind): readonly UntypedObject[] => snapshot.list(kind))
    .filter(({ metadata, status }) => {
      const { generation, deletionTimestamp, changes = [], creationTimestamp } = metadata;
      if (deletionTimestamp !== undefined || generation === undefined) return false;
      if (status?.observedGeneration === undefined || status.observedGeneration >= generation) return false;
      const edited = changes.find(({ subresource }) => subresource === undefined)?.time ?? creationTimestamp;
      return now - (timeOf(edited) ?? 0) >= STALE_GRACE;
    });
}
