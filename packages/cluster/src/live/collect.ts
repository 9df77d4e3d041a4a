import { builtinKind, ref, type KubernetesObject, type ResourceRef } from '@kroot/types';
import { internTable } from '../bytes/cursor.ts';
import { assemble } from '../assemble.ts';
import { text } from '../guards.ts';
import { inChains } from './chains.ts';
import { COLLECT_LIMITS, type Collected, type CollectOptions } from './collect-types.ts';
import { stagesOf } from './collection-order.ts';
import { confirm } from './confirm.ts';
import { type Connection } from './connection.ts';
import { discover, type Served } from './discovery.ts';
import { extraKinds } from './extra-kinds.ts';
import { jsonObject } from './json-answer.ts';
import { ledger, type Ledger } from './ledger.ts';
import { candidates, listByNamespace, neededElsewhere, type Access } from './namespaces.ts';
import { objectStore } from './object-store.ts';
import { progressOf } from './progress.ts';
import { readList, type ListOutcome } from './read-list.ts';
import { get, transportError, type Run } from './run.ts';

/** A collection in progress. */
interface Collection {
  readonly run: Run;
  readonly book: Ledger;
  readonly served: ReadonlyMap<string, Served>;
  readonly options: CollectOptions;
  readonly connection: Connection;
  readonly access: Access;
  readonly done: () => void;
}

/**
 * Lists the kinds and makes a snapshot of what could be read. Failures of single kinds become coverage; throws a
 * `TransportError` only where nothing at all could be read: no server, no trust, no credentials.
 */
export async function collectSnapshot(connection: Connection, options: CollectOptions): Promise<Collected> {
  const drops = { count: 0, first: '' };
  const kinds = [...new Set([...options.kinds, 'Namespace'])];
  const store = objectStore();
  const progress = progressOf(options.onProgress, kinds.length, store, connection.transport);
  const run: Run = {
    transport: connection.transport,
    signal: endOf(options),
    limits: { ...COLLECT_LIMITS, ...options.limits },
    store,
    interned: internTable(),
    onDrop: (field) => {
      drops.count += 1;
      // Answers arrive in any order.
      if (drops.first === '' || field < drops.first) drops.first = field;
    },
    report: progress.report,
    stopped: undefined,
  };
  const [discovery, serverVersion] = await Promise.all([discover(run), versionOf(run)]);
  const served = new Map<string, Served>();
  const extra = extraKinds(await discovery.kindsOf(options.groups ?? []), kinds, run.limits.extraKinds);
  progress.more(extra.kinds.length);
  await inChains(
    [...kinds, ...extra.kinds],
    run.limits.chains,
    async (kind) => void served.set(kind, await discovery.find(kind)),
  );
  const collection = {
    run,
    book: ledger(),
    served,
    options,
    connection,
    access: new Map(),
    done: progress.done,
  } satisfies Collection;
  for (const stage of stagesOf(kinds)) {
    // oxlint-disable-next-line no-await-in-loop -- a stage is over before the next begins
    await readStage(collection, stage);
  }
  // Last, even after the Events: a list of custom objects can take as long as a broken webhook of theirs.
  await readKinds(collection, extra.kinds);
  await confirm(run, collection.book, wantedBy(collection), (kind) => {
    const found = served.get(kind);
    return found?.state === 'served' ? found.apis[0] : undefined;
  });
  requireAnything(collection, kinds);
  const notices = [...discovery.notices, ...extra.notices, ...dropNotices(drops)];
  return finish(collection, serverVersion, notices);
}

function endOf({ signal, deadline }: CollectOptions): AbortSignal {
  const signals = [signal ?? [], deadline === undefined ? [] : AbortSignal.timeout(deadline)].flat();
  return AbortSignal.any(signals);
}

/** For display only. */
async function versionOf(run: Run): Promise<string | undefined> {
  try {
    return text(jsonObject(await get(run, '/version', 'application/json', 'discovery'), '/version')['gitVersion']);
  } catch (error) {
    transportError(error);
    return undefined;
  }
}

/** All of each kind, or what is in the namespace that was asked for. */
async function readKinds(collection: Collection, kinds: readonly string[]): Promise<void> {
  const { run, book, options } = collection;
  const { namespace } = options;
  await inChains(kinds, run.limits.chains, async (kind) => {
    if (namespace === undefined || !isNamespaced(collection, kind)) {
      book.setWhole(kind, await listKind(collection, kind, undefined));
    } else {
      book.setWhole(kind, { state: 'not-collected', reason: `only namespace ${namespace} was asked for` });
      book.setNamespace(kind, namespace, await listKind(collection, kind, namespace));
    }
    collection.done();
  });
}

