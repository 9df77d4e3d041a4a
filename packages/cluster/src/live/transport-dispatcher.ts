import { createSecureContext } from 'node:tls';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import { type Credential } from './connection-credentials.ts';

/** How connections are made. */
export interface DispatcherOptions {
  readonly proxy: URL | undefined;
  /** Certificate authorities (PEM); the machine's own when absent. */
  readonly ca: string | readonly string[] | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly serverName: string | undefined;
  readonly insecure: boolean;
  readonly connections: number;
  readonly connectTimeout: number;
}

/** Connections that are kept for the run; a credential with another certificate gets others. */
export interface Dispatchers {
  of(credential: Credential): Dispatcher;
  close(): Promise<void>;
}

/** Longer than any pause between the requests of a run; API servers keep idle connections for minutes. */
const KEEP_ALIVE = 30_000;

/** Makes connections as they are needed. The only place that loads undici. */
export function createDispatchers(options: DispatcherOptions): Dispatchers {
  const made = new Map<string, Dispatcher>();
  return {
    of(credential) {
      const identity = credential.certificate ?? '';
      const known = made.get(identity);
      if (known !== undefined) return known;
      const dispatcher = create(options, credential);
      made.set(identity, dispatcher);
      return dispatcher;
    },
    async close() {
      const open = [...made.values()];
      made.clear();
      await Promise.all(open.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function create(options: DispatcherOptions, credential: Credential): Dispatcher {
  const { ca, serverName } = options;
  const certificate = credential.certificate ?? options.certificate;
  const key = credential.key ?? options.key;
  const tls = {
    // Made once: reading the machine's authorities anew for every connection takes a tenth of a second each.
    secureContext: createSecureContext({
      ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(key === undefined ? {} : { key }),
    }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    rejectUnauthorized: !options.insecure,
  };
  const pool = {
    connections: options.connections,
    // One request at a time on a connection, which is kept.
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE,
    // The transport has its own limits, of time and of decompressed bytes.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (options.proxy === undefined) return new Agent({ ...pool, connect: { ...tls, timeout: options.connectTimeout } });
  const uri = options.proxy.href.replace(/^socks5h:/, 'socks5:');
  const agent = new ProxyAgent({ ...pool, uri, requestTls: tls, connectTimeout: options.connectTimeout });
  // Its SOCKS connections are pooled by what each request says, not by what it was made with.
  return agent.compose((dispatch) => (request, handler) => {
    const pooled = { ...request, connections: pool.connections, pipelining: pool.pipelining };
    return dispatch(pooled, handler);
  });
}
