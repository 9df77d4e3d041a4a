import { once } from 'node:events';
import { createServer, Agent, request } from 'node:https';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type ControlPlane } from './control-plane.ts';

/** A proxy in front of a real API server that sees every request before the server does. Log in with tokens: it ends TLS. */
export interface Proxy {
  readonly url: string;
  /** Method and URL of each request, in order. */
  readonly requests: readonly string[];
  /** All bytes that the server answered, uncompressed by request. */
  received(): string;
  close(): Promise<void>;
}

/** Starts the proxy; `before` runs ahead of each request and may change the world. */
export async function startProxy(plane: ControlPlane, before: (url: URL) => Promise<void>): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true, ca: plane.ca });
  const requests: string[] = [];
  const chunks: Buffer[] = [];
  const forward = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', plane.server);
    requests.push(`${incoming.method} ${url.pathname}${url.search}`);
    await before(url);
    const headers = { ...incoming.headers, 'accept-encoding': 'identity' };
    const ahead = request(url, { agent, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.pipe(outgoing);
    });
    ahead.on('error', () => outgoing.destroy());
    incoming.pipe(ahead);
  };
  const { certificate: cert, key } = plane.serving;
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    forward(incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(599, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `https://127.0.0.1:${address.port}`,
    requests,
    received: () => Buffer.concat(chunks).toString(),
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
