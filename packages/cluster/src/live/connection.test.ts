import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { connect, listContexts, type ConnectionFlags } from './connection.ts';
import {
  AUTHORITY,
  connectTo,
  environment,
  folder,
  json,
  LIST,
  messageOf,
  serve,
  write,
} from './connection.test.support.ts';
import { parseTimeout } from './connection-timeout.ts';
import { loadKubeconfig } from './kubeconfig-load.ts';
import { selectTarget } from './kubeconfig-select.ts';

interface Names {
  readonly current?: string;
  readonly context?: string;
  readonly server?: string;
  readonly token?: string;
}

/** A kubeconfig with one context, cluster and user. */
function kubeconfig({ current, context = 'a', server = 'https://a.example.com', token = 'token-a' }: Names): string {
  return [
    ...(current === undefined ? [] : [`current-context: ${current}`]),
    `contexts: [{name: ${context}, context: {cluster: c, user: u}}]`,
    `clusters: [{name: c, cluster: {server: ${server}}}]`,
    `users: [{name: u, user: {token: ${token}}}]`,
  ].join('\n');
}

describe('which kubeconfig', () => {
  test.each<[name: string, files: Readonly<Record<string, string>>, list: readonly string[], expected: object]>([
    [
      'the first file wins every name, whole, and the current context',
      {
        a: kubeconfig({ current: 'a', server: 'https://first.example.com' }),
        b: kubeconfig({ current: 'b', context: 'b', server: 'https://second.example.com', token: 'token-b' }),
      },
      ['a', 'b'],
      { context: 'a', server: 'https://first.example.com', token: 'token-a', contexts: ['a', 'b'] },
    ],
    [
      'the first current context that there is',
      { a: kubeconfig({}), b: kubeconfig({ current: 'b', context: 'b' }) },
      ['a', 'b'],
      { context: 'b', server: 'https://a.example.com', token: 'token-a', contexts: ['a', 'b'] },
    ],
    [
      'missing files and empty names are skipped, empty files are fine',
      { a: '', b: '# nothing\n', c: kubeconfig({ current: 'a' }) },
      ['', 'nowhere', 'a', 'b', 'c', 'c'],
      { context: 'a', server: 'https://a.example.com', token: 'token-a', contexts: ['a'] },
    ],
    [
      'scalars are kept as they are written',
      { a: kubeconfig({ current: '"007"', context: '007', token: '0123456' }) },
      ['a'],
      { context: '007', server: 'https://a.example.com', token: '0123456', contexts: ['007'] },
    ],
  ])('%s', async (_name, files, list, expected) => {
    const directory = folder();
    for (const [name, content] of Object.entries(files)) write(directory, name, content);
    const paths = list.map((name) => (name === '' ? '' : join(directory, name)));
    const env = environment({ env: { KUBECONFIG: paths.join(delimiter) } });
    const config = await loadKubeconfig({}, env);
    const target = selectTarget(config, {}, env);
    expect({
      context: target?.context,
      server: target?.cluster.server,
      token: target?.user.token,
      contexts: [...config.contexts.keys()],
    }).toEqual(expected);
    expect(await listContexts({}, env)).toEqual([...config.contexts.keys()]);
  });

  test('~/.kube/config without $KUBECONFIG, --kubeconfig before it', async () => {
    const home = folder();
    mkdirSync(join(home, '.kube'));
    write(join(home, '.kube'), 'config', kubeconfig({ current: 'a' }));
    write(home, 'other', kubeconfig({ current: 'b', context: 'b' }));
    const env = environment({ home, cwd: home, env: { KUBECONFIG: '' } });
    expect(await listContexts({}, env)).toEqual(['a']);
    const listed = environment({ home, cwd: home, env: { KUBECONFIG: join(home, '.kube', 'config') } });
    expect(await listContexts({ kubeconfig: 'other' }, listed)).toEqual(['b']);
  });

  test('relative paths start at the file', async () => {
    const directory = folder();
    const file = write(
      directory,
      'config',
      `{"current-context":"a","contexts":[{"name":"a","context":{"cluster":"c","user":"u"}}],
        "clusters":[{"name":"c","cluster":{"server":"https://a","certificate-authority":"pki/ca.crt"}}],
        "users":[{"name":"u","user":{"tokenFile":"../token","client-certificate":"me.crt","client-key":"/abs/me.key",
          "exec":{"command":"./bin/login","apiVersion":"v1","args":["x"]}}}]}`,
    );
    const config = await loadKubeconfig({ kubeconfig: file }, environment());
    expect(config.clusters.get('c')?.authority).toEqual({ file: join(directory, 'pki/ca.crt') });
    expect(config.users.get('u')).toMatchObject({
      tokenFile: join(directory, '../token'),
      certificate: { file: join(directory, 'me.crt') },
      key: { file: '/abs/me.key' },
      exec: { command: join(directory, 'bin/login'), args: ['x'] },
    });
  });
});

