import { readFile, stat } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join, resolve } from 'node:path';
import { type ConnectionFlags, type Environment } from './connection.ts';
import { userOfFlags, type Target } from './kubeconfig-select.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The server and service account of the pod that this runs in; undefined outside of a pod. Rules: rest.InClusterConfig of client-go. */
export async function inClusterTarget(flags: ConnectionFlags, env: Environment): Promise<Target | undefined> {
  const host = env.env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env.env['KUBERNETES_SERVICE_PORT'] ?? '';
  const folder = env.serviceAccount ?? SERVICE_ACCOUNT;
  const tokenFile = join(folder, 'token');
  if (host === '' || port === '' || !(await isFile(tokenFile))) return undefined;
  const authority = join(folder, 'ca.crt');
  const user = userOfFlags(flags, env);
  const insecure = flags.insecureSkipTlsVerify === true;
  const stated = flags.certificateAuthority ?? '';
  return {
    context: undefined,
    cluster: {
      name: '',
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      tlsServerName: flags.tlsServerName === '' ? undefined : flags.tlsServerName,
      insecure,
      authority: insecure ? undefined : { file: stated === '' ? authority : resolve(env.cwd, stated) },
      proxyUrl: undefined,
      execConfig: undefined,
    },
    user: { ...user, origin: folder, tokenFile: user.token === undefined ? tokenFile : undefined },
    namespace: await inClusterNamespace(env),
  };
}

/** A pod's own namespace; undefined outside of a pod. */
async function inClusterNamespace(env: Environment): Promise<string | undefined> {
  const stated = env.env['POD_NAMESPACE'] ?? '';
  if (stated !== '') return stated;
  const file = join(env.serviceAccount ?? SERVICE_ACCOUNT, 'namespace');
  const content = await readFile(file, 'utf8').catch(() => '');
  return content.trim() === '' ? undefined : content.trim();
}

async function isFile(file: string): Promise<boolean> {
  const info = await stat(file).catch(() => undefined);
  return info !== undefined && !info.isDirectory();
}
