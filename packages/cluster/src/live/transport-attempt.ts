import { type Credential } from './connection-credentials.ts';
import { FailedTry, stopped } from './retry.ts';
import { type Received } from './transport-answer.ts';
import { discard, readBody, TooLargeError } from './transport-body.ts';
import { type Dispatchers } from './transport-dispatcher.ts';
import { TransportError } from './transport-error.ts';
import { failureOf, type Destination } from './transport-failure.ts';
import { type TransportLimits } from './transport-limits.ts';

/** A request that may be sent. */
export interface Outgoing {
  readonly method: 'GET' | 'POST';
  /** With the path of the server in front. */
  readonly path: string;
  /** For messages: method and path. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly maxBytes: number | undefined;
}

/** Where and how requests are sent. */
export interface Sending {
  readonly origin: string;
  readonly destination: Destination;
  readonly dispatchers: Dispatchers;
  readonly limits: TransportLimits;
}

/** What a failed answer may say of itself is short. */
const MAX_ERROR_BYTES = 64 * 1024;

/** Sends a request once. Rejects with a `FailedTry` unless a whole answer, of whatever status, came back. */
export async function attempt(outgoing: Outgoing, credential: Credential, sending: Sending): Promise<Received> {
  const { limits, destination } = sending;
  const bodyBytes = Math.min(limits.bodyBytes, outgoing.maxBytes ?? limits.bodyBytes);
  const watchdog = watch(limits, outgoing, destination);
  try {
    const response = await sending.dispatchers.of(credential).request({
      origin: sending.origin,
      path: outgoing.path,
      method: outgoing.method,
      headers: withCredential(outgoing.headers, credential),
      body: outgoing.body ?? null,
      signal: watchdog.signal,
    });
    watchdog.heard();
    const status = response.statusCode;
    const headers = lowerCased(response.headers);
    const received = { status, headers, request: outgoing.name, label: destination.label };
    const encoding = headers.get('content-encoding') ?? 'identity';
    if (encoding !== 'identity' && encoding !== 'gzip') {
      discard(response.body);
      const message = `${outgoing.name}: the answer is in an encoding that was not asked for`;
      throw new FailedTry(new TransportError('bad-response', message, { status }));
    }
    const success = status >= 200 && status < 300;
    const max = success ? bodyBytes : MAX_ERROR_BYTES;
    const body = readBody(response.body, encoding === 'gzip', max, watchdog.heard);
    // What an error says is worth having, not worth failing for.
    return { ...received, body: await (success ? body : body.catch(() => new Uint8Array())) };
  } catch (error) {
    if (error instanceof FailedTry) throw error;
    if (error instanceof TooLargeError) {
      const message = `${outgoing.name}: the answer is larger than ${Math.floor(bodyBytes / 1024 / 1024)} MiB`;
      throw new FailedTry(new TransportError('too-large', message));
    }
    throw watchdog.reason() ?? failureOf(error, destination);
  } finally {
    watchdog.stop();
  }
}

function withCredential(headers: Outgoing['headers'], credential: Credential): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) result[name] = typeof value === 'string' ? value : [...value];
  if (credential.authorization !== undefined) result['authorization'] = credential.authorization;
  return result;
}

function lowerCased(headers: Readonly<Record<string, string | string[] | undefined>>): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result.set(name.toLowerCase(), typeof value === 'string' ? value : value.join(', '));
  }
  return result;
}

interface Watchdog {
  readonly signal: AbortSignal;
  /** Something came. */
  readonly heard: () => void;
  /** Why it was aborted, if it was. */
  reason(): FailedTry | undefined;
  stop(): void;
}

/** Ends a try that stalls, takes too long, or is no longer wanted. */
function watch(limits: TransportLimits, outgoing: Outgoing, { label }: Destination): Watchdog {
  const controller = new AbortController();
  let reason: FailedTry | undefined;
  const abort = (failed: FailedTry): void => {
    reason ??= failed;
    controller.abort();
  };
  const late = (words: string, milliseconds: number, tries: number): FailedTry => {
    const message = `cannot reach ${label}: ${words} within ${milliseconds / 1000} s (${outgoing.name}); try again`;
    return new FailedTry(new TransportError('transient', message), { tries, network: true });
  };
  // A minute of silence is enough: the second stall is the last.
  let idle = setTimeout(() => abort(late('it did not answer', limits.idle, 2)), limits.idle);
  const total = Number.isFinite(limits.total)
    ? setTimeout(() => abort(late('the answer did not end', limits.total, 1)), limits.total)
    : undefined;
  const unwanted = (): void => abort(new FailedTry(stopped()));
  outgoing.signal?.addEventListener('abort', unwanted, { once: true });
  if (outgoing.signal?.aborted === true) unwanted();
  return {
    signal: controller.signal,
    heard() {
      clearTimeout(idle);
      idle = setTimeout(() => abort(late('the answer stalled', limits.idle, 2)), limits.idle);
    },
    reason: () => reason,
    stop() {
      clearTimeout(idle);
      clearTimeout(total);
      outgoing.signal?.removeEventListener('abort', unwanted);
    },
  };
}
