import { type ConnectionFlags } from '@kroot/cluster';

/** How the server was started: kubectl's connection flags, and what agents may read. */
export interface McpFlags extends ConnectionFlags {
  /** Files and folders that agents may name, the first by default. */
  readonly contextFile?: readonly string[] | undefined;
  /** Folders below which agents may name any file. */
  readonly allowFiles?: readonly string[] | undefined;
  /** Also the cluster, where files are given. */
  readonly live?: boolean | undefined;
  /** Collect from one namespace only. */
  readonly namespace?: string | undefined;
  /** Seconds for which what was read is used again. */
  readonly cache?: string | undefined;
  /** Seconds for a collection. */
  readonly timeout?: string | undefined;
  /** Also the last lines of containers that crash. */
  readonly logs?: boolean | undefined;
  readonly plugin?: readonly string[] | undefined;
}

/** One option of the command line. */
export interface McpOption {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
  readonly describe: string;
}

/** The options that are this server's own, in the order of the help. */
export const MCP_OPTIONS: Readonly<Record<string, McpOption>> = {
  'context-file': {
    type: 'string',
    multiple: true,
    short: 'f',
    describe: 'A file or folder that agents may read instead of a cluster; may be given several times',
  },
  'allow-files': {
    type: 'string',
    multiple: true,
    describe: 'A folder below which agents may read any file; may be given several times',
  },
  live: { type: 'boolean', describe: 'The cluster too, where -f is given' },
  namespace: { type: 'string', short: 'n', describe: 'Collect from this namespace only; from all if not given' },
  cache: { type: 'string', describe: 'Seconds for which what was read is used again: 60 if not given' },
  timeout: { type: 'string', describe: 'Seconds for a collection: 120 if not given' },
  logs: { type: 'boolean', describe: 'Also look at the last lines of containers that crash (needs get on pods/log)' },
  plugin: {
    type: 'string',
    multiple: true,
    describe: 'Analyzers from a package or file, which is run; may be given several times',
  },
};

/** kubectl's connection flags. */
export const CONNECTION_OPTIONS: Readonly<Record<string, McpOption>> = {
  context: { type: 'string', describe: 'Context of the kubeconfig; the current one if not given' },
  kubeconfig: { type: 'string', describe: 'The kubeconfig, instead of $KUBECONFIG or ~/.kube/config' },
  cluster: { type: 'string', describe: 'Cluster of the kubeconfig' },
  user: { type: 'string', describe: 'User of the kubeconfig' },
  server: { type: 'string', short: 's', describe: 'Address of the API server' },
  token: { type: 'string', describe: 'Bearer token' },
  as: { type: 'string', describe: 'Impersonate this user' },
  'as-group': { type: 'string', multiple: true, describe: 'Impersonate this group; may be given several times' },
  'as-uid': { type: 'string', describe: 'Impersonate this UID' },
  'certificate-authority': { type: 'string', describe: 'File with the certificates to trust' },
  'client-certificate': { type: 'string', describe: 'File with the certificate to show' },
  'client-key': { type: 'string', describe: 'File with the key of that certificate' },
  'tls-server-name': { type: 'string', describe: 'Name that the certificate of the server is for' },
  'insecure-skip-tls-verify': { type: 'boolean', describe: 'Trust any certificate of the server' },
  'request-timeout': { type: 'string', describe: 'Limit for one request: 30, 30s, 2m; 0 for none' },
};
