import { type Command, type Fix } from '@kroot/types';
import { kubectl } from './kubectl.ts';

/** A pull Secret that is to hold credentials for a registry. */
export interface PullSecretWish {
  readonly namespace: string;
  readonly secret: string;
  readonly host: string;
  /** The ServiceAccount that is to hand the Secret to its pods, where nothing names it yet. */
  readonly account?: string;
  /** The Secret exists and has to go first, because its type cannot be changed. */
  readonly replace?: boolean;
}

/** Docker Hub's key in a credentials file is its old index URL. */
function serverOf(host: string): string {
  return host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
}

/** What a new pull Secret for a registry is called. */
export function pullSecretName(host: string): string {
  return `${host.replaceAll(/[^a-z0-9]+/g, '-')}-pull`;
}

function variable(host: string, part: string): string {
  return `${host.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_${part}`;
}

/** Writes credentials for a registry into a pull Secret and, where nothing names it yet, hangs it on the ServiceAccount. */
export function pullSecretFix({ namespace, secret, host, account, replace = false }: PullSecretWish): Fix {
  const create = kubectl(
    namespace,
    'create',
    'secret',
    'docker-registry',
    secret,
    `--docker-server=${serverOf(host)}`,
    { prefix: '--docker-username=', secret: variable(host, 'USERNAME') },
    { prefix: '--docker-password=', secret: variable(host, 'PASSWORD') },
  );
  const remove: readonly Command[] = replace ? [kubectl(namespace, 'delete', 'secret', secret)] : [];
  return {
    summary: `Give the pods credentials for ${host}`,
    steps: [
      `Make Secret ${namespace}/${secret} with an account that may pull from ${host}; if it exists, delete it first.`,
      ...(account === undefined
        ? []
        : [
            `Add it to ServiceAccount ${namespace}/${account}; pods get the pull Secrets of their account when they are created, so delete the waiting pods afterwards.`,
          ]),
    ],
    commands: [...remove, create, ...(account === undefined ? [] : [attachPullSecret(namespace, account, secret)])],
    effect: replace ? 'destructive' : 'change',
    where: 'cluster',
  };
}

/** Adds a pull Secret to a ServiceAccount. Pull Secrets merge by name, so others stay. */
export function attachPullSecret(namespace: string, account: string, secret: string): Command {
  const patch = JSON.stringify({ imagePullSecrets: [{ name: secret }] });
  return kubectl(namespace, 'patch', 'serviceaccount', account, '-p', patch);
}
