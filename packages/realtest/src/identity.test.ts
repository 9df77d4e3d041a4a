import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Audited, auditedSince, auditMark } from './audit.ts';
import { everythingBut } from './grants.ts';
import { bindings, makeReader, type Reader } from './identities.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { reportOf } from './read-json.test.support.ts';
import { NO_CONTROL_PLANE, real } from './real.test.support.ts';
import { kroot, type KrootOptions, type KrootRun, krootVersion } from './run-kroot.ts';
import { makeNamespace } from './world.ts';

const DIAGNOSE = ['diagnose', 'cluster', '-A', '-o', 'json'];
const SELF_REVIEW = /^\/apis\/authorization\.k8s\.io\/v1\/selfsubject(access|rules)reviews$/;

describe.skipIf(NO_CONTROL_PLANE)('who kroot is', () => {
  let reader: Reader;
  let deputy: Reader;

  beforeAll(async () => {
    const { plane, api } = real();
    await makeNamespace(api, 'identity');
    reader = await makeReader(api, plane, 'reader', everythingBut());
    const impersonate = [{ apiGroups: [''], resources: ['users', 'groups', 'uids'], verbs: ['impersonate'] }];
    const uids = [{ apiGroups: ['authentication.k8s.io'], resources: ['uids'], verbs: ['impersonate'] }];
    deputy = await makeReader(api, plane, 'deputy', [...impersonate, ...uids]);
    await api.create(
      ...bindings('by-group', { kind: 'Group', name: 'realtest:readers', apiGroup: RBAC }, everythingBut('Secret')),
    );
  });

  it('is read-only and names itself', async () => {
    const { run, audited } = await observe([...DIAGNOSE, '--kubeconfig', reader.kubeconfig]);
    expect(reportOf(run).coverage.gaps).toStrictEqual([]);
    expect(audited.length).toBeGreaterThan(10);
    const odd = audited.filter(
      ({ verb, requestURI }) =>
        verb !== 'get' && verb !== 'list' && !(verb === 'create' && SELF_REVIEW.test(requestURI)),
    );
    expect(odd).toStrictEqual([]);
    for (const { userAgent, user } of audited) {
      expect(userAgent).toMatch(new RegExp(`^kroot/${krootVersion().replaceAll('.', '\\.')}\\b`));
      expect(user.username).toBe(reader.username);
    }
  });

  it('takes a server, a token and an authority from flags', async () => {
    const { plane } = real();
    const authority = join(plane.folder, 'pki/ca.crt');
    const flags = ['--server', plane.server, '--token', reader.token, '--certificate-authority', authority];
    const { run, audited } = await observe([...DIAGNOSE, ...flags]);
    expect(reportOf(run).coverage.gaps).toStrictEqual([]);
    expect(new Set(audited.map(({ user }) => user.username))).toStrictEqual(new Set([reader.username]));
    expect(run.stdout + run.stderr).not.toContain(reader.token);
  });

  it('impersonates a user with all groups', async () => {
    const as = ['--as', 'jane', '--as-group', 'realtest:readers', '--as-group', 'other', '--as-uid', 'u-1'];
    const { run, audited } = await observe([...DIAGNOSE, ...as, '--kubeconfig', deputy.kubeconfig]);
    expect(reportOf(run).coverage.gaps).toMatchObject([{ resource: 'secrets', state: 'forbidden' }]);
    for (const { impersonatedUser } of audited) {
      expect(impersonatedUser).toMatchObject({ username: 'jane', uid: 'u-1' });
      expect(impersonatedUser?.groups).toStrictEqual(expect.arrayContaining(['realtest:readers', 'other']));
    }
  });

  it('says why when impersonation is refused', async () => {
    const { run } = await observe([...DIAGNOSE, '--as', 'jane', '--kubeconfig', reader.kubeconfig]);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('impersonate');
    expect(run.stderr).toContain('jane');
  });

  it('says so when the token is not accepted', async () => {
    const { plane } = real();
    const target = { server: plane.server, ca: plane.ca };
    const kubeconfig = writeKubeconfig(join(plane.folder, 'rejected.kubeconfig'), target, { token: 'no-such-token' });
    const { run } = await observe([...DIAGNOSE, '--kubeconfig', kubeconfig]);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).not.toContain('no-such-token');
    expect(run.stderr.trim()).not.toContain('\n');
  });

  it('runs a credential plugin once, by its path beside the kubeconfig', async () => {
    const { plane } = real();
    const { folder, kubeconfig } = pluginKubeconfig(reader.token);
    const { run, audited } = await observe([...DIAGNOSE, '--kubeconfig', kubeconfig], { cwd: plane.folder });
    expect(reportOf(run).coverage.gaps).toStrictEqual([]);
    expect(new Set(audited.map(({ user }) => user.username))).toStrictEqual(new Set([reader.username]));
    expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('run\n');
    expect(JSON.parse(readFileSync(join(folder, 'info'), 'utf8'))).toMatchObject({
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: plane.server } },
    });
    expect(run.stderr).toContain('plugin: hello');
    expect(run.stdout + run.stderr).not.toContain(reader.token);
  });

  it('prints the install hint of a credential plugin that is not there', async () => {
    const { folder, kubeconfig } = pluginKubeconfig(reader.token, './not-there');
    const { run } = await observe([...DIAGNOSE, '--kubeconfig', kubeconfig]);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('realtest-login');
  });
});

const RBAC = 'rbac.authorization.k8s.io';
let plugins = 0;

/** Runs kroot, and gives what the API server saw of it. */
async function observe(
  args: readonly string[],
  options: KrootOptions = {},
): Promise<{ readonly run: KrootRun; readonly audited: readonly Audited[] }> {
  const { plane } = real();
  const mark = auditMark(plane.auditLog);
  const run = await kroot(args, options);
  return { run, audited: await auditedSince(plane.auditLog, mark) };
}

function pluginKubeconfig(
  token: string,
  command = './plugin.sh',
): { readonly folder: string; readonly kubeconfig: string } {
  const { plane } = real();
  plugins += 1;
  const folder = join(plane.folder, `plugin-${plugins}`);
  mkdirSync(folder);
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } };
  const lines = [
    '#!/bin/sh',
    // Waits for ever when standard input stays open.
    'cat > /dev/null',
    `echo run >> '${folder}/runs'`,
    `printf '%s' "$KUBERNETES_EXEC_INFO" > '${folder}/info'`,
    'echo "plugin: hello" >&2',
    `echo '${JSON.stringify(credential)}'`,
  ];
  writeFileSync(join(folder, 'plugin.sh'), `${lines.join('\n')}\n`);
  chmodSync(join(folder, 'plugin.sh'), 0o700);
  const target = { server: plane.server, ca: plane.ca };
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command,
    interactiveMode: 'Never',
    provideClusterInfo: true,
    installHint: 'Install it with: apt install realtest-login',
  };
  return { folder, kubeconfig: writeKubeconfig(join(folder, 'config'), target, { exec }) };
}
