import { conditionOf, groupBy, memoize, refOf } from '@kroot/graph';
import { refKey, type Condition, type ResourceRef, type Snapshot, type UntypedObject } from '@kroot/types';
import { textOf } from './untyped.ts';

const GROUP = 'external-secrets.io';

/** ExternalSecrets, as `Snapshot.list` names them. */
export const EXTERNAL_SECRET_KIND: string = `ExternalSecret.${GROUP}`;
/** Their stores, as `Snapshot.list` names them. */
export const STORE_KINDS: readonly string[] = [`ClusterSecretStore.${GROUP}`, `SecretStore.${GROUP}`];

/** A store that cannot serve, and who needs it. */
export interface BrokenStore {
  readonly ref: ResourceRef;
  /** Absent where the store itself is not there. */
  readonly ready?: Condition;
  readonly users: readonly ResourceRef[];
}

/** The store that an ExternalSecret reads from. https://external-secrets.io/latest/api/externalsecret/ */
export function storeOf({ spec, metadata }: UntypedObject): ResourceRef | undefined {
  const name = textOf(spec, 'secretStoreRef', 'name');
  if (name === undefined) return undefined;
  return textOf(spec, 'secretStoreRef', 'kind') === 'ClusterSecretStore'
    ? { group: GROUP, kind: 'ClusterSecretStore', name }
    : { group: GROUP, kind: 'SecretStore', namespace: metadata.namespace ?? '', name };
}

/** Stores that are not ready, or needed and not there. */
export const brokenStores: (snapshot: Snapshot) => readonly BrokenStore[] = memoize((snapshot) => {
  const needed = snapshot.list(EXTERNAL_SECRET_KIND).flatMap((object) => {
    const store = storeOf(object);
    const said = conditionOf(object.status?.conditions, 'Ready')?.message ?? '';
    return store === undefined
      ? []
      : [{ store, user: refOf(object), saysMissing: said.includes(`"${store.name}" not found`) }];
  });
  const byStore = groupBy(needed, ({ store }) => refKey(store));
  const unready = STORE_KINDS.flatMap((kind) => snapshot.list(kind)).flatMap((object): readonly BrokenStore[] => {
    const ready = conditionOf(object.status?.conditions, 'Ready');
    const store = refOf(object);
    const users = (byStore.get(refKey(store)) ?? []).map(({ user }) => user);
    return ready?.status === 'False' ? [{ ref: store, ready, users }] : [];
  });
  const missing = [...byStore.values()].flatMap((uses): readonly BrokenStore[] => {
    const store = uses[0]?.store;
    if (store === undefined) return [];
    const { state } = snapshot.lookup(store);
    const isMissing = state === 'absent' || (state === 'unknown' && uses.some(({ saysMissing }) => saysMissing));
    return isMissing ? [{ ref: store, users: uses.map(({ user }) => user) }] : [];
  });
  return [...unready, ...missing];
});
