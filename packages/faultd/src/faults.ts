import { gzipSync } from 'node:zlib';
import { type Fault, type FaultKind } from './plan.ts';
import { json, plain, valueOf, type Reply } from './reply.ts';
import { expired, NO_RESOURCE, status } from './status.ts';
import { decode, encode } from './store.ts';

/** What the server would answer, and for which request. */
interface Struck {
  readonly fault: Fault;
  readonly reply: Reply;
  /** The token that the request came with. */
  readonly token: string | undefined;
}

const HTML = '<!doctype html><html><head><title>Sign in</title></head><body>Please sign in</body></html>';
/** Members that hold what an answer is about. */
const LISTS = ['items', 'rows', 'groups', 'versions', 'resources'];
const MEGABYTE = 1024 * 1024;

const FAULTS: Readonly<Record<FaultKind, (struck: Struck) => Reply>> = {
  // The server or something before it refuses.
  unauthorized: () => json(401, status(401, 'Unauthorized', 'Unauthorized')),
  forbidden: () => json(403, status(403, 'Forbidden', 'forbidden: User "nobody" cannot do this')),
  'not-found': () => json(404, NO_RESOURCE),
  'not-found-html': () => plain(404, 'text/html', HTML),
  expired: () => json(410, expired(undefined)),
  'expired-with-continue': ({ token }) => json(410, expired(token)),
  throttled: ({ fault }) =>
    json(429, status(429, 'TooManyRequests', 'too many requests, please try again later'), {
      'retry-after': String(fault.seconds ?? 1),
    }),
  'internal-error': () => json(500, status(500, 'InternalError', 'Internal error occurred: etcdserver: no leader')),
  'bad-gateway': () => plain(502, 'text/html', HTML),
  unavailable: unavailable,
  'group-unavailable': unavailable,
  'gateway-timeout': () =>
    json(504, status(504, 'Timeout', 'Timeout: request did not complete within the allotted timeout')),
  html: () => plain(200, 'text/html', HTML),
  redirect: () => plain(302, 'text/plain', '', { location: 'https://elsewhere.example.com/login' }),

  // The bytes do not arrive.
  reset: ({ reply }) => ({ ...reply, wire: { kind: 'reset' } }),
  stall: ({ reply }) => ({ ...reply, wire: { kind: 'stall' } }),
  'cut-body': ({ reply }) => ({ ...reply, wire: { kind: 'cut', after: half(reply.body) } }),
  'stalled-body': ({ reply }) => ({ ...reply, wire: { kind: 'stop', after: half(reply.body) } }),
  drip: ({ reply }) => ({ ...reply, wire: { kind: 'drip' } }),
  // A whole answer over HTTP whose content ends in the middle.
  'cut-gzip': ({ reply }) => {
    const whole = zipped(reply, reply.body);
    return { ...whole, body: whole.body.subarray(0, half(whole.body)) };
  },

  // The bytes arrive and say something else.
  'broken-json': ({ reply }) => ({ ...reply, body: reply.body.subarray(0, half(reply.body)) }),
  'status-200': ({ reply }) => again(reply, status(500, 'InternalError', 'an error that says it is none')),
  'wrong-kind': ({ reply }) => {
    const value = valueOf(reply);
    return again(reply, { ...value, kind: value['kind'] === 'PodList' ? 'NodeList' : 'PodList', apiVersion: 'v1' });
  },
  'items-null': ({ reply }) => withItems(reply, null),
  'items-string': ({ reply }) => withItems(reply, 'abc'),
  'null-body': ({ reply }) => again(reply, null),
  // White space is valid JSON, and compresses to nearly nothing.
  'huge-body': ({ reply, fault }) =>
    zipped(reply, Buffer.concat([Buffer.alloc(fault.bytes ?? 300 * MEGABYTE, ' '), reply.body])),
  'same-token': ({ reply, token }) => withContinue(reply, token ?? encode({ page: 2, start: 0 })),
  'empty-page': ({ reply, token }) => {
    const { start = 0, page = 1 } = (token === undefined ? undefined : decode(token)) ?? {};
    return withItems(withContinue(reply, encode({ page: page + 1, start })), []);
  },
  // The date is put on every answer, this one's too.
  'clock-skew': ({ reply }) => reply,
};

/** All of them, for tables of tests. */
export const FAULT_KINDS: readonly FaultKind[] = Object.keys(FAULTS) as FaultKind[];

/** Answers as the fault has it. */
export function strike(struck: Struck): Reply {
  return FAULTS[struck.fault.kind](struck);
}

function unavailable({ fault }: Struck): Reply {
  const retry = fault.seconds === undefined ? {} : { 'retry-after': String(fault.seconds) };
  return plain(503, 'text/plain', 'service unavailable\n', retry);
}

function half(body: Uint8Array): number {
  return Math.floor(body.length / 2);
}

function zipped(reply: Reply, body: Uint8Array): Reply {
  return { ...reply, headers: { ...reply.headers, 'content-encoding': 'gzip' }, body: gzipSync(body, { level: 1 }) };
}

function again(reply: Reply, changed: unknown): Reply {
  return { ...reply, body: Buffer.from(JSON.stringify(changed)) };
}

function withItems(reply: Reply, items: unknown): Reply {
  const value = valueOf(reply);
  const name = LISTS.find((known) => known in value) ?? 'items';
  return again(reply, { ...value, [name]: items });
}

function withContinue(reply: Reply, token: string): Reply {
  const value = valueOf(reply);
  return again(reply, { ...value, metadata: { ...(value['metadata'] as object), continue: token } });
}