describe('flags over the kubeconfig', () => {
  const base = `
current-context: a
contexts:
- {name: a, context: {cluster: one, user: jane, namespace: shop}}
- {name: b, context: {cluster: two, user: bob}}
- {name: bare, context: {cluster: bare, user: gone}}
clusters:
- {name: one, cluster: {server: https://one, certificate-authority-data: Q0E=, tls-server-name: one.internal}}
- {name: two, cluster: {server: https://two, insecure-skip-tls-verify: true}}
- {name: bare, cluster: {}}
users:
- {name: jane, user: {token: t1, as: root, as-groups: [g]}}
- {name: bob, user: {exec: {command: login, apiVersion: client.authentication.k8s.io/v1beta1}}}
`;
  const ca = { pem: 'CA' };
  test.each<[flags: ConnectionFlags, expected: object]>([
    [
      {},
      {
        context: 'a',
        server: 'https://one',
        authority: ca,
        tlsServerName: 'one.internal',
        namespace: 'shop',
        token: 't1',
      },
    ],
    [{ context: 'b' }, { context: 'b', server: 'https://two', insecure: true, user: 'bob', token: undefined }],
    [{ cluster: 'two' }, { context: 'a', server: 'https://two', insecure: true, user: 'jane' }],
    [{ user: 'bob' }, { context: 'a', server: 'https://one', user: 'bob', token: undefined }],
    [{ server: 'https://x' }, { server: 'https://x', authority: ca, tlsServerName: undefined }],
    [
      { server: 'https://x', tlsServerName: 'y' },
      { server: 'https://x', tlsServerName: 'y' },
    ],
    [{ insecureSkipTlsVerify: true }, { insecure: true, authority: undefined }],
    [
      { context: 'b', certificateAuthority: '/ca' },
      { insecure: false, authority: { file: '/ca' } },
    ],
    [
      { context: 'b', token: 't2' },
      { token: 't2', exec: undefined, user: 'bob' },
    ],
    [
      { context: 'bare', server: 'https://x', token: 't2' },
      { server: 'https://x', token: 't2' },
    ],
    [{ as: 'me' }, { as: 'me', groups: ['g'] }],
    [{ asGroup: ['h', 'i'] }, { as: 'root', groups: ['h', 'i'] }],
    [
      { clientCertificate: '/crt', clientKey: '/key' },
      { certificate: { file: '/crt' }, key: { file: '/key' } },
    ],
    [
      { context: '', server: '' },
      { context: 'a', server: 'https://one' },
    ],
  ])('%o', async (flags, expected) => {
    const env = environment();
    const config = await loadKubeconfig({ kubeconfig: write(folder(), 'config', base) }, env);
    const target = selectTarget(config, flags, env);
    expect({
      ...target?.cluster,
      ...target?.user,
      context: target?.context,
      namespace: target?.namespace,
      user: target?.user.name,
      as: target?.user.impersonation.user,
      groups: target?.user.impersonation.groups,
    }).toMatchObject(expected);
  });

  const nearNames = (wanted: string, known: readonly string[]): readonly string[] =>
    known.filter((name) => name.startsWith(wanted.slice(0, 2)));
  test.each<[flags: ConnectionFlags, code: string, words: RegExp]>([
    [{ context: 'x' }, 'KROOT_NO_CONTEXT', /^the context "x" does not exist in .*config; there are a, b, bare$/],
    [{ context: 'bar' }, 'KROOT_NO_CONTEXT', /^the context "bar" does not exist in .*config; did you mean bare\?$/],
    [
      { cluster: 'x' },
      'KROOT_NO_CONTEXT',
      /^the cluster "x" of the context "a" does not exist in .*; there are one, two, bare$/,
    ],
    [{ user: 'x' }, 'KROOT_NO_CONTEXT', /^the user "x" of the context "a" does not exist in .*; there are jane, bob$/],
    [{ context: 'bare' }, 'KROOT_KUBECONFIG_INVALID', /^the cluster "bare" has no server in .*config; add its server/],
    [{ context: 'b', asUid: '7' }, 'KROOT_BAD_FLAG', /for the user "bob" without a user; add --as USER$/],
    [{ clientCertificate: '/crt' }, 'KROOT_CREDENTIALS', /no client key; add client-key, or use --client-key FILE$/],
    [{ insecureSkipTlsVerify: true, certificateAuthority: '/ca' }, 'KROOT_KUBECONFIG_INVALID', /keep one of them$/],
    [{ requestTimeout: 'soon' }, 'KROOT_BAD_FLAG', /--request-timeout takes seconds/],
    [{ server: 'ftp://x' }, 'KROOT_KUBECONFIG_INVALID', /the server of the cluster "one" is not an address; use https/],
  ])('%o is refused', async (flags, code, words) => {
    const file = write(folder(), 'config', base);
    const error: unknown = await connect({ kubeconfig: file, ...flags }, environment({ nearNames })).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'ConnectionError', code });
    expect(messageOf(error)).toMatch(words);
  });
});

