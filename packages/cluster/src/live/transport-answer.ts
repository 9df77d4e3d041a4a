import { isObject, member, text } from '../guards.ts';
import { FailedTry } from './retry.ts';
import { TransportError, type TransportFacts } from './transport-error.ts';
import { type Answer, type TransportProblem } from './transport-types.ts';

/** An answer of whatever status, with what is said of it. */
export interface Received extends Answer {
  /** Such as `GET /api/v1/pods`. */
  readonly request: string;
  /** Such as `https://10.0.0.1:6443 (context prod)`. */
  readonly label: string;
}

const TRIES: Partial<Record<TransportProblem, number>> = { throttled: 6, transient: 4 };

/** The answer, if it is one to work with; throws a `FailedTry` otherwise. */
export function accepted(received: Received, isText: boolean): Answer {
  const { status, body, headers } = received;
  if (status < 200 || status > 299) throw rejected(received);
  // A log may hold anything, a page of HTML too.
  if (isText) return { status, body, headers };
  if (!isJson(headers)) throw notJson(received);
  const first = edge(body, 1);
  // All that the API answers is an object. One without an end was cut by something that hid it.
  if (first !== OPEN) throw notJson(received);
  if (edge(body, -1) !== CLOSE) throw failed('transient', 'the answer was cut short', received);
  return { status, body, headers };
}

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** The first or last byte that is not white space. */
function edge(body: Uint8Array, step: 1 | -1): number | undefined {
  let at = step === 1 ? 0 : body.length - 1;
  while (at >= 0 && at < body.length && (body[at] ?? 0) <= 0x20) at += step;
  return body[at];
}

function isJson(headers: Answer['headers']): boolean {
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || type.endsWith('+json');
}

function notJson(received: Received): FailedTry {
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(received.headers.get('content-type') ?? '')?.[0] ?? 'something else';
  const what = isJson(received.headers) ? 'JSON that is no object' : type;
  return failed(
    'bad-response',
    `the answer is ${what}, not what the API gives; is a proxy or log-in page in between?`,
    received,
  );
}

function rejected(received: Received): FailedTry {
  const { status, headers, label } = received;
  if (status >= 300 && status < 400) {
    return failed(
      'bad-response',
      `unexpected redirect${target(headers.get('location'))}; kroot does not follow it`,
      received,
    );
  }
  if (status === 401) {
    const next = 'log in again, or check the user in your kubeconfig';
    return new FailedTry(
      new TransportError('auth', `your credentials for ${label} were rejected (expired?); ${next}`, factsOf(received)),
    );
  }
  if (status === 403) return failed('denied', 'forbidden', received);
  if (status === 404) {
    if (isApiServer404(received)) return failed('absent-api', 'not found', received);
    return failed('bad-response', 'not found, and not by an API server; is the server address right?', received);
  }
  if (status === 410) return failed('expired', 'the list expired while it was read', received);
  if (status === 429) return failed('throttled', 'the server asks to slow down', received);
  if (status >= 500) return failed('transient', 'the server failed', received);
  if (status === 400 && /HTTP request to an HTTPS server/.test(words(received.body))) {
    return failed('bad-response', 'the server speaks TLS; use https:// in its address', received);
  }
  return failed('bad-response', 'the server did not accept the request', received);
}

function target(location: string | undefined): string {
  if (location === undefined || !URL.canParse(location)) return '';
  return ` to ${new URL(location).host}`;
}

/** Its own 404 is a Status, or plain text where it serves nothing at all; only it adds these headers. */
function isApiServer404(received: Received): boolean {
  if (statusOf(received) !== undefined) return true;
  const { headers } = received;
  return headers.has('audit-id') || headers.has('x-kubernetes-pf-flowschema-uid');
}

function failed(problem: TransportProblem, what: string, received: Received): FailedTry {
  const message = `${received.request}: ${what} (${received.status})`;
  return new FailedTry(new TransportError(problem, message, factsOf(received)), { tries: TRIES[problem] ?? 1 });
}

const MAX_WORDS = 1000;

function factsOf(received: Received): TransportFacts {
  const status = statusOf(received);
  return {
    status: received.status,
    retryAfter: retryAfter(received),
    continueToken: text(member(member(status, 'metadata'), 'continue')),
    statusMessage: text(member(status, 'message'))?.slice(0, MAX_WORDS),
  };
}

/** Seconds, or a date by the server's own clock. */
function retryAfter({ headers }: Received): number | undefined {
  const value = headers.get('retry-after');
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  const seconds = (Date.parse(value) - Date.parse(headers.get('date') ?? '')) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds));
}

/** The Status object that the API server explains failures with. */
function statusOf({ body, headers }: Received): object | undefined {
  if (!isJson(headers)) return undefined;
  try {
    const value: unknown = JSON.parse(words(body));
    return isObject(value) && value['kind'] === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}

function words(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
}