/** With what is allowed or needed in single namespaces. */
async function readStage(collection: Collection, kinds: readonly string[]): Promise<void> {
  const { run, book, options, connection, access } = collection;
  const { namespace } = options;
  await readKinds(collection, kinds);
  const list = async (kind: string, inside: string): Promise<ListOutcome> => listKind(collection, kind, inside);
  if (namespace === undefined) {
    const denied = kinds.filter(
      (kind) => book.outcome(kind, undefined)?.state === 'forbidden' && isNamespaced(collection, kind),
    );
    const namespaces = candidates(run, connection.namespace);
    await listByNamespace(run, book, { kinds: denied, namespaces, access }, list);
  } else await readElsewhere(collection, kinds, namespace);
}

/** What is needed of other namespaces than the one that was asked for. */
async function readElsewhere(collection: Collection, kinds: readonly string[], namespace: string): Promise<void> {
  const { run, book } = collection;
  const places = kinds.flatMap((kind) =>
    isNamespaced(collection, kind) ? neededElsewhere(kind, namespace).map((place) => ({ kind, place })) : [],
  );
  const allKnown = book.outcome('Namespace', undefined)?.state === 'complete';
  await inChains(places, run.limits.chains, async ({ kind, place }) => {
    // Nothing can be in a namespace that does not exist.
    const isThere = !allKnown || run.store.has('Namespace', undefined, place);
    book.setNamespace(
      kind,
      place,
      isThere ? await listKind(collection, kind, place) : { state: 'complete', reason: '' },
    );
  });
}

function isNamespaced({ served }: Collection, kind: string): boolean {
  const found = served.get(kind);
  return found?.state === 'served' ? found.apis[0].namespaced : builtinKind(kind)?.namespaced === true;
}

/** Lists a kind in the first of its versions that the server has. */
async function listKind(
  { run, served }: Collection,
  kind: string,
  namespace: string | undefined,
): Promise<ListOutcome> {
  const found = served.get(kind);
  if (found?.state !== 'served') {
    return { state: found?.state === 'absent' ? 'api-absent' : 'not-collected', reason: found?.reason ?? '' };
  }
  let outcome: ListOutcome | undefined;
  for (const api of found.apis) {
    // oxlint-disable-next-line no-await-in-loop -- the next version only if this one is not there
    outcome = await readList(run, api, namespace);
    if (outcome.state !== 'not-collected' || outcome.error?.problem !== 'absent-api') return outcome;
  }
  const reason = 'the server does not serve it';
  if (found.exhaustive) return { state: 'api-absent', reason };
  return {
    state: 'not-collected',
    reason: found.sure ? `discovery names it, but ${reason}` : `${reason} in the version that was guessed`,
  };
}

/** What is read by name if no list gave it: what the caller wants, and the labels of the namespace that it is about. */
function wantedBy({ options, connection, book }: Collection): readonly ResourceRef[] {
  const { namespace, wanted = [] } = options;
  const isListed = book.outcome('Namespace', undefined)?.state === 'complete';
  return isListed ? wanted : [...wanted, ref('Namespace', undefined, namespace ?? connection.namespace)];
}

/** A run in which every request failed has nothing to say but why. */
function requireAnything({ run, book }: Collection, kinds: readonly string[]): void {
  if (run.store.size > 0 || run.signal.aborted) return;
  if (run.stopped !== undefined) throw run.stopped;
  const outcomes = kinds.map((kind) => book.outcome(kind, undefined));
  const failed = outcomes.find((outcome) => outcome?.error !== undefined)?.error;
  const isAnswered = outcomes.some((outcome) => outcome?.state === 'complete' || outcome?.state === 'forbidden');
  if (failed !== undefined && !isAnswered) throw failed;
}

function dropNotices({ count, first }: { readonly count: number; readonly first: string }): readonly string[] {
  const fields = count === 1 ? '1 field' : `${count} fields`;
  return count === 0 ? [] : [`${fields} with an unusable value left out (first: ${first})`];
}

function finish(
  { run, book, connection, options }: Collection,
  serverVersion: string | undefined,
  notices: readonly string[],
): Collected {
  const now = run.transport.serverTime() ?? new Date();
  const items = run.store.sorted();
  const coverage = book.statements();
  const source = {
    type: 'live' as const,
    name: connection.context ?? connection.server,
    capturedAt: now.toISOString(),
    ...(serverVersion !== undefined && { serverVersion }),
    ...(options.namespace !== undefined && { namespace: options.namespace }),
  };
  const assembly = assemble();
  assembly.add({ values: [], items, complete: false, reason: 'the kind was not asked for' }, source.name);
  const snapshot = assembly.finish({ now, source, coverage, notices });
  const objects: readonly KubernetesObject[] = items.map(({ object }) => object);
  return { snapshot, source, objects, coverage, notices, requests: run.transport.requests };
}
