import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from './command-table.ts';
import { liveCluster, type LiveCluster } from './live.test.support.ts';
import { FORMAT_NAMES } from './output/formats.ts';
import { kroot } from './run.test.support.ts';

let cluster: LiveCluster;
beforeAll(async () => {
  cluster = await liveCluster();
});
afterAll(() => cluster.close());

/** The words are separated by one space; the last one is being typed. */
async function complete(line: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await cluster.run(['__complete', ...line.split(' ')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

describe('completion', () => {
  it.each<[string, readonly string[]]>([
    ['', [...COMMANDS.keys(), ':4']],
    ['dia', ['diagnose', ':4']],
    ['diagnose c', ['cluster', 'cronjob/', ':4']],
    ['diagnose cluster --show', ['--show-fixes', '--show-commands', ':4']],
    ['diagnose cluster -o ', [...FORMAT_NAMES, ':4']],
    ['diagnose cluster --output=j', ['--output=json', '--output=jsonl', '--output=junit', ':4']],
    ['render ', [':0']],
    ['render report.json -o prom', ['prometheus', ':4']],
    ['render report.json --source-root ', [':0']],
    ['diagnose cluster -f ', [':0']],
    ['diagnose cluster --kubeconfig ', [':0']],
    ['capture -o ', [':0']],
    ['rbac -o ', ['yaml', 'json', ':4']],
    ['diagnose cluster --context ', ['prod-eu1', ':4']],
    ['diagnose cluster -n sh', ['shop', ':4']],
    ['diagnose cluster --namespace=kube-s', ['--namespace=kube-system', ':4']],
    ['diagnose -n shop pod cart-red', ['cart-redis-0', ':4']],
    ['diagnose pod -n shop cart-red', ['cart-redis-0', ':4']],
    ['diagnose deploy/pay -n nowhere --namespace=shop deploy/pay', [':4']],
    ['diagnose -n shop deploy/pay', ['deploy/payments-api', ':4']],
    ['diagnose -n shop deployments pay', ['payments-api', ':4']],
    ['diagnose node/worker-1', ['node/worker-1', ':4']],
    ['diagnose --context nope pod x', [':4']],
    ['diagnose -s https://127.0.0.1:1 pod x', [':4']],
    ['diagnose nonsense/x', [':4']],
    ['explain secret-missing-e', ['secret-missing-env', ':4']],
    ['netpol ', ['list', 'explain', 'diff', ':4']],
    ['netpol list -o ', ['text', 'json', 'csv', ':4']],
    ['netpol explain o', ['outside', ':4']],
    ['netpol explain outside -n shop pod/cart-red', ['pod/cart-redis-0', ':4']],
    ['netpol explain outside pod/x ', [':4']],
    ['netpol diff a', [':0']],
    ['path int', ['internet', ':4']],
    ['path internet sv', ['svc/', ':4']],
    ['path internet -n shop pod/cart-red', ['pod/cart-redis-0', ':4']],
    ['path a b ', [':4']],
    ['graph -o ', ['text', 'mermaid', 'dot', 'svg', 'json', ':4']],
    ['graph sec', ['secret/', ':4']],
    ['tree -n shop deploy/pay', ['deploy/payments-api', ':4']],
    ['tree -n shop deployments pay', ['payments-api', ':4']],
    ['tree --side ', ['both', 'needs', 'needed-by', ':4']],
    ['tree deploy/x ', [':4']],
    ['path -o ', ['text', 'json', ':4']],
    ['netpol diff --output ', ['text', 'json', 'csv', ':4']],
    ['completion ', ['bash', 'zsh', 'fish', 'kubectl', ':4']],
  ])('kroot %s', async (line, expected) => {
    expect(await complete(line)).toEqual(expected);
  });

  it('never says anything but candidates', async () => {
    expect(await kroot(['__complete', 'diagnose', 'pod', ''], { env: { HOME: '/nowhere' } })).toEqual({
      code: 0,
      stdout: ':4\n',
      stderr: '',
    });
    expect((await kroot(['__complete'])).stdout).toContain('diagnose\n');
  });
});

describe('scripts', () => {
  it.each(['bash', 'zsh', 'fish', 'kubectl'])('for %s', async (shell) => {
    const { code, stdout } = await kroot(['completion', shell]);
    expect(code).toBe(0);
    await expect(stdout).toMatchFileSnapshot(`__golden__/completion.${shell}`);
  });

  it('bash completes with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kroot-completion-'));
    try {
      const { stdout } = await kroot(['completion', 'bash']);
      writeFileSync(join(folder, 'completion.bash'), stdout);
      // What would be run, with its answer for these words.
      writeFileSync(
        join(folder, 'kroot'),
        '#!/bin/sh\n[ "$1 $2 $3" = "__complete diagnose no" ] && printf "node/\\n:4\\n"\n',
      );
      chmodSync(join(folder, 'kroot'), 0o755);
      const script =
        'source "$0/completion.bash"; COMP_WORDS=(kroot diagnose no); COMP_CWORD=2; _kroot; echo "${COMPREPLY[@]}"';
      const PATH = `${folder}:${process.env['PATH'] ?? ''}`;
      expect(execFileSync('bash', ['--norc', '-c', script, folder], { env: { PATH }, encoding: 'utf8' })).toBe(
        'node/\n',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
