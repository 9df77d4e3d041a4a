import { gunzipSync } from 'node:zlib';
import { fakeApi, type ApiRequest, type FakeApi, type Json, type Reply, type ServerPlan } from '@kroot/faultd';
import { collectSnapshot } from './collect.ts';
import { type Collected, type CollectOptions } from './collect-types.ts';
import { type Connection } from './connection.ts';
import { FailedTry } from './retry.ts';
import { accepted } from './transport-answer.ts';
import { TransportError } from './transport-error.ts';
import { type Answer, type RequestOptions } from './transport-types.ts';

/** A connection to an API server in the same process, without retries. */
export interface FakeCluster extends Connection {
  /** Paths in the order in which they were asked for. */
  readonly paths: readonly string[];
  readonly requests: readonly ApiRequest[];
}

export const NOW: number = Date.parse('2026-11-20T12:00:00Z');

/** Called before each answer: a test may change something, or stop the run. */
type Before = (path: string) => unknown;

export function fakeCluster(plan: ServerPlan, token = 'admin', before: Before = () => undefined): FakeCluster {
  const api = fakeApi({ now: () => NOW, ...plan });
  const requests: ApiRequest[] = [];
  const paths: string[] = [];
  const ask = async (path: string, options: RequestOptions = {}): Promise<Answer> => {
    const headers = { accept: options.accept ?? 'application/json', authorization: `Bearer ${token}` };
    const request = { method: 'GET', path, headers };
    requests.push(request);
    paths.push(path);
    await before(path);
    options.signal?.throwIfAborted();
    return answerOf(api, request);
  };
  const transport = {
    get: ask,
    review: () => Promise.reject(new Error('no review is needed')),
    get requests() {
      return requests.length;
    },
    serverTime: () => new Date(NOW),
    close: () => Promise.resolve(),
  };
  return {
    context: 'fake',
    cluster: 'fake',
    server: 'https://fake',
    namespace: 'default',
    user: 'jane',
    transport,
    paths,
    requests,
  };
}

/** What the transport makes of an answer, wire faults as what they end in. */
function answerOf(api: FakeApi, request: ApiRequest): Answer {
  const reply = api.handle(request);
  if (reply.wire !== undefined) throw new TransportError('transient', 'the connection was cut');
  const { status, headers } = reply;
  const received = {
    status,
    headers: new Map(Object.entries(headers)),
    body: bodyOf(reply),
    request: request.path,
    label: 'fake',
  };
  try {
    return accepted(received, false);
  } catch (error) {
    throw error instanceof FailedTry ? error.error : error;
  }
}

function bodyOf({ headers, body }: Reply): Uint8Array {
  if (headers['content-encoding'] !== 'gzip') return body;
  try {
    return gunzipSync(body, { maxOutputLength: 8 * 1024 * 1024 });
  } catch (error) {
    if (error instanceof RangeError) throw new TransportError('too-large', 'the answer is too large');
    throw new TransportError('transient', 'the answer was cut short');
  }
}

/** Collects from a plan. */
export async function collect(
  plan: ServerPlan,
  options: Partial<CollectOptions> = {},
): Promise<Collected & { readonly paths: readonly string[] }> {
  const cluster = fakeCluster(plan);
  const collected = await collectSnapshot(cluster, { kinds: ['Pod', 'Secret', 'ConfigMap', 'Event'], ...options });
  return { ...collected, paths: cluster.paths };
}

/** An object of the core API. */
export function make(kind: string, namespace: string | undefined, name: string, body: Json = {}): Json {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }), uid: `${kind}-${name}`, resourceVersion: '7' },
    ...body,
  };
}

/** Objects with numbered names. */
export function many(kind: string, namespace: string | undefined, count: number): readonly Json[] {
  return Array.from({ length: count }, (_, index) =>
    make(kind, namespace, `${kind.toLowerCase()}-${String(index).padStart(5, '0')}`),
  );
}
