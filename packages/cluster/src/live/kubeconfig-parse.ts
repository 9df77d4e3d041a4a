import { dirname, isAbsolute, join, sep } from 'node:path';
import { parseDocument, type Document } from 'yaml';
import { elements, isObject, member } from '../guards.ts';
import { yamlFault } from '../input/yaml-fault.ts';
import { ConnectionError } from './connection-error.ts';
import {
  type AuthProvider,
  type ExecPlugin,
  type Impersonation,
  type Kubeconfig,
  type KubeCluster,
  type KubeContext,
  type KubeUser,
  type PemSource,
} from './kubeconfig-types.ts';

/** https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ — what a cluster tells credential plugins. */
const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';

/** Reads one kubeconfig; `file` is its absolute path, against which its relative paths are resolved. An empty one is fine. */
export function parseKubeconfig(source: string, file: string): Kubeconfig {
  // Every scalar as it is written: tokens and names that look like numbers stay as they are.
  const root = load(source, file, 'failsafe').value;
  if (root !== undefined && !isObject(root)) throw invalid(file, 'is not a kubeconfig');
  const context: ParseContext = { file, folder: dirname(file), source };
  return {
    files: [file],
    currentContext: string(root, 'current-context'),
    contexts: byName(member(root, 'contexts'), (entry, name) => parseContext(member(entry, 'context'), name)),
    clusters: byName(member(root, 'clusters'), (entry, name, index) =>
      parseCluster(member(entry, 'cluster'), { ...context, name, index }),
    ),
    users: byName(member(root, 'users'), (entry, name) => parseUser(member(entry, 'user'), { ...context, name })),
  };
}

interface ParseContext {
  readonly file: string;
  readonly folder: string;
  readonly source: string;
}

type EntryContext = ParseContext & { readonly name: string };

