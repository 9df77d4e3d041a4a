import { resolve } from 'node:path';
import { type ConnectionFlags, type Environment } from './connection.ts';
import { ConnectionError } from './connection-error.ts';
import { type LoadedKubeconfig } from './kubeconfig-load.ts';
import {
  type Impersonation,
  type KubeCluster,
  type KubeContext,
  type KubeUser,
  type PemSource,
} from './kubeconfig-types.ts';

/** Which server, as whom: what kubeconfig and flags come to. */
export interface Target {
  readonly context: string | undefined;
  readonly cluster: KubeCluster & { readonly server: string };
  readonly user: KubeUser;
  readonly namespace: string | undefined;
}

/**
 * Lays the flags over the kubeconfig, by the rules of client-go's DirectClientConfig (tools/clientcmd/client_config.go).
 * Undefined when nothing says where a server is, so that a pod's own service account may.
 */
export function selectTarget(config: LoadedKubeconfig, flags: ConnectionFlags, env: Environment): Target | undefined {
  const context = selectContext(config, flags, env);
  const cluster = selectCluster(config, context, flags, env);
  if (cluster.server === undefined) {
    if (cluster.name === '') return undefined;
    const problem = `the cluster "${cluster.name}" has no server in ${files(config)}`;
    throw new ConnectionError('KROOT_KUBECONFIG_INVALID', problem, 'add its server, or use --server URL');
  }
  return {
    context: context?.name,
    cluster: { ...cluster, server: cluster.server },
    user: selectUser(config, context, flags, env),
    namespace: context?.namespace,
  };
}

/** Without kubeconfig: the flags of the user alone. */
export function userOfFlags(flags: ConnectionFlags, env: Environment): KubeUser {
  return withFlags(NOBODY, flags, env);
}

function selectContext(config: LoadedKubeconfig, flags: ConnectionFlags, env: Environment): KubeContext | undefined {
  const name = given(flags.context) ?? config.currentContext;
  if (name === undefined) return undefined;
  const context = config.contexts.get(name);
  if (context !== undefined) return context;
  const what = flags.context === name ? `the context "${name}"` : `the current context "${name}"`;
  throw missing(what, 'context', name, config.contexts.keys(), { config, env });
}

function selectCluster(
  config: LoadedKubeconfig,
  context: KubeContext | undefined,
  flags: ConnectionFlags,
  env: Environment,
): KubeCluster {
  const name = given(flags.cluster) ?? context?.cluster ?? '';
  const found = config.clusters.get(name);
  const server = given(flags.server);
  if (found === undefined && name !== '' && (server === undefined || given(flags.cluster) !== undefined)) {
    throw missing(`the cluster "${name}"`, 'cluster', name, config.clusters.keys(), { config, env, context });
  }
  const cluster = found ?? { ...NOWHERE, name };
  const trust = trustOf(cluster, flags, env);
  // KUBERNETES_MASTER is client-go's default for a cluster without a server.
  const address = server ?? cluster.server ?? given(env.env['KUBERNETES_MASTER']);
  // A server of one's own goes with a server name of one's own.
  const tlsServerName = given(flags.tlsServerName) ?? (server === undefined ? cluster.tlsServerName : undefined);
  return { ...cluster, ...trust, server: address, tlsServerName };
}

/** Trust that a flag states replaces all that the kubeconfig states: both together would contradict each other. */
function trustOf(
  cluster: KubeCluster,
  flags: ConnectionFlags,
  env: Environment,
): Pick<KubeCluster, 'insecure' | 'authority'> {
  const stated = flags.insecureSkipTlsVerify === true || given(flags.certificateAuthority) !== undefined;
  const trust = stated
    ? { insecure: flags.insecureSkipTlsVerify === true, authority: file(flags.certificateAuthority, env) }
    : { insecure: cluster.insecure, authority: cluster.authority };
  if (!trust.insecure || trust.authority === undefined) return trust;
  const problem = `the cluster "${cluster.name}" has both a certificate authority and insecure-skip-tls-verify`;
  throw new ConnectionError('KROOT_KUBECONFIG_INVALID', problem, 'keep one of them');
}

