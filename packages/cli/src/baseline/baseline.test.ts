import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokenShop, type Run } from '../run.test.support.ts';
import { workspace, type Workspace } from '../config/workspace.test.support.ts';

let here: Workspace;
beforeEach(() => {
  here = workspace();
  cpSync(brokenShop, join(here.path, 'shop'), { recursive: true });
});
afterEach(() => {
  here.remove();
});

const shop = (...args: readonly string[]): Promise<Run> => here.run(['diagnose', 'cluster', '-f', 'shop', ...args]);
const update = (...args: readonly string[]): Promise<Run> => here.run(['baseline', 'update', '-f', 'shop', ...args]);
const read = (name: string): string => readFileSync(join(here.path, name), 'utf8');
const rules = (name = 'kroot-baseline.json'): readonly string[] =>
  (JSON.parse(read(name)) as { readonly entries: readonly { readonly rule: string }[] }).entries.map(
    ({ rule }) => rule,
  );

describe('kroot baseline update', () => {
  it('writes what is found, the same bytes each time', async () => {
    expect(await update()).toEqual({
      code: 0,
      stdout: 'kroot-baseline.json: 2 known, 2 added, 0 taken out\n',
      stderr: 'kroot: use it with --baseline kroot-baseline.json, or as baseline in the configuration\n',
    });
    const text = read('kroot-baseline.json');
    await expect(text).toMatchFileSnapshot('../__golden__/baseline.json');
    expect((await update('-q')).stdout).toBe('kroot-baseline.json: 2 known, 0 added, 0 taken out\n');
    expect(read('kroot-baseline.json')).toBe(text);
  });

  it('takes out what is gone; with --prune it adds nothing', async () => {
    here.write({
      'kroot-baseline.json': JSON.stringify({
        baseline_version: '1.0',
        entries: [
          { id: '0123456789abcdef', rule: 'secret-missing-env', namespace: 'shop', what: 'old' },
          { id: '0123456789abcde0', rule: 'no-such-rule', namespace: 'shop', what: 'of a rule that did not run' },
        ],
      }),
    });
    expect((await update('--prune')).stdout).toBe('kroot-baseline.json: 1 known, 0 added, 1 taken out\n');
    expect(read('kroot-baseline.json')).toContain('of a rule that did not run');
    expect((await update()).stdout).toBe('kroot-baseline.json: 3 known, 2 added, 0 taken out\n');
  });

  it('keeps what is outside of the namespace that was looked at', async () => {
    await update();
    expect((await update('-n', 'kube-system')).stdout).toBe('kroot-baseline.json: 2 known, 0 added, 0 taken out\n');
  });

  it('writes where the configuration says, and knows its suppressions', async () => {
    here.write({
      'kroot.config.yaml': 'baseline: known/base.json\nsuppressions:\n  - rule: secret-*\n    reason: x\n',
      'known/x': '',
    });
    // It is not there yet, and it is this command that makes it.
    expect(await update()).toEqual({ code: 0, stdout: 'known/base.json: 1 known, 1 added, 0 taken out\n', stderr: '' });
    expect(rules('known/base.json')).toEqual(['sched-node-selector-mismatch']);
    expect((await shop()).code).toBe(0);
    expect((await shop('--no-config')).code).toBe(1);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    [
      'another file',
      { 'kroot-baseline.json': '{}' },
      [],
      'kroot-baseline.json is no baseline file, so it is left alone',
    ],
    ['no JSON', { 'kroot-baseline.json': '{' }, [], 'kroot-baseline.json is no JSON'],
    ['a damaged one', { 'kroot-baseline.json': '{"baseline_version":"1.0","entries":[{}]}' }, [], 'entries.0.id'],
    ['a newer one', { 'kroot-baseline.json': '{"baseline_version":"2.0","entries":[]}' }, [], 'use a newer kroot'],
    ['nothing to prune', {}, ['--prune'], 'kroot-baseline.json: there is nothing to take out of yet'],
    ['a folder that is not there', {}, ['--baseline', 'x/y.json'], 'its folder does not exist'],
  ])('%s: 2, one line, and nothing is written', async (_, files, args, message) => {
    here.write(files);
    const { code, stderr, stdout } = await update(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
    expect(stderr).toContain(message);
    const [[name, text] = ['kroot-baseline.json', undefined]] = Object.entries(files);
    expect(existsSync(join(here.path, name)) ? read(name) : undefined).toBe(text);
  });

  it('is asked for whole', async () => {
    expect((await here.run(['baseline'])).stderr).toContain('kroot');
    expect((await here.run(['baseline'])).code).toBe(2);
  });
});

describe('--baseline', () => {
  it('tells only what is new, and what is gone', async () => {
    await update('-q');
    const known = await shop('--baseline', 'kroot-baseline.json', '--show-suppressed');
    expect(known.code).toBe(0);
    // Every new rule would change the page.
    await expect(known.stdout.replace(/with \d+ rules/, 'with all rules')).toMatchFileSnapshot(
      '../__golden__/baseline-known.txt',
    );
    const document = JSON.parse(read('kroot-baseline.json')) as { readonly entries: readonly object[] };
    const gone = { id: '0123456789abcdef', rule: 'secret-missing-env', namespace: 'shop' };
    here.write({ 'base.json': JSON.stringify({ ...document, entries: [gone, ...document.entries.slice(1)] }) });
    const changed = await shop('--baseline', 'base.json');
    expect(changed.code).toBe(1);
    expect(changed.stdout).toContain('Compared with base.json: 1 new, 1 known and 1 gone.');
  });

  it('takes the JSON of a report', async () => {
    await shop('-o', 'json=before.json');
    const { code, stdout } = await shop('--baseline', 'before.json');
    expect(code).toBe(0);
    expect(stdout).toContain('Compared with before.json: nothing new and 2 known.');
  });

  it.each<[string, string, number]>([
    ['what is known', '', 0],
    ['what is new', 'secret-missing-env', 1],
  ])('--fail-on new: %s', async (_, left, code) => {
    await update('-q');
    const { entries, ...rest } = JSON.parse(read('kroot-baseline.json')) as {
      readonly entries: readonly { readonly rule: string }[];
    };
    here.write({ 'base.json': JSON.stringify({ ...rest, entries: entries.filter(({ rule }) => rule !== left) }) });
    const args = ['--baseline', 'base.json', '--fail-on', 'new'];
    expect((await shop(...args)).code).toBe(code);
    expect((await shop(...args, '--exit-zero')).code).toBe(0);
    // A warning that is new counts, a remark does not.
    here.write({ 'kroot.config.yaml': 'rules: { secret-missing-env: warning }\n' });
    expect((await shop(...args)).code).toBe(code);
    here.write({ 'kroot.config.yaml': 'rules: { secret-missing-env: info }\n' });
    expect((await shop(...args)).code).toBe(0);
  });

  it('--fail-on new without one is wrong usage, unless nothing is to fail', async () => {
    expect(await shop('--fail-on', 'new')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kroot: --fail-on new needs to know what is known: --baseline FILE, which kroot baseline update writes\n',
    });
    expect((await shop('--fail-on', 'new', '--exit-zero')).code).toBe(0);
  });

  it.each<[string, string | undefined, string]>([
    ['nothing', undefined, 'base.json: there is no such baseline; kroot baseline update writes one'],
    ['objects', '{"kind":"Pod"}', 'base.json is no report'],
    ['no JSON', 'kind: Pod', 'base.json is no JSON; a baseline is a JSON report, or what kroot baseline update writes'],
  ])('%s is one line and exit code 2', async (_, text, message) => {
    if (text !== undefined) here.write({ 'base.json': text });
    const { code, stderr } = await shop('--baseline', 'base.json');
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
