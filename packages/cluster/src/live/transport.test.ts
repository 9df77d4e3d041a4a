import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { makeAuthority } from '@kroot/faultd';
import { AUTHORITY, connectTo, json, LIST, serve, status, testClock, type Handler } from './connection.test.support.ts';
import { TransportError } from './transport-error.ts';

const PODS = '/api/v1/pods?limit=500';
const OTHER_CA = makeAuthority('another').certificate;

async function failure(pending: Promise<unknown>): Promise<TransportError> {
  const error: unknown = await pending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TransportError);
  return error as TransportError;
}

/** The error of one GET, and how it was tried. */
async function failingGet(
  handler: Handler,
  limits: Parameters<typeof connectTo>[2] = {},
): Promise<{ readonly error: TransportError; readonly tries: number; readonly slept: readonly number[] }> {
  const server = await serve(handler);
  const clock = testClock();
  const { transport } = await connectTo(server, { token: 'SeCrEt' }, { clock, ...limits });
  const error = await failure(transport.get(PODS));
  expect(error.message).not.toContain('SeCrEt');
  expect(error.message).not.toContain('\n');
  return { error, tries: transport.requests, slept: clock.slept };
}

const text =
  (code: number, type: string, body: string, headers: Record<string, string> = {}): Handler =>
  (_request, response) => {
    response.writeHead(code, { 'content-type': type, ...headers });
    response.end(body);
  };

describe('answers that are none', () => {
  const html = '<html><body>hunter2</body></html>';
  const cases: readonly [name: string, Handler, problem: string, words: RegExp, tries: number][] = [
    [
      'a redirect',
      text(302, 'text/plain', '', { location: 'https://login.example.com/x?token=hunter2' }),
      'bad-response',
      /unexpected redirect to login\.example\.com; /,
      1,
    ],
    [
      'a log-in page',
      text(200, 'text/html', html),
      'bad-response',
      /the answer is text\/html, not what the API gives/,
      1,
    ],
    ['a page with a wrong type', text(200, 'application/json', html), 'bad-response', /JSON that is no object/, 1],
    ['null', text(200, 'application/json', 'null'), 'bad-response', /JSON that is no object/, 1],
    ['nothing', text(200, 'application/json', ''), 'bad-response', /JSON that is no object/, 1],
    ['half an object', text(200, 'application/json', '{"items":[{"a":1'), 'transient', /cut short \(200\)/, 4],
    [
      'another encoding',
      text(200, 'application/json', '{}', { 'content-encoding': 'br' }),
      'bad-response',
      /encoding/,
      1,
    ],
    [
      '403',
      (_q, response) => json(response, status(403), 403),
      'denied',
      /^GET \/api\/v1\/pods: forbidden \(403\)$/,
      1,
    ],
    ['404 of the API', (_q, response) => json(response, status(404), 404), 'absent-api', /not found \(404\)/, 1],
    [
      '404 of the API without a Status',
      text(404, 'text/plain', '404 page not found', { 'audit-id': 'x' }),
      'absent-api',
      /not found \(404\)/,
      1,
    ],
    ['404 of something else', text(404, 'text/plain', '404 page not found'), 'bad-response', /not by an API server/, 1],
    ['503', (_q, response) => json(response, status(503), 503), 'transient', /the server failed \(503\)/, 4],
    ['502 of a proxy', text(502, 'text/html', html), 'transient', /the server failed \(502\)/, 4],
    ['429', (_q, response) => json(response, status(429), 429), 'throttled', /slow down \(429\)/, 6],
    [
      '406',
      (_q, response) => json(response, status(406), 406),
      'bad-response',
      /did not accept the request \(406\)/,
      1,
    ],
    [
      'a cut body',
      (_q, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"items":', () => response.socket?.destroy());
      },
      'transient',
      /cannot reach https:\/\/127\.0\.0\.1:\d+ \(context test\): the connection was cut; /,
      4,
    ],
    ['a reset', (_q, response) => response.socket?.destroy(), 'transient', /the connection was cut; /, 4],
    [
      'cut gzip',
      (_q, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(gzipSync(JSON.stringify(LIST)).subarray(0, 30));
      },
      'transient',
      /the answer was cut short; /,
      4,
    ],
  ];

  test.each(cases)('%s', async (_name, handler, problem, words, tries) => {
    const result = await failingGet(handler);
    expect({ problem: result.error.problem, tries: result.tries }).toEqual({ problem, tries });
    expect(result.error.message).toMatch(words);
    expect(result.error.message).not.toContain('hunter2');
  });

  test('a Status gives its message and the token to go on with', async () => {
    const { error } = await failingGet((_request, response) =>
      json(response, status(410, { metadata: { continue: 'abc' } }), 410),
    );
    expect(error).toMatchObject({
      problem: 'expired',
      code: 'KROOT_API_EXPIRED',
      status: 410,
      continueToken: 'abc',
      statusMessage: 'message 410',
    });
  });

  test('more than one request may have', async () => {
    const server = await serve(text(200, 'text/plain', 'x'.repeat(5000)));
    const { transport } = await connectTo(server, {});
    expect((await transport.get('/api/v1/namespaces/a/pods/b/log', { accept: 'text/plain' })).body.length).toBe(5000);
    const less = transport.get('/api/v1/namespaces/a/pods/b/log', { accept: 'text/plain', maxBytes: 4096 });
    await expect(less).rejects.toMatchObject({ problem: 'too-large' });
  });

  test('more than the limit when decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024, 0x20));
    const { error, tries } = await failingGet(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(bomb);
      },
      { limits: { bodyBytes: 1024 * 1024 } },
    );
    expect(bomb.length).toBeLessThan(10_000);
    expect({ problem: error.problem, tries }).toEqual({ problem: 'too-large', tries: 1 });
    expect(error.message).toContain('larger than 1 MiB');
  });

  test('no answer, and an answer that stalls', async () => {
    const never = await failingGet(() => {}, { limits: { idle: 200 } });
    expect({ problem: never.error.problem, tries: never.tries }).toEqual({ problem: 'transient', tries: 2 });
    expect(never.error.message).toContain('it did not answer within 0.2 s (GET /api/v1/pods)');
    const stalled = await failingGet(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"items":');
      },
      { limits: { idle: 400 } },
    );
    expect(stalled.error.message).toContain('the answer stalled within 0.4 s');
  });

  test('an answer that drips past the total', async () => {
    const { error, tries } = await failingGet(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(timer));
      },
      { flags: { requestTimeout: '150ms' } },
    );
    expect(error.message).toContain('the answer did not end within 0.15 s');
    expect(tries).toBe(1);
  });
});