function selectUser(
  config: LoadedKubeconfig,
  context: KubeContext | undefined,
  flags: ConnectionFlags,
  env: Environment,
): KubeUser {
  const name = given(flags.user) ?? context?.user ?? '';
  const found = config.users.get(name);
  const replaced = given(flags.token) !== undefined || given(flags.clientCertificate) !== undefined;
  if (found === undefined && name !== '' && (!replaced || given(flags.user) !== undefined)) {
    throw missing(`the user "${name}"`, 'user', name, config.users.keys(), { config, env, context });
  }
  return withFlags(found ?? NOBODY, flags, env);
}

function withFlags(user: KubeUser, flags: ConnectionFlags, env: Environment): KubeUser {
  const token = given(flags.token);
  const certificate = file(flags.clientCertificate, env) ?? user.certificate;
  const key = file(flags.clientKey, env) ?? user.key;
  if (certificate !== undefined && key === undefined) {
    const problem = `there is a client certificate for ${whose(user)} but no client key`;
    throw new ConnectionError('KROOT_CREDENTIALS', problem, 'add client-key, or use --client-key FILE');
  }
  return {
    ...user,
    // The flag is what the user wants now: it replaces whatever the kubeconfig would send instead.
    ...(token === undefined
      ? {}
      : {
          token,
          tokenFile: undefined,
          username: undefined,
          password: undefined,
          authProvider: undefined,
          exec: undefined,
        }),
    certificate,
    key,
    impersonation: impersonation(user, flags),
  };
}

function impersonation(user: KubeUser, flags: ConnectionFlags): Impersonation {
  const result: Impersonation = {
    user: given(flags.as) ?? user.impersonation.user,
    uid: given(flags.asUid) ?? user.impersonation.uid,
    groups: flags.asGroup !== undefined && flags.asGroup.length > 0 ? flags.asGroup : user.impersonation.groups,
    extra: user.impersonation.extra,
  };
  const partial = result.uid !== undefined || result.groups.length > 0 || result.extra.size > 0;
  if (result.user === undefined && partial) {
    const problem = `a group, uid or extra is to be impersonated for ${whose(user)} without a user`;
    throw new ConnectionError('KROOT_BAD_FLAG', problem, 'add --as USER');
  }
  return result;
}

function whose(user: KubeUser): string {
  return user.name === '' ? 'this connection' : `the user "${user.name}"`;
}

interface Where {
  readonly config: LoadedKubeconfig;
  readonly env: Environment;
  readonly context?: KubeContext | undefined;
}

const MAX_NAMES = 5;

/** Names what is missing, and what may have been meant: close names if there are any, else the first few. */
function missing(
  what: string,
  kind: 'context' | 'cluster' | 'user',
  name: string,
  names: Iterable<string>,
  { config, env, context }: Where,
): ConnectionError {
  const of = context === undefined ? '' : ` of the context "${context.name}"`;
  const problem = `${what}${of} does not exist in ${files(config)}`;
  const known = [...names];
  if (known.length === 0) {
    return new ConnectionError('KROOT_NO_CONTEXT', problem, `there is no ${kind} at all in it; use --kubeconfig FILE`);
  }
  const near = env.nearNames?.(name, known) ?? [];
  if (near.length > 0) return new ConnectionError('KROOT_NO_CONTEXT', problem, `did you mean ${near.join(' or ')}?`);
  const shown = known.slice(0, MAX_NAMES).join(', ');
  const more = known.length > MAX_NAMES ? ` and ${known.length - MAX_NAMES} more (kubectl config get-${kind}s)` : '';
  return new ConnectionError('KROOT_NO_CONTEXT', problem, `there are ${shown}${more}`);
}

function files(config: LoadedKubeconfig): string {
  return config.files.length === 0 ? `any kubeconfig: ${config.searched}` : config.files.join(', ');
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function file(name: string | undefined, env: Environment): PemSource | undefined {
  return name === undefined || name === '' ? undefined : { file: resolve(env.cwd, name) };
}

const NOWHERE: KubeCluster = {
  name: '',
  server: undefined,
  tlsServerName: undefined,
  insecure: false,
  authority: undefined,
  proxyUrl: undefined,
  execConfig: undefined,
};

const NOBODY: KubeUser = {
  name: '',
  origin: '',
  token: undefined,
  tokenFile: undefined,
  username: undefined,
  password: undefined,
  certificate: undefined,
  key: undefined,
  impersonation: { user: undefined, uid: undefined, groups: [], extra: new Map() },
  authProvider: undefined,
  exec: undefined,
};
