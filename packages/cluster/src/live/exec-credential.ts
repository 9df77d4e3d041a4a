import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { type Readable } from 'node:stream';
import { type Environment } from './connection.ts';
import { type Credential } from './connection-credentials.ts';
import { ConnectionError } from './connection-error.ts';
import { readExecAnswer } from './exec-credential-answer.ts';
import { type ExecPlugin } from './kubeconfig-types.ts';

/** A credential plugin, and what it is told. */
export interface ExecRequest {
  readonly plugin: ExecPlugin;
  /** For messages: whose plugin it is, such as `user "dev" in /home/me/.kube/config`. */
  readonly owner: string;
  /** `spec.cluster` of the ExecCredential, for plugins that ask for it. */
  readonly cluster: object;
  readonly limits?: ExecLimits | undefined;
}

/** How long a plugin may take, in milliseconds. */
interface ExecLimits {
  readonly unattended: number;
  /** Someone may have to log in by a browser meanwhile. */
  readonly interactive: number;
}

const LIMITS: ExecLimits = { unattended: 60_000, interactive: 300_000 };
const MAX_OUTPUT = 1024 * 1024;
const API_VERSIONS: ReadonlySet<string> = new Set([
  'client.authentication.k8s.io/v1',
  'client.authentication.k8s.io/v1beta1',
]);

/** Refuses a plugin that kubectl would refuse, before it runs. */
export function checkExecPlugin(plugin: ExecPlugin, owner: string): void {
  const refuse = (problem: string, next: string): never => {
    throw new ConnectionError('KROOT_KUBECONFIG_INVALID', `the credential plugin of ${owner} ${problem}`, next);
  };
  if (plugin.command === '') refuse('has no command', 'add exec.command');
  if (!API_VERSIONS.has(plugin.apiVersion)) {
    refuse(`has the apiVersion "${plugin.apiVersion}"`, `use ${[...API_VERSIONS].join(' or ')}`);
  }
  if (plugin.env.some(([name]) => name === '')) refuse('has an env entry without a name', 'correct exec.env');
  const { interactiveMode } = plugin;
  if (interactiveMode === undefined && plugin.apiVersion.endsWith('/v1')) {
    refuse('has no interactiveMode', 'add exec.interactiveMode: IfAvailable');
  }
  if (!['IfAvailable', 'Never', 'Always', undefined].includes(interactiveMode)) {
    refuse(`has the interactiveMode "${interactiveMode}"`, 'use Never, IfAvailable or Always');
  }
}

/**
 * Runs a credential plugin once. Its stderr is the user's: that is how plugins ask to log in. Protocol:
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export async function runExecPlugin(request: ExecRequest, env: Environment): Promise<Credential> {
  const { plugin, owner } = request;
  if (plugin.interactiveMode === 'Always' && !env.interactive) {
    const problem = `the credential plugin "${plugin.command}" of ${owner} needs a terminal, and standard input is none`;
    throw new ConnectionError('KROOT_CREDENTIALS', problem, 'log in first, or run kroot in a terminal');
  }
  const interactive = plugin.interactiveMode !== 'Never' && env.interactive;
  const output = await run(request, interactive, env);
  return readExecAnswer(output, plugin, owner);
}

function run(request: ExecRequest, interactive: boolean, env: Environment): Promise<string> {
  const { plugin, owner } = request;
  const limits = request.limits ?? LIMITS;
  const limit = interactive ? limits.interactive : limits.unattended;
  const name = `the credential plugin "${plugin.command}" of ${owner}`;
  return new Promise((resolvePromise, reject) => {
    const child = start(request, interactive, env);
    if (child === undefined) {
      const next = 'correct exec.args and exec.env';
      reject(new ConnectionError('KROOT_CREDENTIALS', `${name} cannot be started with these arguments`, next));
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    let timer: NodeJS.Timeout | undefined;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    const fail = (problem: string, next: string): void => {
      // What it has started may hold its pipes open.
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      finish(() => reject(new ConnectionError('KROOT_CREDENTIALS', `${name} ${problem}`, next)));
    };
    timer = setTimeout(() => {
      fail(`did not finish within ${limit / 1000} s`, 'run it by hand, or log in first');
    }, limit);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT) fail('printed more than 1 MiB', 'check that it is the right program');
      else chunks.push(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => env.stderr.write(text));
    child.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : 'unknown error';
      const problem = code === 'ENOENT' ? 'was not found' : `could not be started (${code})`;
      fail(problem, plugin.installHint === undefined ? 'install it, or put it on PATH' : oneLine(plugin.installHint));
    });
    child.on('close', (code, signal) => {
      if (code === 0) finish(() => resolvePromise(Buffer.concat(chunks).toString('utf8')));
      else fail(`failed (${code === null ? signal : `exit code ${code}`})`, 'see what it printed, or run it by hand');
    });
  });
}

/** Undefined for arguments that no program can be given; what Node.js says of them quotes them. */
function start(
  request: ExecRequest,
  interactive: boolean,
  env: Environment,
): ChildProcessByStdio<null, Readable, Readable> | undefined {
  const { plugin } = request;
  try {
    return spawn(plugin.command, plugin.args, {
      cwd: env.cwd,
      env: { ...env.env, ...Object.fromEntries(plugin.env), KUBERNETES_EXEC_INFO: execInfo(request, interactive) },
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch {
    return undefined;
  }
}

function execInfo({ plugin, cluster }: ExecRequest, interactive: boolean): string {
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: plugin.apiVersion,
    spec: { ...(plugin.provideClusterInfo ? { cluster } : {}), interactive },
  });
}

const MAX_HINT = 500;

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, MAX_HINT);
}
