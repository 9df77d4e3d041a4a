import { createServer, type Server } from 'node:https';
import { type AddressInfo, type Socket } from 'node:net';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { fakeApi, type FakeApi } from './api.ts';
import { makeAuthority } from './certificate.ts';
import { type ServerPlan } from './plan.ts';
import { type Reply } from './reply.ts';
import { send } from './wire.ts';

/** One request that the server has got. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
}

/** A running server on loopback. */
export interface FaultServer {
  readonly url: string;
  /** PEM of the certificate authority that signed the server's certificate. */
  readonly ca: string;
  /** A kubeconfig (JSON, which is YAML) with one context `faultd`, for this token. */
  kubeconfig(token?: string): string;
  readonly requests: readonly LoggedRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Goes on with other objects or faults, as a cluster does when something has happened. */
  replace(changes: Partial<ServerPlan>): void;
  close(): Promise<void>;
}

/** As the API server does: k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/writers.go */
const COMPRESSED_FROM = 128 * 1024;

/** Starts a server with TLS on a free port of 127.0.0.1. */
export async function startFaultServer(plan: ServerPlan): Promise<FaultServer> {
  const authority = makeAuthority();
  const { certificate, key } = authority.issue({ commonName: 'faultd', names: ['127.0.0.1', 'localhost'] });
  let api = fakeApi(plan);
  const requests: LoggedRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ cert: certificate, key }, (request, response) => {
    // Only the TCP connection below TLS can be reset.
    const reset = (): void => {
      const { remotePort } = request.socket;
      for (const socket of sockets) if (socket.remotePort === remotePort) socket.resetAndDestroy();
    };
    void respond({ api, plan, log: requests }, request, response, reset);
  });
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // Resets are part of the plan.
  server.on('clientError', (_error, socket) => socket.destroy());
  await listen(server);
  const url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    ca: authority.certificate,
    requests,
    get connections() {
      return connections;
    },
    replace(changes) {
      api = fakeApi({ ...plan, ...changes });
    },
    kubeconfig: (token) => kubeconfig(url, authority.certificate, token),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve();
    });
  });
}

interface Answering {
  readonly api: FakeApi;
  readonly plan: ServerPlan;
  readonly log: LoggedRequest[];
}

async function respond(
  { api, plan, log }: Answering,
  request: IncomingMessage,
  response: ServerResponse,
  reset: () => void,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  const method = request.method ?? 'GET';
  const path = request.url ?? '/';
  const reply = api.handle({ method, path, headers, body: Buffer.concat(chunks).toString() });
  log.push({ method, path, headers, status: reply.status });
  const accepts = plan.gzip !== false && headers['accept-encoding']?.includes('gzip') === true;
  send(accepts ? compressed(reply) : reply, response, reset);
}

function compressed(reply: Reply): Reply {
  if (reply.body.length < COMPRESSED_FROM || 'content-encoding' in reply.headers || reply.wire !== undefined)
    return reply;
  return {
    ...reply,
    headers: { ...reply.headers, 'content-encoding': 'gzip' },
    body: gzipSync(reply.body, { level: 1 }),
  };
}

function kubeconfig(server: string, ca: string, token: string | undefined): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'faultd',
    clusters: [
      { name: 'faultd', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'faultd', user: token === undefined ? {} : { token } }],
    contexts: [{ name: 'faultd', context: { cluster: 'faultd', user: 'faultd' } }],
  });
}
