import { headersOf } from './connection-headers.ts';
import { inClusterTarget } from './connection-in-cluster.ts';
import { openCredentials, readIdentity } from './connection-open.ts';
import { displayServer, noCluster, parseServer } from './connection-server.ts';
import { parseTimeout } from './connection-timeout.ts';
import { loadKubeconfig } from './kubeconfig-load.ts';
import { selectTarget } from './kubeconfig-select.ts';
import { proxyFor } from './proxy.ts';
import { SYSTEM_CLOCK, TRANSPORT_LIMITS, type Clock, type TransportLimits } from './transport-limits.ts';
import { type Transport } from './transport-types.ts';

/** kubectl's connection flags, by the same names and with the same meaning. */
export interface ConnectionFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  readonly server?: string | undefined;
  readonly token?: string | undefined;
  readonly as?: string | undefined;
  readonly asGroup?: readonly string[] | undefined;
  readonly asUid?: string | undefined;
  /** As kubectl writes it: `30`, `30s`, `2m`; `0` is none. */
  readonly requestTimeout?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  readonly certificateAuthority?: string | undefined;
  readonly clientCertificate?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly tlsServerName?: string | undefined;
}

/** What a connection takes from the process around it, so that tests can give their own. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The user's home folder. */
  readonly home: string;
  /** Where credential plugins may speak to the user. */
  readonly stderr: { write(text: string): unknown };
  /** Whether the user can answer a credential plugin's questions: standard input is a terminal and not in other use. */
  readonly interactive: boolean;
  /** The version of kroot, for the User-Agent. */
  readonly version: string;
  /** Finds what a mistyped name may have meant, best first. */
  readonly nearNames?: ((wanted: string, known: readonly string[]) => readonly string[]) | undefined;
  /** Where a pod finds its service account; the usual place when absent. */
  readonly serviceAccount?: string | undefined;
}

/** A way to one API server, with what to call it in outputs. Nothing has been sent yet. */
export interface Connection {
  /** Name of the context; absent in a pod or when only `--server` is given. */
  readonly context: string | undefined;
  readonly cluster: string | undefined;
  /** Without user and password. */
  readonly server: string;
  readonly namespace: string;
  /** For display: the impersonated user, else the name of the user in the kubeconfig. */
  readonly user: string | undefined;
  readonly transport: Transport;
}

/** For tests: bounds and time other than those of every day. */
export interface ConnectionOverrides {
  readonly limits?: Partial<TransportLimits> | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Finds the cluster as kubectl does and prepares to talk to it; nothing is sent. Rejects with `ConnectionError`.
 * Credential plugins run as they do in kubectl, from whichever kubeconfig was chosen: choosing a kubeconfig is trusting it.
 */
export async function connect(
  flags: ConnectionFlags,
  env: Environment,
  overrides: ConnectionOverrides = {},
): Promise<Connection> {
  const timeout = parseTimeout(flags.requestTimeout);
  const config = await loadKubeconfig(flags, env);
  const target = selectTarget(config, flags, env) ?? (await inClusterTarget(flags, env));
  if (target === undefined) throw noCluster(config);
  const { cluster, user } = target;
  const server = parseServer(target);
  const { clock = SYSTEM_CLOCK } = overrides;
  const limits = { ...TRANSPORT_LIMITS, ...(timeout === undefined ? {} : { total: timeout }), ...overrides.limits };
  const proxy = proxyFor(server, cluster.proxyUrl, env.env);
  const identity = await readIdentity(target, server);
  const credentials = openCredentials(target, { server, identity, env, now: () => clock.now() });
  const headers = headersOf(user.impersonation, server, env);
  const address = displayServer(server);
  const label = target.context === undefined ? address : `${address} (context ${target.context})`;
  // Loaded here, so that work without a cluster does not wait for it.
  const [{ createTransport }, { createDispatchers }] = await Promise.all([
    import('./transport.ts'),
    import('./transport-dispatcher.ts'),
  ]);
  const { connections, connect: connectTimeout } = limits;
  const { tlsServerName: serverName, insecure } = cluster;
  const dispatchers = createDispatchers({ ...identity, proxy, serverName, insecure, connections, connectTimeout });
  const destination = { label, proxy: proxy?.host };
  return {
    context: target.context,
    cluster: cluster.name === '' ? undefined : cluster.name,
    server: address,
    namespace: target.namespace ?? 'default',
    user: user.impersonation.user ?? (user.name === '' ? undefined : user.name),
    transport: createTransport({ server, destination, credentials, dispatchers, headers, limits, clock }),
  };
}

/** The names of the contexts that `--context` could take, in the order of the kubeconfigs. */
export async function listContexts(flags: ConnectionFlags, env: Environment): Promise<readonly string[]> {
  return [...(await loadKubeconfig(flags, env)).contexts.keys()];
}
