import { type Credential, type Credentials } from './connection-credentials.ts';
import { FailedTry, retries, stopped } from './retry.ts';
import { assertAllowed } from './transport-allowlist.ts';
import { accepted, type Received } from './transport-answer.ts';
import { attempt, type Outgoing, type Sending } from './transport-attempt.ts';
import { type Dispatchers } from './transport-dispatcher.ts';
import { TransportError } from './transport-error.ts';
import { type Destination } from './transport-failure.ts';
import { type Clock, type TransportLimits } from './transport-limits.ts';
import { slots } from './transport-slots.ts';
import { type Answer, type RequestOptions, type Transport } from './transport-types.ts';

/** What a transport is made of. */
export interface TransportOptions {
  readonly server: URL;
  readonly destination: Destination;
  readonly credentials: Credentials;
  readonly dispatchers: Dispatchers;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly limits: TransportLimits;
  readonly clock: Clock;
}

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain';

/** The transport to one server: few kept connections, no redirects, bounded answers, patient with what passes. */
export function createTransport(options: TransportOptions): Transport {
  const { server, limits, clock } = options;
  const base = server.pathname.replace(/\/+$/, '');
  const room = slots(limits.connections);
  const tries = retries(limits, clock);
  const sending: Sending = { ...options, origin: server.origin };
  let requests = 0;
  let heard: { readonly server: number; readonly local: number } | undefined;

  const exchange = async (outgoing: Outgoing, credential: Credential): Promise<Received> => {
    requests += 1;
    const received = await attempt(outgoing, credential, sending);
    const date = Date.parse(received.headers.get('date') ?? '');
    if (!Number.isNaN(date)) heard ??= { server: date, local: clock.now() };
    return received;
  };
  const send = async (outgoing: Outgoing): Promise<Answer> => {
    const credential = await credentialOf(options.credentials.current());
    const received = await exchange(outgoing, credential);
    const isText = outgoing.headers['accept'] === TEXT_TYPE;
    if (received.status !== 401) return accepted(received, isText);
    const renewed = await credentialOf(options.credentials.refresh(credential));
    return accepted(isSame(renewed, credential) ? received : await exchange(outgoing, renewed), isText);
  };
  const take = async (outgoing: Outgoing): Promise<Answer> => {
    tries.check();
    try {
      return await send(outgoing);
    } catch (error) {
      if (error instanceof FailedTry) {
        tries.note(error);
        if (error.error.problem === 'throttled') room.narrow();
      }
      throw error;
    }
  };
  const request = async (outgoing: Outgoing): Promise<Answer> => {
    const { signal } = outgoing;
    return tries.run(
      async () =>
        room.run(
          async () => take(outgoing),
          signal,
          () => new FailedTry(stopped()),
        ),
      signal,
    );
  };

  const outgoing = (method: 'GET' | 'POST', path: string, body: unknown, given: RequestOptions): Outgoing => {
    const accept = given.accept ?? JSON_TYPE;
    assertAllowed(method, path, accept);
    const content = body === undefined ? {} : { 'content-type': JSON_TYPE };
    return {
      method,
      path: `${base}${path}`,
      name: `${method} ${path.split('?')[0] ?? ''}`,
      headers: { ...options.headers, ...content, accept },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: given.signal,
      maxBytes: given.maxBytes,
    };
  };

  return {
    get: async (path, given = {}) => request(outgoing('GET', path, undefined, given)),
    review: async (path, body, given = {}) => request(outgoing('POST', path, body, given)),
    get requests() {
      return requests;
    },
    serverTime: () => (heard === undefined ? undefined : new Date(heard.server + clock.now() - heard.local)),
    close: () => options.dispatchers.close(),
  };
}

/** What keeps credentials from being had is a failure to authenticate like any other. */
async function credentialOf(pending: Promise<Credential>): Promise<Credential> {
  try {
    return await pending;
  } catch (error) {
    const message = error instanceof Error ? error.message : 'no credentials';
    throw new FailedTry(new TransportError('auth', message, { cause: error }));
  }
}

function isSame(a: Credential, b: Credential): boolean {
  return a.authorization === b.authorization && a.certificate === b.certificate && a.key === b.key;
}
