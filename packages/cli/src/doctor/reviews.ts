import { type ApiResource, type Transport } from '@kroot/cluster';

/** Whether something may be read; unknown where the server would not say. */
export type Access = 'yes' | 'no' | 'unknown';

/** Who the server takes us for. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
}

const AT_A_TIME = 4;

/** Whether the resources may be listed, in the namespace or, without one, in all. No more than four questions at a time. */
export async function listAccess(
  transport: Transport,
  resources: readonly ApiResource[],
  namespace: string | undefined,
): Promise<ReadonlyMap<string, Access>> {
  const access = new Map<string, Access>();
  const waiting = resources.values();
  const ask = async (): Promise<void> => {
    for (const resource of waiting) {
      // oxlint-disable-next-line no-await-in-loop -- one question after the other is what bounds them
      access.set(resource.kind, await mayList(transport, resource, resource.namespaced ? namespace : undefined));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, ask));
  return access;
}

/** Whether the logs of containers may be read. */
export async function logAccess(transport: Transport, namespace: string | undefined): Promise<Access> {
  return mayDo(transport, {
    verb: 'get',
    group: '',
    resource: 'pods',
    subresource: 'log',
    ...(namespace !== undefined && { namespace }),
  });
}

async function mayList(
  transport: Transport,
  { group, resource }: ApiResource,
  namespace: string | undefined,
): Promise<Access> {
  return mayDo(transport, { verb: 'list', group, resource, ...(namespace !== undefined && { namespace }) });
}

async function mayDo(transport: Transport, resourceAttributes: Readonly<Record<string, string>>): Promise<Access> {
  const answer = await review(transport, 'authorization.k8s.io', 'SelfSubjectAccessReview', { resourceAttributes });
  const allowed = member(member(answer, 'status'), 'allowed');
  return allowed === true ? 'yes' : allowed === false ? 'no' : 'unknown';
}

/** Servers before 1.28 do not say. */
export async function whoAmI(transport: Transport): Promise<Identity | undefined> {
  const answer = await review(transport, 'authentication.k8s.io', 'SelfSubjectReview', {});
  const info = member(member(answer, 'status'), 'userInfo');
  const user = member(info, 'username');
  const groups = member(info, 'groups');
  if (typeof user !== 'string') return undefined;
  return { user, groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [] };
}

async function review(transport: Transport, group: string, kind: string, spec: object): Promise<unknown> {
  const path = `/apis/${group}/v1/${kind.toLowerCase()}s`;
  try {
    return parse((await transport.review(path, { apiVersion: `${group}/v1`, kind, spec })).body);
  } catch {
    // What the server does not tell is unknown; that it cannot be reached at all has been found out before.
    return undefined;
  }
}

/** What the server says about itself, and how long that took in milliseconds. */
export async function serverVersion(
  transport: Transport,
  clock: () => number,
): Promise<{ readonly version: string; readonly latency: number }> {
  await transport.get('/version');
  // The first request also made the connection.
  const start = clock();
  const { body } = await transport.get('/version');
  const version = member(parse(body), 'gitVersion');
  return { version: typeof version === 'string' ? version : 'unknown', latency: clock() - start };
}

/** The API groups that the cluster serves; undefined if it would not say. */
export async function servedGroups(transport: Transport): Promise<ReadonlySet<string> | undefined> {
  try {
    const groups = member(parse((await transport.get('/apis')).body), 'groups');
    if (!Array.isArray(groups)) return undefined;
    return new Set(groups.map((group: unknown) => String(member(group, 'name'))));
  } catch {
    return undefined;
  }
}

function parse(body: Uint8Array): unknown {
  return JSON.parse(Buffer.from(body).toString('utf8'));
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
