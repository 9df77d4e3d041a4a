import { type CoverageState } from '@kroot/types';
import { project, type Projected } from '../projection/project.ts';
import { pageReader, type ListPage, type PageReader } from './list-page.ts';
import { get, transportError, type Run } from './run.ts';
import { acceptFor, apiVersionOf, pathOf, type ServedApi } from './served-api.ts';
import { TransportError } from './transport-error.ts';
import { type Answer } from './transport-types.ts';

/** How a list went; its objects are in the store. */
export interface ListOutcome {
  readonly state: CoverageState;
  /** One sentence on why the state is not complete. */
  readonly reason: string;
  /** What it ended with. */
  readonly error?: TransportError;
}

/** Shorter pages are not tried for answers that are too large or take too long. */
const SHORTEST_PAGE = 50;
/** A list of so many objects is worth one attempt in one piece when its pages keep expiring. */
const ONE_PIECE = 5000;
/** Pages without objects but with a token are allowed; a server that gives nothing else is not. */
const EMPTY_PAGES = 20;

/** A list while it is read. */
interface Chain {
  readonly api: ServedApi;
  readonly namespace: string | undefined;
  readonly reader: PageReader;
  readonly tokens: Set<string>;
  objects: Projected[];
  lost: number;
  pages: number;
  emptyPages: number;
  limit: number;
  token: string | undefined;
  /** The next page, asked for before this one is read. */
  ahead: Promise<Answer> | undefined;
  /** How often the list has expired. */
  expired: number;
  inconsistent: boolean;
  retried: boolean;
}

/** Reads a list page by page. Never throws for what the server does; what was read by then is kept and said to be partial. */
export async function readList(run: Run, api: ServedApi, namespace: string | undefined): Promise<ListOutcome> {
  const chain: Chain = {
    api,
    namespace,
    reader: pageReader(api, run.interned),
    tokens: new Set(),
    objects: [],
    lost: 0,
    pages: 0,
    emptyPages: 0,
    limit: run.limits.page,
    token: undefined,
    ahead: undefined,
    expired: 0,
    inconsistent: false,
    retried: false,
  };
  const outcome = await readPages(run, chain);
  for (const item of chain.objects) run.store.add(item);
  return outcome;
}

async function readPages(run: Run, chain: Chain): Promise<ListOutcome> {
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- each page names the next
      const page = await nextPage(run, chain);
      take(run, chain, page);
      if (page.next === undefined) return finished(chain);
      goOn(chain, page.next);
      if (run.store.size + chain.objects.length > run.limits.objects)
        throw new TransportError('too-large', `more than ${run.limits.objects} objects in all`);
    } catch (error) {
      const fault = transportError(error);
      chain.ahead = undefined;
      if (!recover(chain, fault)) return givenUp(chain, fault);
    }
  }
}

async function nextPage(run: Run, chain: Chain): Promise<ListPage> {
  const answer = await (chain.ahead ?? request(run, chain, chain.token));
  chain.ahead = undefined;
  const token = chain.reader.peek(answer.body);
  if (token !== undefined && !chain.tokens.has(token)) {
    chain.ahead = request(run, chain, token);
    // Whoever waits for it sees the failure; perhaps nobody does.
    chain.ahead.catch(() => undefined);
  }
  return chain.reader.read(answer.body);
}

async function request(run: Run, { api, namespace, limit }: Chain, token: string | undefined): Promise<Answer> {
  const query = new URLSearchParams();
  if (limit > 0) query.set('limit', String(limit));
  if (token !== undefined) query.set('continue', token);
  const text = query.toString();
  return get(run, `${pathOf(api, namespace)}${text === '' ? '' : `?${text}`}`, acceptFor(api), api.key);
}

function take(run: Run, chain: Chain, { items }: ListPage): void {
  chain.pages += 1;
  chain.emptyPages = items.length === 0 ? chain.emptyPages + 1 : 0;
  const hint = { apiVersion: apiVersionOf(chain.api), kind: chain.api.kind };
  for (const item of items) {
    const result = item.state === 'kept' ? item : project(item.value, hint, run.onDrop);
    if (result.state === 'kept' && result.kind === chain.api.key) chain.objects.push(result);
    else chain.lost += 1;
  }
}

function goOn(chain: Chain, token: string): void {
  // Reading the page again would not help against a list that never ends.
  chain.retried = chain.tokens.has(token) || chain.emptyPages > EMPTY_PAGES;
  if (chain.retried) throw new TransportError('bad-response', 'the list never ends');
  chain.tokens.add(token);
  chain.token = token;
}

/** Whether the list goes on after a failure, and if so from where. */
function recover(chain: Chain, { problem, status, continueToken }: TransportError): boolean {
  if (problem === 'expired') return recoverExpired(chain, continueToken);
  // 504: the server's own limit of a minute, or that of a proxy.
  const isTooMuch = problem === 'too-large' || (problem === 'transient' && status === 504);
  if (isTooMuch && chain.limit > SHORTEST_PAGE) {
    chain.limit = Math.max(SHORTEST_PAGE, Math.floor(chain.limit / 4));
    return true;
  }
  // A body that is no list may be one that was garbled on its way.
  if (problem !== 'bad-response' || chain.retried) return false;
  chain.retried = true;
  return true;
}

/** From the first page again, once; then on from where it was, in another state of the cluster; then in one piece. */
function recoverExpired(chain: Chain, continueToken: string | undefined): boolean {
  chain.expired += 1;
  if (chain.expired === 2 && continueToken !== undefined) {
    chain.inconsistent = true;
    chain.tokens.add(continueToken);
    chain.token = continueToken;
    return true;
  }
  const inOnePiece = chain.expired === 2 && chain.objects.length <= ONE_PIECE;
  if (chain.expired > 1 && !inOnePiece) return false;
  if (inOnePiece) chain.limit = 0;
  Object.assign(chain, { objects: [], lost: 0, pages: 0, emptyPages: 0, token: undefined });
  chain.tokens.clear();
  return true;
}

function finished({ inconsistent, lost }: Chain): ListOutcome {
  if (lost > 0) {
    const objects = lost === 1 ? '1 object was' : `${lost} objects were`;
    return { state: 'partial', reason: `${objects} of no use and left out` };
  }
  return inconsistent
    ? { state: 'partial', reason: 'the list expired while it was read, and its end is of a later moment' }
    : { state: 'complete', reason: '' };
}

function givenUp({ pages, objects, api }: Chain, error: TransportError): ListOutcome {
  const { message, problem } = error;
  if (pages > 0) return { state: 'partial', reason: `only the first ${objects.length} were read: ${message}`, error };
  if (problem === 'denied') return { state: 'forbidden', reason: `you may not list ${api.resource}`, error };
  return { state: 'not-collected', reason: message, error };
}
