import { request, type RequestOptions } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fakeApi } from './api.ts';
import { makeAuthority } from './certificate.ts';
import { FAULT_KINDS } from './faults.ts';
import { type Json, type ServerPlan, type User } from './plan.ts';
import { startFaultServer, type FaultServer } from './server.ts';

const pods = ['c', 'a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'x' } }));
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'Opaque',
  metadata: { name: 's', namespace: 'x' },
  data: { a: 'eA==', b: 'eA==' },
};
const objects: readonly Json[] = [...pods, secret];

function ask(
  plan: Partial<ServerPlan>,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): { readonly status: number; readonly value: Json } {
  const { status, body } = fakeApi({ objects, ...plan }).handle({ method: 'GET', path, headers });
  return { status, value: JSON.parse(body.toString()) as Json };
}

interface Heard {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

async function over(server: FaultServer, path: string, options: RequestOptions = {}): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { ca: server.ca, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => void chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function start(plan: Partial<ServerPlan> = {}): Promise<FaultServer> {
  const server = await startFaultServer({ objects, ...plan });
  onTestFinished(() => server.close());
  return server;
}

it('gives pages in order of namespace and name, without the types of items', () => {
  const first = ask({}, '/api/v1/pods?limit=2').value;
  expect(first).toMatchObject({ kind: 'PodList', apiVersion: 'v1', metadata: { remainingItemCount: 1 } });
  expect(first['items']).toEqual([
    { metadata: { name: 'a', namespace: 'x' } },
    { metadata: { name: 'b', namespace: 'x' } },
  ]);
  const { continue: token } = first['metadata'] as { readonly continue: string };
  const second = ask({}, `/api/v1/pods?limit=2&continue=${token}`).value;
  expect(second['items']).toEqual([{ metadata: { name: 'c', namespace: 'x' } }]);
  expect(second['metadata']).toEqual({ resourceVersion: '4711' });
  expect(ask({}, '/api/v1/namespaces/y/pods').value['items']).toEqual([]);
});

it('gives rows without values', () => {
  const { value } = ask({}, '/api/v1/secrets', { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  expect(value).toMatchObject({
    kind: 'Table',
    rows: [{ cells: ['s', 'Opaque', 2, '5d'], object: { metadata: { name: 's' } } }],
  });
  expect(JSON.stringify(value)).not.toContain('eA==');
});

describe('refusals in the words of the API server', () => {
  const may: User['may'] = (_verb, resource, namespace) => resource === 'pods' && namespace === 'x';
  const users = { t: { name: 'jane', may } };
  const headers = { authorization: 'Bearer t' };
  it.each([
    [
      '/api/v1/pods',
      403,
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope',
    ],
    [
      '/apis/apps/v1/namespaces/x/deployments',
      403,
      'deployments.apps is forbidden: User "jane" cannot list resource "deployments" in API group "apps" in the namespace "x"',
    ],
    [
      '/api/v1/namespaces/x/secrets/s',
      403,
      'secrets "s" is forbidden: User "jane" cannot get resource "secrets" in API group "" in the namespace "x"',
    ],
    ['/api/v1/namespaces/x/pods/gone', 404, 'pods "gone" not found'],
    ['/api/v1/nonsense', 404, 'the server could not find the requested resource'],
    ['/api/v1/namespaces/x/pods?fieldSelector=a%3Db', 400, 'this server knows no selectors'],
  ])('%s', (path, status, message) => {
    expect(ask({ users }, path, headers)).toMatchObject({ status, value: { kind: 'Status', code: status, message } });
  });
  it('without a known token', () => {
    expect(ask({ users }, '/api/v1/namespaces/x/pods').status).toBe(401);
  });
  it('of everything that writes', () => {
    const api = fakeApi({ objects });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(api.handle({ method, path: '/api/v1/namespaces/x/pods', headers: {} }).status).toBeGreaterThan(400);
    }
  });
});

it('answers questions about oneself', () => {
  const users = { t: { name: 'jane', may: (verb: string, resource: string) => `${verb} ${resource}` === 'list pods' } };
  const api = fakeApi({ objects, users });
  const review = (name: string, spec: Json): Json => {
    const path = `/apis/authorization.k8s.io/v1/${name}`;
    const { body } = api.handle({
      method: 'POST',
      path,
      headers: { authorization: 'Bearer t' },
      body: JSON.stringify({ spec }),
    });
    return (JSON.parse(body.toString()) as { readonly status: Json }).status;
  };
  const resourceAttributes = { verb: 'list', resource: 'pods' };
  expect(review('selfsubjectaccessreviews', { resourceAttributes })).toEqual({ allowed: true });
  expect(
    review('selfsubjectaccessreviews', { resourceAttributes: { ...resourceAttributes, resource: 'secrets' } }),
  ).toEqual({ allowed: false });
  expect(review('selfsubjectrulesreviews', { namespace: 'x' })['resourceRules']).toEqual([
    { verbs: ['list'], apiGroups: [''], resources: ['pods'] },
  ]);
  expect(review('selfsubjectreviews', {})).toMatchObject({ userInfo: { username: 'jane' } });
});

describe('over TLS', () => {
  it('with a certificate of its own authority, compressed where the API server compresses', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `p${index}`, namespace: 'x', labels: { app: 'a' } },
    }));
    const server = await start({ objects: many });
    const { status, headers, body } = await over(server, '/api/v1/pods', { headers: { 'accept-encoding': 'gzip' } });
    expect([status, headers['content-encoding'], headers['content-type']]).toEqual([200, 'gzip', 'application/json']);
    expect(JSON.parse(gunzipSync(body).toString())).toMatchObject({ items: { length: 3000 } });
    expect(server.requests.map(({ path }) => path)).toEqual(['/api/v1/pods']);
    await expect(over(server, '/api', { ca: makeAuthority('other').certificate })).rejects.toThrow(/certificate/);
    expect(JSON.parse(server.kubeconfig('t'))).toMatchObject({ users: [{ user: { token: 't' } }] });
  });

  it.each([
    ['reset', 'ECONNRESET'],
    ['cut-body', 'ECONNRESET'],
  ] as const)('%s', async (kind, code) => {
    const server = await start({ faults: [{ kind, at: 'pods' }] });
    await expect(over(server, '/api/v1/pods')).rejects.toMatchObject({ code });
    expect((await over(server, '/api/v1/secrets')).status).toBe(200);
  });

  it.each(['stall', 'stalled-body', 'drip'] as const)('%s does not end', async (kind) => {
    const server = await start({ faults: [{ kind, at: 'pods' }] });
    const late = over(server, '/api/v1/pods', { signal: AbortSignal.timeout(100) });
    await expect(late).rejects.toThrow(/abort/i);
  });
});

