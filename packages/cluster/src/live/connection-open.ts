import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates } from 'node:tls';
import { type Environment } from './connection.ts';
import {
  bearer,
  fetchedCredentials,
  fixedCredentials,
  tokenFileCredentials,
  type Credentials,
} from './connection-credentials.ts';
import { ConnectionError } from './connection-error.ts';
import { checkExecPlugin, runExecPlugin } from './exec-credential.ts';
import { type Target } from './kubeconfig-select.ts';
import { type AuthProvider, type ExecPlugin, type KubeUser, type PemSource } from './kubeconfig-types.ts';

/** How a server proves itself and how we prove ourselves to it, read from files. */
export interface Identity {
  readonly ca: string | readonly string[] | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** Reads the certificates and keys of a target and checks that they are some. */
export async function readIdentity({ cluster, user }: Target, server: URL): Promise<Identity> {
  if (server.protocol === 'http:') return { ca: undefined, certificate: undefined, key: undefined };
  const [ca, certificate, key] = await Promise.all([
    readPem(cluster.authority, 'certificate authority'),
    readPem(user.certificate, 'client certificate'),
    readPem(user.key, 'client key'),
  ]);
  if (ca !== undefined && !ca.includes('-----BEGIN ')) throw badPem('certificate authority', cluster.authority);
  if (certificate !== undefined && key !== undefined) {
    try {
      createSecureContext({ cert: certificate, key });
    } catch {
      const problem = `the client certificate and key of ${ownerOf(user)} cannot be used together`;
      throw new ConnectionError('KROOT_CREDENTIALS', problem, 'log in again, or correct them');
    }
  }
  return { ca: ca ?? (cluster.insecure ? undefined : machineAuthorities()), certificate, key };
}

/** kubectl trusts what the machine trusts; Node.js by itself only what it brings along. */
function machineAuthorities(): readonly string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

async function readPem(source: PemSource | undefined, what: string): Promise<string | undefined> {
  if (source === undefined) return undefined;
  if ('pem' in source) return source.pem;
  try {
    return await readFile(source.file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const reason = code === 'ENOENT' ? 'it does not exist' : code;
    const problem = `cannot read the ${what} ${source.file}: ${reason}`;
    throw new ConnectionError('KROOT_CREDENTIALS', problem, 'correct the kubeconfig or the flag that names it');
  }
}

function badPem(what: string, source: PemSource | undefined): ConnectionError {
  const where = source !== undefined && 'file' in source ? ` ${source.file}` : ' in the kubeconfig';
  return new ConnectionError('KROOT_CREDENTIALS', `the ${what}${where} is not PEM`, 'correct it');
}

/** Where the credentials of a target come from, in client-go's order: token, password, provider, plugin. */
export function openCredentials(
  { cluster, user }: Target,
  { server, identity, env, now }: { server: URL; identity: Identity; env: Environment; now: () => number },
): Credentials {
  // client-go sends no credentials over plain HTTP (clientcmd/client_config.go, IsConfigTransportTLS).
  if (server.protocol === 'http:') return fixedCredentials({});
  const owner = ownerOf(user);
  if (user.tokenFile !== undefined) return tokenFileCredentials(user.tokenFile, now);
  if (user.token !== undefined) return fixedCredentials({ authorization: bearer(user.token, `the token of ${owner}`) });
  if (user.username !== undefined)
    return fixedCredentials({ authorization: basic(user.username, user.password ?? '') });
  if (user.authProvider !== undefined) return openProvider(user.authProvider, owner, now);
  // A certificate is enough: client-go does not ask the plugin then.
  if (user.exec === undefined || identity.certificate !== undefined) return fixedCredentials({});
  return openPlugin(user.exec, owner, { cluster, identity, env, now });
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function openProvider(provider: AuthProvider, owner: string, now: () => number): Credentials {
  if (provider.name !== 'oidc') {
    // Removed from kubectl in 1.26; those of gcp and azure run commands that the kubeconfig names.
    const problem = `the auth-provider "${provider.name}" of ${owner} is not supported, as in kubectl since 1.26`;
    throw new ConnectionError(
      'KROOT_CREDENTIALS',
      problem,
      'use a credential plugin such as gke-gcloud-auth-plugin or kubelogin',
    );
  }
  return fetchedCredentials(
    async () => (await import('./connection-oidc.ts')).oidcCredential(provider, owner, now()),
    now,
  );
}

function openPlugin(
  plugin: ExecPlugin,
  owner: string,
  about: { cluster: Target['cluster']; identity: Identity; env: Environment; now: () => number },
): Credentials {
  checkExecPlugin(plugin, owner);
  const { cluster, identity } = about;
  const information = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.insecure ? true : undefined,
    'certificate-authority-data':
      typeof identity.ca === 'string' ? Buffer.from(identity.ca, 'utf8').toString('base64') : undefined,
    'proxy-url': cluster.proxyUrl,
    config: cluster.execConfig,
  };
  return fetchedCredentials(() => runExecPlugin({ plugin, owner, cluster: information }, about.env), about.now);
}

function ownerOf(user: KubeUser): string {
  return user.name === '' ? 'this connection' : `the user "${user.name}" in ${user.origin}`;
}
