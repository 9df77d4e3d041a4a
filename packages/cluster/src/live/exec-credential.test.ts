import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  AUTHORITY,
  connectTo,
  environment,
  folder,
  json,
  LIST,
  messageOf,
  serve,
  testClock,
  write,
} from './connection.test.support.ts';
import { runExecPlugin } from './exec-credential.ts';
import { type ExecPlugin } from './kubeconfig-types.ts';

const V1 = 'client.authentication.k8s.io/v1';

/** A plugin that counts its runs in a file and then runs a script. */
function plugin(script: string, overrides: Partial<ExecPlugin> = {}): { plugin: ExecPlugin; runs: () => number } {
  const directory = folder();
  const command = write(directory, 'login', `#!/bin/sh\necho run >> "${directory}/runs"\n${script}\n`, 0o755);
  return {
    plugin: {
      apiVersion: V1,
      command,
      args: [],
      env: [],
      installHint: undefined,
      provideClusterInfo: false,
      interactiveMode: 'IfAvailable',
      ...overrides,
    },
    runs: () => readFileSync(join(directory, 'runs'), 'utf8').split('\n').length - 1,
  };
}

/** Shell that prints an ExecCredential. */
function prints(status: object, apiVersion = V1): string {
  return `cat <<'EOT'\n${JSON.stringify({ kind: 'ExecCredential', apiVersion, status })}\nEOT`;
}

const OWNER = 'the user "dev" in /home/dev/.kube/config';
const PATH = process.env['PATH'];

describe('a plugin', () => {
  test.each<[name: string, script: string, words: RegExp]>([
    [
      'fails',
      'echo "hunter2" >&2; exit 3',
      /^the credential plugin ".*login" of the user "dev" in .*config failed \(exit code 3\); see what it printed/,
    ],
    ['is killed', 'kill -9 $$', /failed \(SIGKILL\)/],
    ['prints no JSON', 'echo hunter2', /printed something that is not JSON; run it by hand/],
    ['prints too much', 'yes hunter2 | head -c 3000000', /printed more than 1 MiB/],
    [
      'answers in another version',
      prints({ token: 'hunter2' }, 'client.authentication.k8s.io/v1beta1'),
      /did not print an ExecCredential of client.authentication.k8s.io\/v1;/,
    ],
    ['gives nothing', prints({}), /gave neither a token nor a certificate/],
    ['gives half a certificate', prints({ clientKeyData: 'hunter2' }), /gave a certificate or a key, not both/],
    [
      'gives a certificate that is none',
      prints({ clientCertificateData: 'hunter2', clientKeyData: 'hunter2' }),
      /gave a certificate and a key that do not fit;/,
    ],
    ['gives no token', prints({ token: 'hunter2\nx' }), /holds characters that no token has/],
    ['hangs', 'sleep 20 & sleep 20', /did not finish within 1 s; run it by hand, or log in first/],
  ])('that %s', async (_name, script, words) => {
    const made = plugin(script);
    const limits = { unattended: script.startsWith('sleep') ? 1000 : 20_000, interactive: 1 };
    const env = environment({ env: { PATH } });
    const error: unknown = await runExecPlugin({ plugin: made.plugin, owner: OWNER, cluster: {}, limits }, env).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'KROOT_CREDENTIALS' });
    expect(messageOf(error)).toMatch(words);
    expect(String(error)).not.toMatch(/hunter2|\n/);
    expect(made.runs()).toBe(1);
  });

  test('that is not installed', async () => {
    const { plugin: absent } = plugin('', {
      command: 'kroot-no-such-plugin',
      installHint: 'Install it:\n  brew install it',
    });
    const env = environment({ env: { PATH } });
    await expect(runExecPlugin({ plugin: absent, owner: OWNER, cluster: {} }, env)).rejects.toThrow(
      'the credential plugin "kroot-no-such-plugin" of the user "dev" in /home/dev/.kube/config was not found; Install it: brew install it',
    );
  });

  test('is told what it asks for, and heard', async () => {
    const script = `echo "open https://login.example.com" >&2; echo "$KUBERNETES_EXEC_INFO" > "$WHERE"; cat; ${prints({
      token: 'abc',
      expirationTimestamp: '2030-01-01T00:00:00Z',
    })}`;
    const where = join(folder(), 'info');
    const { plugin: asking } = plugin(script, { env: [['WHERE', where]], provideClusterInfo: true });
    const env = environment({ env: { PATH } });
    const credential = await runExecPlugin({ plugin: asking, owner: OWNER, cluster: { server: 'https://a' } }, env);
    expect(credential).toEqual({
      authorization: 'Bearer abc',
      certificate: undefined,
      key: undefined,
      expires: Date.parse('2030-01-01T00:00:00Z'),
    });
    expect(env.said.join('')).toBe('open https://login.example.com\n');
    expect(JSON.parse(readFileSync(where, 'utf8'))).toEqual({
      kind: 'ExecCredential',
      apiVersion: V1,
      spec: { cluster: { server: 'https://a' }, interactive: false },
    });
  });

  test('that needs a terminal does not run without one', async () => {
    const made = plugin(prints({ token: 'abc' }), { interactiveMode: 'Always' });
    const pending = runExecPlugin({ plugin: made.plugin, owner: OWNER, cluster: {} }, environment({ env: { PATH } }));
    await expect(pending).rejects.toThrow(/needs a terminal/);
    expect(() => made.runs()).toThrow('ENOENT');
  });
});

