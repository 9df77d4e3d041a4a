import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { everythingBut } from './grants.ts';
import { makeReader } from './identities.ts';
import { reportOf } from './read-json.test.support.ts';
import { NO_CONTROL_PLANE, real } from './real.test.support.ts';
import { kroot } from './run-kroot.ts';
import { makeNamespace, makeWorkload, object } from './world.ts';

const NAMESPACE = 'broken';
const SECRET = `Secret/${NAMESPACE}/db-password`;

describe.skipIf(NO_CONTROL_PLANE)('a workload whose Secret is missing', () => {
  beforeAll(async () => {
    const { api } = real();
    await makeNamespace(api, NAMESPACE);
    const words = 'secret "db-password" not found';
    const pod = await makeWorkload(api, {
      namespace: NAMESPACE,
      name: 'payments',
      container: {
        env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db-password', key: 'password' } } }],
      },
      waiting: { reason: 'CreateContainerConfigError', message: words },
    });
    const seen = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const involvedObject = { apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE, name: pod };
    await api.create(
      object('v1', 'Event', NAMESPACE, `${pod}.1`, {
        involvedObject: { ...involvedObject, fieldPath: 'spec.containers{main}' },
        type: 'Warning',
        reason: 'Failed',
        message: `Error: ${words}`,
        count: 12,
        firstTimestamp: seen,
        lastTimestamp: seen,
        source: { component: 'kubelet', host: 'worker-1' },
      }),
    );
  });

  it.each([
    ['one namespace', ['-n', NAMESPACE]],
    ['the whole cluster', ['-A']],
  ])('is explained, live, in %s', async (_title, scope) => {
    const { plane } = real();
    const run = await kroot(['diagnose', 'cluster', ...scope, '-o', 'json', '--kubeconfig', plane.admin]);
    expect(run.code).toBe(1);
    const { diagnoses, coverage, source } = reportOf(run);
    const found = diagnoses.find(({ root_cause_resource }) => root_cause_resource === SECRET);
    expect(found).toMatchObject({
      rule: 'secret-missing-env',
      severity: 'critical',
      confidence: 0.99,
      resource: `Deployment/${NAMESPACE}/payments`,
      root_cause_resource: SECRET,
    });
    expect(found?.notes.join(' ')).not.toMatch(/not verified/i);
    expect(coverage.complete).toBe(true);
    expect(source).toMatchObject({ type: 'live', name: 'realtest' });
    expect(source.server_version).toMatch(/^v1\.\d+/);
  });

  it('is explained by the pod alone', async () => {
    const { plane } = real();
    const args = ['diagnose', 'pod', 'payments-7d4b9c-x2x4z', '-n', NAMESPACE, '-o', 'json'];
    const { diagnoses } = reportOf(await kroot([...args, '--kubeconfig', plane.admin]));
    expect(diagnoses.map(({ root_cause_resource }) => root_cause_resource)).toStrictEqual([SECRET]);
  });

  it('is named by the kubelet where Secrets may not be listed, and marked as not verified', async () => {
    const { plane, api } = real();
    const viewer = await makeReader(api, plane, 'viewer', everythingBut('Secret'));
    const args = ['diagnose', 'cluster', '-n', NAMESPACE, '--kubeconfig', viewer.kubeconfig];
    const { diagnoses, coverage } = reportOf(await kroot([...args, '-o', 'json']));
    expect(diagnoses).toHaveLength(1);
    expect(diagnoses[0]).toMatchObject({ rule: 'secret-missing-env', root_cause_resource: SECRET });
    expect(diagnoses[0]?.notes.filter((note) => /not verified/i.test(note))).toHaveLength(1);
    expect(coverage).toMatchObject({ complete: false, gaps: [{ resource: 'secrets', state: 'forbidden' }] });
    const text = await kroot(args);
    expect(text.stdout).toContain('db-password');
    expect(text.stdout).toMatch(/not verified/i);
    // What to ask an administrator for.
    expect(text.stdout).toContain('allow get and list of secrets');
  });

  it.each(['text', 'json', 'sarif'])('reads the same as %s, live and from the capture of the run', async (format) => {
    const { plane } = real();
    const file = join(plane.folder, `broken-${format}.kroot.jsonl.gz`);
    const print = ['--details', '--show-commands', '-o', format];
    const scope = ['diagnose', 'cluster', '-n', NAMESPACE];
    const live = await kroot([...scope, ...print, '--kubeconfig', plane.admin, '--capture', file]);
    expect(existsSync(file)).toBe(true);
    expect(statSync(file).mode.toString(8)).toMatch(/600$/);
    const offline = await kroot([...scope, ...print, '--context-file', file]);
    expect(offline.stdout).toBe(live.stdout);
    expect(offline.code).toBe(live.code);
    expect(live.stdout).toContain('db-password');
  });
});