describe('patience', () => {
  test('backs off twice as long each time, and succeeds', async () => {
    const clock = testClock();
    const server = await serve((_request, response, count) =>
      count < 4 ? json(response, status(503), 503) : json(response, LIST),
    );
    const { transport } = await connectTo(server, {}, { clock });
    expect((await transport.get(PODS)).status).toBe(200);
    expect(clock.slept).toEqual([500, 1000, 2000]);
    expect(transport.requests).toBe(4);
  });

  test('waits as long as the server asks, but not for ever', async () => {
    const patient = testClock(0);
    const server = await serve((_request, response, count) =>
      count === 1 ? json(response, status(429), 429, { 'retry-after': '7' }) : json(response, LIST),
    );
    const { transport } = await connectTo(server, {}, { clock: patient });
    await transport.get(PODS);
    expect(patient.slept).toEqual([7000]);
    const { error, slept } = await failingGet((_request, response) =>
      json(response, status(429), 429, { 'retry-after': '3600' }),
    );
    expect(error).toMatchObject({ problem: 'throttled', retryAfter: 3600 });
    expect(slept).toEqual([]);
  });

  test('spends no more retries than the run has', async () => {
    const server = await serve((_request, response) => json(response, status(503), 503));
    const { transport } = await connectTo(server, {}, { limits: { retries: 5, retryShare: 0 } });
    for (let list = 0; list < 4; list++) await failure(transport.get(PODS)); // oxlint-disable-line no-await-in-loop
    expect(server.requests.length).toBe(4 + 5);
  });

  test('a server that cannot be reached ends the run at once', async () => {
    const server = await serve((_request, response) => response.socket?.destroy());
    const { transport } = await connectTo(server, {});
    const first = await failure(transport.get(PODS));
    const second = await failure(transport.get('/api/v1/services'));
    expect(second).toBe(first);
    expect(server.requests.length).toBe(4);
  });

  test('one bad path does not end the run', async () => {
    const server = await serve((request, response) =>
      request.url?.startsWith('/api/v1/pods') === true ? response.socket?.destroy() : json(response, LIST),
    );
    const { transport } = await connectTo(server, {});
    const [pods, services] = await Promise.allSettled([
      transport.get(PODS),
      transport.get('/api/v1/services').then(() => transport.get('/api/v1/services')),
    ]);
    expect([pods.status, services.status]).toEqual(['rejected', 'fulfilled']);
    expect((await transport.get('/api/v1/nodes')).status).toBe(200);
  });

  test('the caller can end it at any time', async () => {
    const server = await serve(() => {});
    const { transport } = await connectTo(server, {});
    const controller = new AbortController();
    const pending = Array.from({ length: 10 }, () => failure(transport.get(PODS, { signal: controller.signal })));
    setTimeout(() => controller.abort(), 50);
    expect(new Set((await Promise.all(pending)).map((error) => error.problem))).toEqual(new Set(['deadline']));
    expect((await failure(transport.get(PODS, { signal: controller.signal }))).problem).toBe('deadline');
  });
});