describe('in a run', () => {
  const user = (made: ExecPlugin, more: object = {}): object => ({
    ...more,
    exec: { command: made.command, apiVersion: V1, interactiveMode: 'Never', provideClusterInfo: true },
  });

  test('runs once for many requests', async () => {
    const server = await serve((_request, response) => json(response, LIST));
    const made = plugin(`sleep 0.1; ${prints({ token: 'abc' })}`);
    const { transport } = await connectTo(server, user(made.plugin), { env: { env: { PATH } } });
    expect(() => made.runs()).toThrow('ENOENT');
    await Promise.all(Array.from({ length: 20 }, () => transport.get('/api/v1/pods')));
    expect(new Set(server.requests.map((request) => request.headers.authorization))).toEqual(new Set(['Bearer abc']));
    expect(made.runs()).toBe(1);
  });

  test('runs again once when the server rejects what it gave', async () => {
    const server = await serve((request, response) =>
      json(response, LIST, request.headers.authorization === 'Bearer run2' ? 200 : 401),
    );
    const count = '$(wc -l < "$(dirname "$0")/runs" | tr -d " ")';
    const made = plugin(
      `echo "{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"${V1}\\",\\"status\\":{\\"token\\":\\"run${count}\\"}}"`,
    );
    const { transport } = await connectTo(server, user(made.plugin), { env: { env: { PATH } } });
    const answers = await Promise.all(Array.from({ length: 4 }, () => transport.get('/api/v1/pods')));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(made.runs()).toBe(2);
  });

  test('ends the run when the server rejects the second too', async () => {
    const server = await serve((_request, response) => json(response, LIST, 401));
    const made = plugin(prints({ token: 'SeCrEt' }));
    const { transport } = await connectTo(server, user(made.plugin), { env: { env: { PATH } } });
    const results = await Promise.allSettled([transport.get('/api/v1/pods'), transport.get('/api/v1/nodes')]);
    await expect(transport.get('/api/v1/services')).rejects.toMatchObject({
      code: 'KROOT_API_AUTH',
      message: `your credentials for ${server.url} (context test) were rejected (expired?); log in again, or check the user in your kubeconfig`,
    });
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(server.requests.length).toBe(2);
  });

  test('runs again when its credential expires', async () => {
    const server = await serve((_request, response) => json(response, LIST));
    const clock = testClock();
    const made = plugin(prints({ token: 'abc', expirationTimestamp: '2026-01-01T00:10:00Z' }));
    const { transport } = await connectTo(server, user(made.plugin), { env: { env: { PATH } }, clock });
    await transport.get('/api/v1/pods');
    await transport.get('/api/v1/pods');
    expect(made.runs()).toBe(1);
    clock.advance(11 * 60_000);
    await transport.get('/api/v1/pods');
    expect(made.runs()).toBe(2);
  });

  test('gives a client certificate', async () => {
    const server = await serve(
      (request, response) => json(response, { kind: 'X', name: 'getPeerCertificate' in request.socket }),
      { tls: { requestCert: true, rejectUnauthorized: true, ca: AUTHORITY.certificate } },
    );
    const { certificate, key } = AUTHORITY.issue({ commonName: 'jane' });
    const made = plugin(prints({ clientCertificateData: certificate, clientKeyData: key }));
    const { transport } = await connectTo(server, user(made.plugin), { env: { env: { PATH } } });
    expect((await transport.get('/api/v1/pods')).status).toBe(200);
  });

  test('a failure is an error of the run, without a request', async () => {
    const server = await serve((_request, response) => json(response, LIST));
    const made = plugin('exit 1');
    const { transport } = await connectTo(server, user(made.plugin), { env: { env: { PATH } } });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => transport.get('/api/v1/pods')));
    expect(new Set(results.map((result) => result.status))).toEqual(new Set(['rejected']));
    await expect(transport.get('/version')).rejects.toMatchObject({ code: 'KROOT_API_AUTH', problem: 'auth' });
    expect(made.runs()).toBe(1);
    expect(server.requests.length).toBe(0);
  });

  test('does not run when there is a token or a certificate', async () => {
    const server = await serve((_request, response) => json(response, LIST));
    const made = plugin(prints({ token: 'abc' }));
    const { certificate, key } = AUTHORITY.issue({ commonName: 'jane' });
    const base64 = (value: string): string => Buffer.from(value).toString('base64');
    const certified = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
    for (const more of [{ token: 'mine' }, { username: 'a', password: 'b' }, certified]) {
      // oxlint-disable-next-line no-await-in-loop
      const { transport } = await connectTo(server, user(made.plugin, more), { env: { env: { PATH } } });
      await transport.get('/version'); // oxlint-disable-line no-await-in-loop
    }
    expect(server.requests.map((request) => request.headers.authorization)).toEqual([
      'Bearer mine',
      'Basic YTpi',
      undefined,
    ]);
    expect(() => made.runs()).toThrow('ENOENT');
  });
});
