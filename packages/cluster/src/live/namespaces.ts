import { compareStrings } from '@kroot/types';
import { type ListOutcome } from './read-list.ts';
import { inChains } from './chains.ts';
import { type Ledger } from './ledger.ts';
import { type Run } from './run.ts';

/** So many kinds denied and none allowed, and nothing else is tried in a namespace. */
const ENOUGH = 3;

/** Where namespaced kinds are looked for in one namespace only, what is needed of others: the cluster's DNS, and heartbeats. */
const DNS: readonly string[] = ['Pod', 'Service', 'EndpointSlice', 'Deployment', 'DaemonSet', 'ReplicaSet'];
const NEEDED: ReadonlyMap<string, readonly string[]> = new Map([
  ['kube-system', [...DNS, 'Lease']],
  ['openshift-dns', DNS],
  ['kube-node-lease', ['Lease']],
]);

/** The namespaces, besides the one that was asked for, in which a kind is needed, and whether every cluster has them. */
export function neededElsewhere(kind: string, namespace: string): readonly string[] {
  return [...NEEDED].filter(([name, kinds]) => name !== namespace && kinds.includes(kind)).map(([name]) => name);
}

/** What one list in one namespace gave. */
export type ListIn = (kind: string, namespace: string) => Promise<ListOutcome>;

/** What was found out about access to namespaces, so that it is not tried again and again. */
export type Access = Map<string, { denied: number; allowed: number }>;

/** Lists kinds, which may not be listed as a whole, in each namespace that may be known. */
export async function listByNamespace(
  run: Run,
  book: Ledger,
  {
    kinds,
    namespaces,
    access,
  }: { readonly kinds: readonly string[]; readonly namespaces: readonly string[]; readonly access: Access },
  list: ListIn,
): Promise<void> {
  if (kinds.length === 0) return;
  await inChains(namespaces, run.limits.chains, async (namespace) => {
    const known = access.get(namespace) ?? { denied: 0, allowed: 0 };
    access.set(namespace, known);
    for (const kind of kinds) {
      if (known.allowed === 0 && known.denied >= ENOUGH) return;
      // oxlint-disable-next-line no-await-in-loop -- the first answers decide whether there are more
      const outcome = await list(kind, namespace);
      if (outcome.state === 'forbidden') known.denied += 1;
      else known.allowed += 1;
      book.setNamespace(kind, namespace, outcome);
    }
  });
}

/** Where to look: the current namespace, then all that are known, up to the limit. */
export function candidates(run: Run, current: string): readonly string[] {
  const known = [...run.store.list('Namespace')].map(({ metadata }) => metadata.name).toSorted(compareStrings);
  return [...new Set([current, ...known])].slice(0, run.limits.namespaces);
}
