import { createServer, type IncomingMessage } from 'node:http';
import { connect as connectSocket, type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from './connection.ts';
import { AUTHORITY, environment, folder, json, LIST, serve, write } from './connection.test.support.ts';
import { proxyFor } from './proxy.ts';

const PROXY = 'http://proxy.example.com:3128';

test.each<[server: string, proxyUrl: string | undefined, env: Record<string, string>, expected: string | undefined]>([
  ['https://api.example.com', undefined, {}, undefined],
  ['https://api.example.com', undefined, { HTTPS_PROXY: PROXY }, PROXY],
  ['https://api.example.com', undefined, { https_proxy: 'proxy.example.com:3128' }, PROXY],
  ['https://api.example.com', undefined, { HTTP_PROXY: PROXY }, undefined],
  ['http://api.example.com', undefined, { HTTP_PROXY: PROXY }, PROXY],
  ['http://api.example.com', undefined, { HTTP_PROXY: PROXY, REQUEST_METHOD: 'GET' }, undefined],
  ['https://api.example.com', 'socks5://s:1080', { HTTPS_PROXY: PROXY }, 'socks5://s:1080'],
  ['https://localhost:6443', undefined, { HTTPS_PROXY: PROXY }, undefined],
  ['https://127.0.0.2:6443', undefined, { HTTPS_PROXY: PROXY }, undefined],
  ['https://[::1]:6443', undefined, { HTTPS_PROXY: PROXY }, undefined],
  ['https://127.0.0.1', PROXY, {}, PROXY],
  ['https://api.example.com', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: '*' }, undefined],
  ['https://api.example.com', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: 'x, example.com' }, undefined],
  ['https://example.com', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: 'example.com' }, undefined],
  ['https://example.com', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: '.example.com' }, PROXY],
  ['https://api.example.com', undefined, { HTTPS_PROXY: PROXY, no_proxy: '*.example.com' }, undefined],
  ['https://notexample.com', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: 'example.com' }, PROXY],
  ['https://api.example.com:6443', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: 'api.example.com:443' }, PROXY],
  ['https://api.example.com:6443', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: 'api.example.com:6443' }, undefined],
  ['https://10.1.2.3', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://11.1.2.3', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: '10.0.0.0/8' }, PROXY],
  ['https://10.1.2.3', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: '10.1.2.3' }, undefined],
  ['https://[fd00::5]', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: 'fd00::/8' }, undefined],
  ['https://[fd00::5]:6443', undefined, { HTTPS_PROXY: PROXY, NO_PROXY: '[fd00::5]:6443' }, undefined],
])('%s by %s and %o', (server, proxyUrl, env, expected) => {
  const proxy = proxyFor(new URL(server), proxyUrl, env);
  expect(proxy?.href.replace(/\/$/, '')).toBe(expected);
});

describe('through a proxy', () => {
  /** A proxy on loopback that tunnels, and what it was asked. */
  async function startProxy(refusal?: number): Promise<{ readonly url: string; readonly asked: IncomingMessage[] }> {
    const asked: IncomingMessage[] = [];
    const server = createServer();
    server.on('connect', (request: IncomingMessage, socket) => {
      asked.push(request);
      socket.on('error', () => {});
      if (refusal !== undefined) {
        socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
        return;
      }
      const [host = '', port = ''] = request.url?.split(':') ?? [];
      const upstream = connectSocket(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('close', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  async function connectThrough(proxyUrl: string, server: string): ReturnType<typeof connect> {
    const ca = Buffer.from(AUTHORITY.certificate).toString('base64');
    const cluster = { server, 'certificate-authority-data': ca, 'proxy-url': proxyUrl };
    const config = { clusters: [{ name: 'c', cluster }], users: [{ name: 'u', user: { token: 'abc' } }] };
    const kubeconfig = write(folder(), 'config', JSON.stringify(config));
    const connection = await connect({ kubeconfig, cluster: 'c', user: 'u' }, environment());
    onTestFinished(() => connection.transport.close());
    return connection;
  }

  test('with its password, which the server does not see', async () => {
    const server = await serve((_request, response) => json(response, LIST));
    const proxy = await startProxy();
    const { transport } = await connectThrough(proxy.url.replace('//', '//jane:p%40ss@'), server.url);
    await Promise.all(Array.from({ length: 20 }, () => transport.get('/api/v1/pods')));
    expect(proxy.asked.length).toBeLessThanOrEqual(4);
    expect(proxy.asked[0]?.headers['proxy-authorization']).toBe(`Basic ${Buffer.from('jane:p@ss').toString('base64')}`);
    expect(server.requests.length).toBe(20);
    expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test('that refuses', async () => {
    const proxy = await startProxy(407);
    const { transport } = await connectThrough(proxy.url, 'https://127.0.0.1:1');
    await expect(transport.get('/version')).rejects.toMatchObject({
      problem: 'unreachable',
      message: `cannot reach https://127.0.0.1:1: the proxy ${proxy.url.slice('http://'.length)} asks for a user and password; put them into the URL of the proxy`,
    });
    expect(proxy.asked.length).toBe(1);
  });

  test('that is no proxy', async () => {
    await expect(connectThrough('hunter2', 'https://127.0.0.1:1')).rejects.toThrow(
      "the cluster's proxy-url is not the URL of a proxy; use http://HOST:PORT, https:// or socks5://",
    );
  });
});
