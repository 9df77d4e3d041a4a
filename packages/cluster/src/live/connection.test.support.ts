import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority, type Authority } from '@kroot/faultd';
import { onTestFinished } from 'vitest';
import { connect, type Connection, type ConnectionFlags, type Environment } from './connection.ts';
import { type Clock, type TransportLimits } from './transport-limits.ts';

/** A folder that is gone after the test. */
export function folder(): string {
  const name = mkdtempSync(join(tmpdir(), 'kroot-connection-'));
  onTestFinished(() => rmSync(name, { recursive: true, force: true }));
  return name;
}

/** Writes a file and gives its path. */
export function write(directory: string, name: string, content: string, mode = 0o600): string {
  const file = join(directory, name);
  writeFileSync(file, content, { mode });
  return file;
}

/** An environment of nothing, with what credential plugins said. */
export function environment(overrides: Partial<Environment> = {}): Environment & { readonly said: readonly string[] } {
  const said: string[] = [];
  const stderr = { write: (text: string) => said.push(text) };
  const nowhere = join(tmpdir(), 'kroot-no-such-folder');
  return {
    env: {},
    cwd: tmpdir(),
    home: nowhere,
    stderr,
    interactive: false,
    version: '1.2.3',
    serviceAccount: nowhere,
    said,
    ...overrides,
  };
}

export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

export interface TestServer {
  readonly url: string;
  readonly ca: string;
  readonly requests: readonly IncomingMessage[];
  /** Connections ever opened, and the most at one time. */
  connections(): { readonly opened: number; readonly most: number };
}

export interface ServerSetup {
  readonly authority?: Authority;
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly plain?: boolean;
  readonly tls?: ServerOptions;
}

/** One authority for all tests: making keys takes time. */
export const AUTHORITY: Authority = makeAuthority();

/** A server on loopback that is closed after the test. */
export async function serve(handler: Handler, setup: ServerSetup = {}): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const authority = setup.authority ?? AUTHORITY;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request);
    handler(request, response, requests.length);
  };
  const server =
    setup.plain === true
      ? createHttpServer(listener)
      : createServer({ ...keyPair(authority, setup), ...setup.tls }, listener);
  const counts = count(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const scheme = setup.plain === true ? 'http' : 'https';
  return { url: `${scheme}://127.0.0.1:${port}`, ca: authority.certificate, requests, connections: () => counts };
}

function keyPair(authority: Authority, setup: ServerSetup): ServerOptions {
  const { names = ['127.0.0.1', 'localhost'], notBefore, notAfter } = setup;
  const issued = authority.issue({
    commonName: 'test server',
    names,
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(notAfter === undefined ? {} : { notAfter }),
  });
  return { cert: issued.certificate, key: issued.key };
}

function count(server: Server): { opened: number; most: number } {
  const counts = { opened: 0, most: 0 };
  let open = 0;
  server.on('connection', (socket: Socket) => {
    counts.opened += 1;
    open += 1;
    counts.most = Math.max(counts.most, open);
    socket.on('close', () => (open -= 1));
    socket.on('error', () => {});
  });
  return counts;
}

export function json(response: ServerResponse, value: unknown, code = 200, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

export const LIST: object = { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: [] };

/** A Status as the API server gives it. */
export function status(code: number, more: object = {}): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message: `message ${code}`, ...more };
}

export interface TestClock extends Clock {
  /** Pauses that were asked for, in milliseconds. */
  readonly slept: readonly number[];
  advance(milliseconds: number): void;
}

/** Sleeps by moving on. */
export function testClock(random = 1): TestClock {
  const slept: number[] = [];
  let now = Date.parse('2026-01-01T00:00:00Z');
  return {
    slept,
    now: () => now,
    advance: (milliseconds) => (now += milliseconds),
    random: () => random,
    sleep: (milliseconds, signal) => {
      slept.push(milliseconds);
      now += milliseconds;
      return signal?.aborted === true ? Promise.reject(new Error('aborted')) : Promise.resolve();
    },
  };
}

export interface ConnectSetup {
  readonly flags?: ConnectionFlags;
  readonly env?: Partial<Environment>;
  readonly limits?: Partial<TransportLimits>;
  readonly clock?: Clock;
}

/** Connects to a test server as `dev`, by a kubeconfig that names the context `test`. */
export async function connectTo(server: TestServer, user: object, setup: ConnectSetup = {}): Promise<Connection> {
  const cluster = {
    server: server.url,
    ...(server.url.startsWith('https')
      ? { 'certificate-authority-data': Buffer.from(server.ca).toString('base64') }
      : {}),
  };
  const config = {
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'local', user: 'dev', namespace: 'shop' } }],
    clusters: [{ name: 'local', cluster }],
    users: [{ name: 'dev', user }],
  };
  const kubeconfig = write(folder(), 'config', JSON.stringify(config));
  const connection = await connect({ kubeconfig, ...setup.flags }, environment(setup.env), {
    limits: setup.limits,
    clock: setup.clock ?? testClock(),
  });
  onTestFinished(() => connection.transport.close());
  return connection;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
