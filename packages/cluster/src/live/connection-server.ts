import { ConnectionError } from './connection-error.ts';
import { type LoadedKubeconfig } from './kubeconfig-load.ts';
import { type Target } from './kubeconfig-select.ts';

/** The URL of the server, with its path if it has one. */
export function parseServer({ cluster }: Target): URL {
  const { server } = cluster;
  // As rest.DefaultServerURL of client-go has it: without a scheme, TLS if anything is said of it.
  const secure = cluster.insecure || cluster.authority !== undefined || cluster.tlsServerName !== undefined;
  const address = server.includes('://') ? server : `${secure ? 'https' : 'http'}://${server}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    const whose = cluster.name === '' ? 'the server' : `the server of the cluster "${cluster.name}"`;
    throw new ConnectionError('KROOT_KUBECONFIG_INVALID', `${whose} is not an address`, 'use https://HOST:PORT');
  }
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url;
}

/** How the server is called in outputs: without user and password. */
export function displayServer(server: URL): string {
  return `${server.origin}${server.pathname.replace(/\/+$/, '')}`;
}

const MAX_NAMES = 5;

/** Nothing says where a cluster is. */
export function noCluster(config: LoadedKubeconfig): ConnectionError {
  const contexts = [...config.contexts.keys()];
  if (contexts.length > 0) {
    const names = contexts.slice(0, MAX_NAMES).join(', ') + (contexts.length > MAX_NAMES ? ', …' : '');
    const problem = `no context is chosen: ${config.files.join(', ')} has no current-context`;
    return new ConnectionError('KROOT_NO_CLUSTER', problem, `use --context NAME; there are ${names}`);
  }
  const reason = config.files.length > 0 ? `${config.files.join(', ')} names none` : config.searched;
  const next = 'use --kubeconfig FILE; kroot diagnose cluster -f DUMP analyses a file';
  return new ConnectionError('KROOT_NO_CLUSTER', `no cluster is configured: ${reason}`, next);
}