function load(source: string, file: string, schema: 'failsafe' | 'core'): { readonly value: unknown } {
  let document: Document;
  try {
    document = parseDocument(source, {
      schema,
      merge: true,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
  } catch {
    throw invalid(file, 'is not valid YAML');
  }
  const [error] = document.errors;
  if (error !== undefined) {
    // Only the code and the line: the parser's message may quote a credential.
    const line = source.slice(0, error.pos[0]).split('\n').length;
    throw invalid(file, `is not valid YAML (line ${line}: ${yamlFault(error)})`);
  }
  if (document.contents === null) return { value: undefined };
  try {
    const value: unknown = document.toJS();
    return { value: isNothing(value) ? undefined : value };
  } catch {
    throw invalid(file, 'is not valid YAML (aliases)');
  }
}

function invalid(file: string, problem: string): ConnectionError {
  return new ConnectionError('KROOT_KUBECONFIG_INVALID', `${file} ${problem}`, 'correct it, or choose another file');
}

/** A list of named entries; within one file the last of a name wins, as in client-go's conversion to a map. */
function byName<T>(list: unknown, parse: (entry: unknown, name: string, index: number) => T): ReadonlyMap<string, T> {
  const result = new Map<string, T>();
  for (const [index, entry] of elements(list).entries()) {
    const name = string(entry, 'name') ?? '';
    result.set(name, parse(entry, name, index));
  }
  return result;
}

function parseContext(value: unknown, name: string): KubeContext {
  return {
    name,
    cluster: string(value, 'cluster'),
    user: string(value, 'user'),
    namespace: string(value, 'namespace'),
  };
}

function parseCluster(value: unknown, context: EntryContext & { readonly index: number }): KubeCluster {
  const authority = pem(value, 'certificate-authority', context);
  return {
    name: context.name,
    server: string(value, 'server'),
    tlsServerName: string(value, 'tls-server-name'),
    insecure: flag(value, 'insecure-skip-tls-verify'),
    authority,
    proxyUrl: string(value, 'proxy-url'),
    execConfig: hasExecConfig(value) ? execConfig(context) : undefined,
  };
}

function hasExecConfig(cluster: unknown): boolean {
  return elements(member(cluster, 'extensions')).some((entry) => string(entry, 'name') === EXEC_EXTENSION);
}

/** The extension as typed values: plugins expect numbers to be numbers. */
function execConfig(context: EntryContext & { readonly index: number }): unknown {
  const root = load(context.source, context.file, 'core').value;
  const cluster = member(elements(member(root, 'clusters'))[context.index], 'cluster');
  const entry = elements(member(cluster, 'extensions')).find((item) => member(item, 'name') === EXEC_EXTENSION);
  return member(entry, 'extension');
}

function parseUser(value: unknown, context: EntryContext): KubeUser {
  const provider = member(value, 'auth-provider');
  const exec = member(value, 'exec');
  return {
    name: context.name,
    origin: context.file,
    token: string(value, 'token'),
    tokenFile: path(string(value, 'tokenFile'), context),
    username: string(value, 'username'),
    password: string(value, 'password'),
    certificate: pem(value, 'client-certificate', context),
    key: pem(value, 'client-key', context),
    impersonation: parseImpersonation(value),
    authProvider: isObject(provider) ? parseProvider(provider) : undefined,
    exec: isObject(exec) ? parseExec(exec, context) : undefined,
  };
}

function parseImpersonation(user: unknown): Impersonation {
  const extra = new Map<string, readonly string[]>();
  const given = member(user, 'as-user-extra');
  for (const [key, values] of isObject(given) ? Object.entries(given) : []) extra.set(key, strings(values));
  return {
    user: string(user, 'as'),
    uid: string(user, 'as-uid'),
    groups: strings(member(user, 'as-groups')),
    extra,
  };
}

function parseProvider(provider: unknown): AuthProvider {
  const config = new Map<string, string>();
  const given = member(provider, 'config');
  for (const key of isObject(given) ? Object.keys(given) : []) {
    const value = string(given, key);
    if (value !== undefined) config.set(key, value);
  }
  return { name: string(provider, 'name') ?? '', config };
}

function parseExec(exec: unknown, context: EntryContext): ExecPlugin {
  const command = string(exec, 'command') ?? '';
  return {
    apiVersion: string(exec, 'apiVersion') ?? '',
    // Only a path is resolved; a bare name is looked up on PATH (clientcmd/loader.go, GetAuthInfoFileReferences).
    command: command.includes(sep) ? (path(command, context) ?? '') : command,
    args: strings(member(exec, 'args')),
    env: elements(member(exec, 'env')).map((item) => [raw(item, 'name'), raw(item, 'value')] as const),
    installHint: string(exec, 'installHint'),
    provideClusterInfo: flag(exec, 'provideClusterInfo'),
    interactiveMode: string(exec, 'interactiveMode'),
  };
}

/** `NAME-data` wins over `NAME`, as the API's documentation has it. */
function pem(value: unknown, name: string, context: EntryContext): PemSource | undefined {
  const data = string(value, `${name}-data`);
  if (data !== undefined) return { pem: decoded(data, `${name}-data`, context) };
  const file = path(string(value, name), context);
  return file === undefined ? undefined : { file };
}

function decoded(data: string, field: string, context: EntryContext): string {
  const compact = data.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    throw invalid(context.file, `has a ${field} for "${context.name}" that is not base64`);
  }
  return Buffer.from(compact, 'base64').toString('utf8');
}

function path(value: string | undefined, { folder }: ParseContext): string | undefined {
  return value === undefined || isAbsolute(value) ? value : join(folder, value);
}

function raw(value: unknown, key: string): string {
  const found = member(value, key);
  return typeof found === 'string' ? found : '';
}

function string(value: unknown, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === 'string' && !isNothing(found) ? found : undefined;
}

function strings(value: unknown): readonly string[] {
  return elements(value).filter((item): item is string => typeof item === 'string');
}

/** YAML's ways to say nothing, which the schema of plain strings leaves as they are. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === 'null' || value === '~';
}

function flag(value: unknown, key: string): boolean {
  return /^(?:true|yes|on|y)$/i.test(raw(value, key));
}
