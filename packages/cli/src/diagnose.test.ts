import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenShop, examples, kroot } from './run.test.support.ts';

const cluster = (...args: readonly string[]): Promise<Awaited<ReturnType<typeof kroot>>> =>
  kroot(['diagnose', 'cluster', '-f', brokenShop, ...args]);
const healthy = join(examples, 'ci-check/fixtures/healthy.yaml');

interface Document {
  readonly diagnoses: readonly { readonly root_cause_resource: string }[];
  readonly issue_count: number;
}

async function roots(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await kroot(['diagnose', ...args, '-o', 'json']);
  return (JSON.parse(stdout) as Document).diagnoses.map((diagnosis) => diagnosis.root_cause_resource);
}

describe('exit codes', () => {
  it.each<[number, string]>([
    [1, ''],
    [1, '--fail-on critical'],
    [1, '--fail-on info'],
    [0, '--fail-on never'],
    [0, '--exit-zero'],
    [0, '--exit-zero --fail-on critical'],
    [1, '--strict'],
    [0, '-n monitoring'],
    [1, '-n shop'],
  ])('%i with findings and %j', async (code, options) => {
    expect((await cluster(...options.split(' ').filter(Boolean))).code).toBe(code);
  });

  it.each<[number, string]>([
    [0, ''],
    [0, '--fail-on info'],
    [3, '--strict'],
  ])('%i without findings, but with blind spots, and %j', async (code, options) => {
    expect((await kroot(['diagnose', 'cluster', '-f', healthy, ...options.split(' ').filter(Boolean)])).code).toBe(
      code,
    );
  });

  it('0 under --strict when everything was seen and the target is well', async () => {
    expect((await kroot(['diagnose', 'pod', 'cart-redis-0', '-f', brokenShop, '--strict'])).code).toBe(0);
  });
});

describe('inputs', () => {
  const files = ['cluster', 'workloads', 'network', 'config', 'storage', 'events', 'none'].map((name) =>
    join(brokenShop, `${name}.yaml`),
  );

  it('a folder, all its files and standard input say the same', async () => {
    const { stdout } = await cluster('-o', 'json');
    const { diagnoses } = JSON.parse(stdout) as Document;
    const several = await kroot([
      'diagnose',
      'cluster',
      '-o',
      'json',
      ...files.flatMap((file) => ['--context-file', file]),
    ]);
    expect((JSON.parse(several.stdout) as Document).diagnoses).toEqual(diagnoses);
    const stdin = files.map((file) => readFileSync(file, 'utf8')).join('---\n');
    const piped = await kroot(['diagnose', 'cluster', '-o', 'json', '-f', '-'], { stdin });
    expect((JSON.parse(piped.stdout) as Document).diagnoses).toEqual(diagnoses);
  });
});

describe('--verify-fixes', () => {
  it('says what a repair clears, in every format, and changes nothing else', async () => {
    const { code, stdout } = await cluster('--verify-fixes', '--fail-on', 'never');
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'tried On the snapshot the fault is gone afterwards, and nothing else that can be seen stops the 3 pods.',
    );
    const { diagnoses } = JSON.parse((await cluster('--verify-fixes', '-o', 'json')).stdout) as {
      readonly diagnoses: readonly { readonly verification?: { readonly verdict: string } }[];
    };
    expect(diagnoses.map(({ verification }) => verification?.verdict)).toEqual(['clears', 'clears']);
    expect((await cluster('--verify-fixes', '-o', 'sarif')).stdout).toContain('"verdict": "clears"');
    expect((await cluster('-o', 'json')).stdout).not.toContain('verification');
  });
});

describe('targets', () => {
  it.each<[string, readonly string[]]>([
    ['pod cart-redis-0', []],
    ['deploy/payments-api', ['Secret/shop/payments-db-credential']],
    ['deployment payments-api', ['Secret/shop/payments-db-credential']],
    ['Ingress/shop/payments', ['Secret/shop/payments-db-credential']],
    ['Deployment/report-worker -n shop', ['Deployment/shop/report-worker']],
    ['cluster -n shop', ['Secret/shop/payments-db-credential', 'Deployment/shop/report-worker']],
    ['cluster -n kube-system', []],
    ['cluster -A -n kube-system', ['Secret/shop/payments-db-credential', 'Deployment/shop/report-worker']],
  ])('diagnose %s', async (line, expected) => {
    expect(await roots(...line.split(' '), '-f', brokenShop)).toEqual(expected);
  });

  it('a healthy one is proved healthy', async () => {
    expect((await kroot(['diagnose', 'pod', 'cart-redis-0', '-f', brokenShop])).stdout).toMatch(
      /^✔ Pod\/shop\/cart-redis-0 is healthy\n/,
    );
  });

  it.each([
    ['deploy/payment-api', 'payments-api'],
    ['deploy/payments-api -n monitoring', 'payments-api'],
    ['widget/one', 'widget'],
  ])('%s does not exist: exit code 2 and the nearest name', async (line, hint) => {
    const { code, stdout, stderr } = await kroot(['diagnose', ...line.split(' '), '-f', brokenShop]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
    expect(stderr).toContain(hint);
  });
});

describe('namespaces', () => {
  it('one of which the input holds nothing is no healthy one', async () => {
    expect(await cluster('-n', 'shpo')).toEqual({
      code: 2,
      stdout: '',
      stderr: `kroot: ${brokenShop} holds nothing of namespace "shpo"; did you mean shop?\n`,
    });
  });

  it('one that is merely empty is', async () => {
    expect((await cluster('-n', 'kube-node-lease')).code).toBe(0);
  });
});

describe('text', () => {
  it('shows fixes unless told not to, and commands when told to', async () => {
    const plain = (await cluster()).stdout;
    expect(plain).toMatch(/^ {2}fix /m);
    expect(plain).not.toContain('kubectl ');
    expect((await cluster('--no-show-fixes')).stdout).not.toMatch(/^ {2}fix /m);
    expect((await cluster('--show-fixes=false')).stdout).not.toMatch(/^ {2}fix /m);
    expect((await cluster('--show-commands')).stdout).toContain(
      'kubectl -n shop create secret generic payments-db-credential',
    );
  });

  it('has all sections with --details', async () => {
    const { stdout } = await cluster('--details');
    for (const section of [
      'Dependency Traces',
      'Blast Radius',
      'Incident Analysis',
      'Recommended Fix Order',
      'Suggested Fixes',
    ]) {
      expect(stdout).toContain(section);
    }
  });

  it('keeps to the width and colours of the terminal', async () => {
    const args = ['diagnose', 'cluster', '-f', brokenShop];
    const coloured = await kroot(args, { terminal: { columns: 100 } });
    expect(coloured.stdout).toContain('\u001b[');
    expect((await kroot([...args, '--no-color'], { terminal: { columns: 100 } })).stdout).not.toContain('\u001b[');
    expect((await kroot([...args, '--color', 'always'])).stdout).toContain('\u001b[');
  });

  it('is ASCII only with --ascii', async () => {
    expect((await cluster('--ascii')).stdout).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

describe('other formats', () => {
  it('JSON is one document', async () => {
    const { stdout, stderr } = await cluster('-o', 'json');
    expect((JSON.parse(stdout) as Document).issue_count).toBe(2);
    expect(stderr).toBe('');
  });

  it('SARIF is one run', async () => {
    const { stdout } = await cluster('--output', 'sarif');
    expect(JSON.parse(stdout)).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'kroot' } } }] });
  });
});
