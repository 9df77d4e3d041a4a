import { Agent, request } from 'node:https';
import { builtinKind } from '@kroot/types';
import { type Credential } from './certificates.ts';

/** An API object as plain JSON. */
export interface Json {
  readonly [field: string]: unknown;
}

/** The least an object needs to be sent. */
export interface Manifest extends Json {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Json & { readonly name: string; readonly namespace?: string };
}

/** What the server answered. */
interface ApiAnswer {
  readonly status: number;
  readonly body: Json;
}

/** How a change is sent: the media type of a PATCH. */
type PatchType = 'merge-patch' | 'strategic-merge-patch' | 'apply-patch' | 'json-patch';

/** Creates and changes objects on a real API server; throws on every answer that is not 2xx. */
export interface ApiClient {
  send(method: string, path: string, body?: unknown, contentType?: string): Promise<ApiAnswer>;
  create(...objects: readonly Manifest[]): Promise<readonly Manifest[]>;
  /** What the server says against creating an object; undefined if it would. */
  refusal(object: Manifest): Promise<string | undefined>;
  /** Writes `status` as a kubelet or controller does. */
  setStatus(object: Manifest, status: Json): Promise<void>;
  patch(object: Manifest, type: PatchType, body: unknown, query?: string): Promise<void>;
  remove(object: Manifest): Promise<void>;
  /** A token of a ServiceAccount, from the TokenRequest API. */
  token(namespace: string, account: string): Promise<string>;
  close(): void;
}

/** Connects to a server with a client certificate. */
export function apiClient(server: string, ca: string, { certificate, key }: Credential): ApiClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, ca, cert: certificate, key });
  const send: ApiClient['send'] = async (method, path, body, contentType = 'application/json') => {
    const answer = await exchange(agent, `${server}${path}`, { method, contentType, body });
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body['message'])}`);
    }
    return answer;
  };
  const patch: ApiClient['patch'] = async (object, type, body, query = '') => {
    // Server-side apply takes YAML, of which JSON is a part.
    const media = type === 'apply-patch' ? 'application/apply-patch+yaml' : `application/${type}+json`;
    await send('PATCH', `${pathOf(object)}${query}`, body, media);
  };
  return {
    send,
    patch,
    create: async (...objects) => {
      const created: Manifest[] = [];
      // In order: what is created first may be needed by what follows.
      for (const object of objects) created.push((await send('POST', collectionOf(object), object)).body as Manifest);
      return created;
    },
    refusal: async (object) => {
      const path = `${server}${collectionOf(object)}?dryRun=All`;
      const { body, status } = await exchange(agent, path, {
        method: 'POST',
        contentType: 'application/json',
        body: object,
      });
      return status < 300 ? undefined : `${status} ${String(body['message'])}`;
    },
    setStatus: async (object, status) => {
      await send('PATCH', `${pathOf(object)}/status`, { status }, 'application/merge-patch+json');
    },
    remove: async (object) => {
      await send('DELETE', pathOf(object), { gracePeriodSeconds: 0 });
    },
    token: async (namespace, account) => {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
      const { body } = await send('POST', path, { spec: { expirationSeconds: 3600 } });
      return (body['status'] as { readonly token: string }).token;
    },
    close: () => agent.destroy(),
  };
}

/** The URL path of an object. */
function pathOf(object: Manifest): string {
  return `${collectionOf(object)}/${object.metadata.name}`;
}

function collectionOf({ apiVersion, kind, metadata: { namespace } }: Manifest): string {
  const info = builtinKind(kind);
  if (info === undefined) throw new Error(`unknown kind ${kind}`);
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${group}${info.namespaced ? `/namespaces/${namespace ?? 'default'}` : ''}/${info.resource}`;
}

interface Outgoing {
  readonly method: string;
  readonly contentType: string;
  readonly body: unknown;
}

async function exchange(agent: Agent, url: string, { method, contentType, body }: Outgoing): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      accept: 'application/json',
      // Node.js states no length for the body of a DELETE, so that a server takes it for the next request.
      ...(payload !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(payload) }),
    };
    const outgoing = request(url, { method, agent, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

/** `/readyz` and the like answer with plain text. */
function parsed(text: string): Json {
  return text.startsWith('{') ? (JSON.parse(text) as Json) : { text };
}