describe('faults', () => {
  it.each(FAULT_KINDS.filter((kind) => kind !== 'group-unavailable' && kind !== 'clock-skew'))(
    '%s changes the answer of what it strikes, and of nothing else',
    (kind) => {
      const api = fakeApi({ objects, faults: [{ kind, at: 'pods', page: 1, times: 1, bytes: 1000 }] });
      const get = (path: string): string => {
        const { status, headers, body, wire } = api.handle({ method: 'GET', path, headers: {} });
        return JSON.stringify([status, { ...headers, date: '' }, body.toString('latin1'), wire]);
      };
      const other = get('/api/v1/secrets');
      const struck = get('/api/v1/pods?limit=2');
      expect(get('/api/v1/secrets')).toBe(other);
      // It strikes once.
      expect(get('/api/v1/pods?limit=2')).not.toBe(struck);
    },
  );

  it('clock-skew moves the date, group-unavailable takes a group out of service', () => {
    const faults = [{ kind: 'clock-skew', at: '*', seconds: 3600 }] as const;
    const skewed = fakeApi({ objects, faults, now: () => 0 }).handle({ method: 'GET', path: '/api', headers: {} });
    expect(skewed.headers['date']).toBe('Thu, 01 Jan 1970 01:00:00 GMT');
    const api = fakeApi({ objects, faults: [{ kind: 'group-unavailable', at: 'apps' }] });
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const found = api.handle({ method: 'GET', path: '/apis', headers: { accept } }).body.toString();
    expect(found).toContain('{"version":"v1","freshness":"Stale"}');
    expect(api.handle({ method: 'GET', path: '/apis/apps/v1/deployments', headers: {} }).status).toBe(503);
    expect(api.handle({ method: 'GET', path: '/apis/batch/v1/jobs', headers: {} }).status).toBe(200);
  });
});