describe('connections', () => {
  test('four at most, all kept, for fifty requests at once', async () => {
    const server = await serve((_request, response) => setTimeout(() => json(response, LIST), 5));
    const { transport } = await connectTo(server, {});
    await Promise.all(Array.from({ length: 50 }, () => transport.get(PODS)));
    await transport.get(PODS);
    expect(server.requests.length).toBe(51);
    expect(server.connections()).toEqual({ opened: 4, most: 4 });
  });

  test('fewer at a time once the server asks to slow down', async () => {
    let busy = 0;
    const most: number[] = [];
    const server = await serve((_request, response, count) => {
      most.push((busy += 1));
      setTimeout(() => {
        busy -= 1;
        if (count === 1) json(response, status(429), 429);
        else json(response, LIST);
      }, 20);
    });
    const { transport } = await connectTo(server, {});
    await transport.get(PODS);
    most.length = 0;
    await Promise.all(Array.from({ length: 12 }, () => transport.get(PODS)));
    expect(Math.max(...most)).toBe(3);
  });

  test('sends who it is, what it accepts, and whom it acts as', async () => {
    const server = await serve((_request, response) => json(response, LIST));
    const user = {
      token: 'abc',
      as: 'jane',
      'as-uid': '7',
      'as-groups': ['a', 'b'],
      'as-user-extra': { 'acme.com/Team': ['x', 'y'] },
    };
    const { transport } = await connectTo(server, user);
    await transport.get('/api/v1/secrets', { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    const [request] = server.requests;
    expect(request?.headersDistinct).toMatchObject({
      'user-agent': ['kroot/1.2.3'],
      accept: ['application/json;as=Table;v=v1;g=meta.k8s.io'],
      'accept-encoding': ['identity'],
      authorization: ['Bearer abc'],
      'impersonate-user': ['jane'],
      'impersonate-uid': ['7'],
      'impersonate-group': ['a', 'b'],
      'impersonate-extra-acme.com%2fteam': ['x', 'y'],
    });
  });

  test('keeps the path of the server, decompresses, and tells its time', async () => {
    const clock = testClock();
    const server = await serve((_request, response) => {
      const date = 'Thu, 01 Jan 2026 03:00:00 GMT';
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip', date });
      response.end(gzipSync(JSON.stringify(LIST)));
    });
    const { transport } = await connectTo(server, {}, { clock, flags: { server: `${server.url}/k8s/clusters/c-1/` } });
    expect(transport.serverTime()).toBeUndefined();
    const answer = await transport.get(PODS);
    expect(JSON.parse(Buffer.from(answer.body).toString())).toEqual(LIST);
    expect(server.requests[0]?.url).toBe(`/k8s/clusters/c-1${PODS}`);
    clock.advance(5000);
    expect(transport.serverTime()?.toISOString()).toBe('2026-01-01T03:00:05.000Z');
  });
});

describe('trust', () => {
  const ok: Handler = (_request, response) => json(response, LIST);
  const past = new Date('2020-01-01');
  const cases: readonly [name: string, setup: Parameters<typeof serve>[1], words: RegExp][] = [
    ['expired', { notBefore: new Date('2019-01-01'), notAfter: past }, /its certificate has expired; renew it/],
    [
      'not yet valid',
      { notBefore: new Date('2090-01-01'), notAfter: new Date('2099-01-01') },
      /not valid yet; check this machine's clock/,
    ],
    [
      'another host',
      { names: ['other.example.com'] },
      /for another host name; check the server address, or use --tls-server-name/,
    ],
  ];

  test.each(cases)('%s', async (_name, setup, words) => {
    const server = await serve(ok, setup);
    const { transport } = await connectTo(server, {});
    const error = await failure(transport.get(PODS));
    expect(error).toMatchObject({ problem: 'tls', code: 'KROOT_API_TLS' });
    expect(error.message).toMatch(words);
    expect(await failure(transport.get('/api/v1/services'))).toBe(error);
    expect(server.connections().opened).toBe(1);
  });

  test('an unknown authority', async () => {
    const server = await serve(ok);
    const { transport } = await connectTo({ ...server, ca: OTHER_CA }, {});
    expect((await failure(transport.get(PODS))).message).toMatch(/unknown authority; check certificate-authority-data/);
  });

  test('--insecure-skip-tls-verify and --tls-server-name', async () => {
    const server = await serve(ok, { names: ['other.example.com'] });
    const insecure = await connectTo(server, {}, { flags: { insecureSkipTlsVerify: true } });
    expect((await insecure.transport.get(PODS)).status).toBe(200);
    const named = await connectTo(server, {}, { flags: { tlsServerName: 'other.example.com' } });
    expect((await named.transport.get(PODS)).status).toBe(200);
  });

  test('TLS spoken to a plain server', async () => {
    const plain = await serve(ok, { plain: true });
    const tls = await connectTo({ ...plain, url: plain.url.replace('http:', 'https:') }, {});
    expect((await failure(tls.transport.get(PODS))).message).toMatch(/it does not speak TLS; use http:\/\//);
  });

  test('a plain request to a server that speaks TLS', async () => {
    const server = await serve(text(400, 'text/plain', 'Client sent an HTTP request to an HTTPS server.\n'), {
      plain: true,
    });
    const { transport } = await connectTo(server, {});
    expect((await failure(transport.get(PODS))).message).toMatch(
      /the server speaks TLS; use https:\/\/ in its address/,
    );
  });

  test('a client certificate', async () => {
    const server = await serve(ok, { tls: { requestCert: true, rejectUnauthorized: true, ca: AUTHORITY.certificate } });
    const { certificate, key } = AUTHORITY.issue({ commonName: 'jane', organization: 'devs' });
    const base64 = (value: string): string => Buffer.from(value).toString('base64');
    const user = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
    const known = await connectTo(server, user);
    expect((await known.transport.get(PODS)).status).toBe(200);
    const unknown = await connectTo(server, {});
    const error = await failure(unknown.transport.get(PODS));
    expect(error.message).toMatch(/does not accept the client certificate|the connection was cut/);
  });
});

describe('what is never sent', () => {
  const refused: readonly [call: 'get' | 'review', path: string][] = [
    ['review', '/api/v1/pods'],
    ['review', '/api/v1/namespaces/a/pods/b/eviction'],
    ['review', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews?dryRun=All'],
    ['get', '/api/v1/namespaces/a/pods/b/exec?command=sh'],
    ['get', '/api/v1/namespaces/a/pods/b/log?follow=true'],
    ['get', '/api/v1/namespaces/a/pods/b/c/log'],
    ['get', '/apis/apps/v1/namespaces/a/deployments/b/log'],
    ['get', '/api/v1/namespaces/a/services/b/proxy'],
    ['get', '/api/v1/nodes/a/proxy/run'],
    ['get', '/api/v1/proxy/nodes/a'],
    ['get', '/api/v1/watch/pods'],
    ['get', '/api/v1/pods?watch=true'],
    ['get', '/api/v1/pods/../secrets'],
    ['get', '/api/v1/namespaces/a%2fb/pods'],
    ['get', '/api/v1/namespaces/%2e%2e/pods'],
    ['get', '//evil.example.com/api/v1/pods'],
    ['get', 'https://evil.example.com/api/v1/pods'],
    ['get', '/metrics'],
    ['get', '/api/v1/secrets'],
    ['get', '/api/v1/namespaces/a/secrets/b'],
    ['get', '/api/v1/pods?limit=1?x=1'],
  ];

  test('refused without a request', async () => {
    const server = await serve((_request, response) => json(response, LIST));
    const { transport } = await connectTo(server, {});
    const results = await Promise.allSettled(
      refused.map(([call, path]) => (call === 'get' ? transport.get(path) : transport.review(path, {}))),
    );
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'KROOT_API_REFUSED' } });
    }
    const tables = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    await expect(transport.get('/api/v1/secrets?includeObject=Object', { accept: tables })).rejects.toThrow('Secrets');
    await expect(transport.get('/api/v1/secrets', { accept: `${tables},application/json` })).rejects.toThrow('Secrets');
    expect(server.requests.length).toBe(0);
  });

  test.each([
    '/version',
    '/api',
    '/apis',
    '/apis/apps/v1',
    '/apis/apps/v1/deployments?limit=500&continue=abc%3D',
    '/apis/metrics.k8s.io/v1beta1/namespaces/a/pods',
    '/api/v1/namespaces',
    '/api/v1/namespaces/kube-system',
    '/api/v1/namespaces/a/pods/b?resourceVersion=0',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/a%20b',
  ])('%s is read', async (path) => {
    const server = await serve((_request, response) => json(response, LIST));
    const { transport } = await connectTo(server, {});
    await transport.get(path);
    expect(server.requests.map((request) => `${request.method} ${request.url}`)).toEqual([`GET ${path}`]);
  });

  test('a self review is asked', async () => {
    const server = await serve((_request, response) => json(response, { kind: 'SelfSubjectReview' }, 201));
    const { transport } = await connectTo(server, {});
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    expect((await transport.review(path, { kind: 'SelfSubjectReview' })).status).toBe(201);
    expect(server.requests[0]?.headers['content-type']).toBe('application/json');
  });
});