describe('kubeconfigs that are none', () => {
  test.each<[name: string, content: string | undefined, code: string, words: RegExp]>([
    ['missing', undefined, 'KROOT_KUBECONFIG_NOT_FOUND', /^the kubeconfig .* does not exist; correct --kubeconfig$/],
    ['not YAML', 'users:\n- {token: hunter2', 'KROOT_KUBECONFIG_INVALID', /is not valid YAML \(line \d+: /],
    ['text', 'hunter2', 'KROOT_KUBECONFIG_INVALID', /is not a kubeconfig; correct it/],
    [
      'not base64',
      'users: [{name: u, user: {client-key-data: "hunter2!"}}]',
      'KROOT_KUBECONFIG_INVALID',
      /client-key-data for "u" that is not base64/,
    ],
    [
      'aliases without bounds',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefg'
        .split('')
        .map((k, i) => `${k}: &${k} [${`*${'abcdef'[i]},`.repeat(9)}]`)
        .join('\n')}`,
      'KROOT_KUBECONFIG_INVALID',
      /is not valid YAML/,
    ],
    [
      'empty',
      '',
      'KROOT_NO_CLUSTER',
      /^no cluster is configured: .*config names none; use --kubeconfig FILE; kroot diagnose cluster -f DUMP/,
    ],
    [
      'without a current context',
      kubeconfig({}),
      'KROOT_NO_CLUSTER',
      /^no context is chosen: .* has no current-context; use --context NAME; there are a$/,
    ],
    [
      'with a wrong current context',
      kubeconfig({ current: 'z' }),
      'KROOT_NO_CONTEXT',
      /^the current context "z" does not exist/,
    ],
    [
      'a plugin of another time',
      'current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: https://x}}]\nusers: [{name: u, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}}]',
      'KROOT_KUBECONFIG_INVALID',
      /has the apiVersion "client.authentication.k8s.io\/v1alpha1"; use client/,
    ],
    [
      'a provider of another time',
      'current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: https://x}}]\nusers: [{name: u, user: {auth-provider: {name: gcp, config: {cmd-path: /bin/touch}}}}]',
      'KROOT_CREDENTIALS',
      /the auth-provider "gcp" of the user "u" in .* is not supported/,
    ],
  ])('%s', async (_name, content, code, words) => {
    const directory = folder();
    const file = content === undefined ? join(directory, 'config') : write(directory, 'config', content);
    const error: unknown = await connect({ kubeconfig: file }, environment()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'ConnectionError', code });
    expect(messageOf(error)).toMatch(words);
    expect(String(error)).not.toContain('hunter2');
  });

  test('nothing at all', async () => {
    await expect(connect({}, environment())).rejects.toThrow(
      'no cluster is configured: $KUBECONFIG is empty and ~/.kube/config does not exist; use --kubeconfig FILE; kroot diagnose cluster -f DUMP analyses a file',
    );
    await expect(connect({ context: 'x' }, environment())).rejects.toThrow(
      'the context "x" does not exist in any kubeconfig',
    );
  });
});

describe('servers', () => {
  test('plain HTTP on loopback, to which no credentials go', async () => {
    const server = await serve((_request, response) => json(response, LIST), { plain: true });
    const connection = await connectTo(server, { token: 'SeCrEt' });
    await connection.transport.get('/api/v1/pods');
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
    expect(connection).toMatchObject({
      context: 'test',
      cluster: 'local',
      namespace: 'shop',
      user: 'dev',
      server: server.url,
    });
    const alone = await connect({ server: server.url.replace('http://', '') }, environment());
    expect((await alone.transport.get('/api/v1/pods')).status).toBe(200);
    expect(alone).toMatchObject({ context: undefined, cluster: undefined, namespace: 'default', user: undefined });
    await alone.transport.close();
  });

  test('user and password in the address are neither shown nor sent', async () => {
    const server = await serve((_request, response) => json(response, LIST), { plain: true });
    const connection = await connect({ server: server.url.replace('//', '//jane:hunter2@') }, environment());
    expect(connection.server).toBe(server.url);
    await connection.transport.get('/api/v1/pods');
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
    await connection.transport.close();
  });

  test('nobody listens', async () => {
    const connection = await connect({ server: 'http://127.0.0.1:1' }, environment(), { limits: { backoff: 1 } });
    await expect(connection.transport.get('/version')).rejects.toMatchObject({
      code: 'KROOT_API_UNREACHABLE',
      message: 'cannot reach http://127.0.0.1:1: connection refused; check the server address, VPN and proxy settings',
    });
    expect(connection.transport.requests).toBe(3);
  });

  test('a service account in a pod, whose token is read again', async () => {
    const directory = folder();
    let replacement: string | undefined;
    const server = await serve((request, response) => {
      const known = request.headers.authorization === 'Bearer second';
      if (replacement !== undefined) write(directory, 'token', replacement);
      json(response, LIST, known ? 200 : 401);
    });
    write(directory, 'token', 'first\n');
    write(directory, 'ca.crt', AUTHORITY.certificate);
    write(directory, 'namespace', 'team-a\n');
    const { hostname, port } = new URL(server.url);
    const variables = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const env = environment({ env: variables, serviceAccount: directory });
    const stale = await connect({}, env);
    expect(stale).toMatchObject({ context: undefined, namespace: 'team-a', server: server.url });
    await expect(stale.transport.get('/version')).rejects.toMatchObject({ code: 'KROOT_API_AUTH' });
    expect(server.requests.length).toBe(1);
    replacement = 'second\n';
    const fresh = await connect({}, env);
    expect((await fresh.transport.get('/version')).status).toBe(200);
    expect(server.requests.map((request) => request.headers.authorization).slice(1)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
    await Promise.all([stale.transport.close(), fresh.transport.close()]);
  });

  test('in a pod a kubeconfig goes first', async () => {
    const directory = folder();
    write(directory, 'token', 'first');
    const variables = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    const file = write(directory, 'config', kubeconfig({ current: 'a' }));
    const env = environment({ env: variables, serviceAccount: directory });
    expect((await connect({ kubeconfig: file }, env)).server).toBe('https://a.example.com');
    expect((await connect({ server: 'https://b.example.com' }, env)).server).toBe('https://b.example.com');
  });
});

describe('an OIDC provider', () => {
  const token = (exp: number): string =>
    ['{}', JSON.stringify({ exp }), ''].map((part) => Buffer.from(part).toString('base64url')).join('.') + 'sig';

  test('gives its token while it is valid, and says when it is not', async () => {
    const server = await serve((_request, response) => json(response, LIST));
    const valid = token(Math.floor(Date.now() / 1000) + 3600);
    const provider = (value: string): object => ({ 'auth-provider': { name: 'oidc', config: { 'id-token': value } } });
    const { transport } = await connectTo(server, provider(valid));
    await transport.get('/version');
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${valid}`);
    const expired = await connectTo(server, provider(token(1)));
    await expect(expired.transport.get('/version')).rejects.toThrow(
      /^the OIDC token of the user "dev" in .* has expired or is missing; log in again$/,
    );
  });
});

test.each<[value: string | undefined, milliseconds: number | undefined]>([
  [undefined, undefined],
  ['', undefined],
  ['0', undefined],
  ['0s', undefined],
  ['30', 30_000],
  ['1.5s', 1500],
  ['1m30s', 90_000],
  ['2h', 7_200_000],
  ['250ms', 250],
])('--request-timeout %s', (value, milliseconds) => {
  expect(parseTimeout(value)).toBe(milliseconds);
});

test('the package loads neither undici nor the client library', () => {
  const index = fileURLToPath(new URL('../index.ts', import.meta.url));
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    const before = await import(${JSON.stringify(index)});
    await import(${JSON.stringify(fileURLToPath(new URL('connection.ts', import.meta.url)))});
    const heavy = loaded.filter((url) => /undici|client-node/.test(url));
    process.stdout.write(JSON.stringify({ some: loaded.length > 10, heavy }));
  `;
  const result = spawnSync(process.execPath, ['-C', '@kroot/source', '--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  expect(result.stderr).toBe('');
  expect(JSON.parse(result.stdout)).toEqual({ some: true, heavy: [] });
});
