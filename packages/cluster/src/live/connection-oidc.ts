import { type Credential } from './connection-credentials.ts';
import { ConnectionError } from './connection-error.ts';
import { type AuthProvider } from './kubeconfig-types.ts';

/** Ids of tokens are trusted for so long before the library is asked again, in milliseconds. */
const AGE = 60_000;

/**
 * The token of an `oidc` auth-provider, refreshed if it has expired. The Kubernetes client library does that, and it is
 * loaded for nothing else: it takes half a second to load, and few users still have this provider.
 */
export async function oidcCredential(provider: AuthProvider, owner: string, now: number): Promise<Credential> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const name = 'oidc';
  config.loadFromOptions({
    clusters: [{ name, server: 'https://localhost', skipTLSVerify: false }],
    users: [{ name, authProvider: { name, config: Object.fromEntries(provider.config) } }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
  const options: { headers?: Record<string, unknown> } = {};
  let authorization: unknown;
  try {
    await config.applyToHTTPSOptions(options);
    authorization = options.headers?.['Authorization'];
  } catch {
    // The library's message may quote the token.
    throw rejected(owner, 'could not be refreshed by its issuer');
  }
  if (typeof authorization !== 'string') throw rejected(owner, 'has expired or is missing');
  return { authorization, expires: now + AGE };
}

function rejected(owner: string, problem: string): ConnectionError {
  return new ConnectionError('KROOT_CREDENTIALS', `the OIDC token of ${owner} ${problem}`, 'log in again');
}
