import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokenShop, examples, type Run, type RunOptions } from '../run.test.support.ts';
import { workspace, type Workspace } from './workspace.test.support.ts';

let here: Workspace;
beforeEach(() => {
  here = workspace();
});
afterEach(() => {
  here.remove();
});

/** Two root causes, both critical: a Secret that is missing and a pod that fits on no node. */
const shop = (args: readonly string[] = [], options: RunOptions & { readonly in?: string } = {}): Promise<Run> =>
  here.run(['diagnose', 'cluster', '-f', brokenShop, ...args], options);

/** Makes the exit code tell which configuration counts: 0 instead of 1. */
const NEVER = { yaml: 'failOn: never\n', module: "export default { failOn: 'never' };\n" };

describe('the configuration that counts', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['kroot.config.yaml', { 'kroot.config.yaml': NEVER.yaml }],
    ['kroot.config.yml', { 'kroot.config.yml': NEVER.yaml }],
    ['kroot.config.json', { 'kroot.config.json': '{ "failOn": "never" }' }],
    ['kroot.config.ts', { 'kroot.config.ts': `const word: string = 'never';\nexport default { failOn: word };\n` }],
    ['kroot.config.mts', { 'kroot.config.mts': NEVER.module }],
    ['kroot.config.mjs', { 'kroot.config.mjs': NEVER.module }],
    ['.kroot.yaml', { '.kroot.yaml': NEVER.yaml }],
    ['package.json', { 'package.json': '{ "name": "x", "kroot": { "failOn": "never" } }' }],
  ])('%s in the working directory', async (_, files) => {
    here.write(files);
    expect((await shop()).code).toBe(0);
    expect((await shop(['--no-config'])).code).toBe(1);
  });

  it.each<[string, Readonly<Record<string, string>>, string, number]>([
    [
      'above, up to the root of the repository',
      { '.git/HEAD': '', 'kroot.config.yaml': NEVER.yaml, 'a/b/x': '' },
      'a/b',
      0,
    ],
    ['not above that root', { 'kroot.config.yaml': NEVER.yaml, 'a/.git/HEAD': '', 'a/b/x': '' }, 'a/b', 1],
    ['not above where there is no repository', { 'kroot.config.yaml': NEVER.yaml, 'a/b/x': '' }, 'a/b', 1],
    [
      'the nearest one',
      { '.git/HEAD': '', 'kroot.config.yaml': NEVER.yaml, 'a/kroot.config.yaml': 'failOn: info\n' },
      'a',
      1,
    ],
    [
      'a package without our section is passed by',
      { '.git/HEAD': '', 'kroot.config.yaml': NEVER.yaml, 'a/package.json': '{}' },
      'a',
      0,
    ],
    [
      'a package that nobody can read too',
      { '.git/HEAD': '', 'kroot.config.yaml': NEVER.yaml, 'a/package.json': '{' },
      'a',
      0,
    ],
    ['one that says nothing', { 'kroot.config.yaml': '# nothing\n' }, '.', 1],
  ])('%s', async (_, files, folder, code) => {
    here.write(files);
    expect((await shop([], { in: folder })).code).toBe(code);
  });

  it('is never looked for where the input is', async () => {
    here.write({
      'input/kroot.config.mjs': 'throw new Error("run");',
      'input/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: x }\n',
      'work/x': '',
    });
    const { code } = await here.run(['diagnose', 'cluster', '-f', join(here.path, 'input/pod.yaml')], { in: 'work' });
    expect(code).toBe(0);
  });

  it('--config is stronger than $KROOT_CONFIG, that than what is found', async () => {
    here.write({
      'kroot.config.yaml': 'failOn: info\n',
      'never.yaml': NEVER.yaml,
      'other.yaml': 'failOn: critical\n',
    });
    const env = { KROOT_CONFIG: 'never.yaml' };
    expect((await shop([], { env })).code).toBe(0);
    expect((await shop(['--config', 'other.yaml'], { env })).code).toBe(1);
    expect((await shop(['--config', 'never.yaml'])).code).toBe(0);
    expect((await shop(['--no-config'], { env })).code).toBe(1);
    expect((await shop([], { env: { KROOT_CONFIG: '' } })).code).toBe(1);
  });
});

it('-v says which one', async () => {
  here.write({ '.config/kroot/config.yaml': '', 'work/kroot.config.yaml': '' });
  const { stderr } = await shop(['-v'], { env: { HOME: here.path }, in: 'work' });
  expect(stderr.split('\n').slice(0, 2)).toEqual([
    'kroot: configuration: ../.config/kroot/config.yaml',
    'kroot: configuration: kroot.config.yaml',
  ]);
});

describe('a personal one', () => {
  const env = (): Readonly<Record<string, string>> => ({ HOME: here.path });

  it('says how things look, unless the project does', async () => {
    here.write({ '.config/kroot/config.yaml': 'showFixes: false\nascii: true\n', 'work/x': '' });
    const mine = await shop([], { env: env(), in: 'work' });
    expect(mine.stdout).toMatch(/^x 2 root causes/);
    expect(mine.stdout).not.toContain('  fix ');
    here.write({ 'work/kroot.config.yaml': 'showFixes: true\n' });
    const both = await shop([], { env: env(), in: 'work' });
    expect(both.stdout).toMatch(/^x 2 root causes/);
    expect(both.stdout).toContain('  fix ');
    expect((await shop(['--no-config'], { env: env(), in: 'work' })).stdout).toMatch(/^✖/);
  });

  it('cannot change what is found', async () => {
    here.write({ '.config/kroot/config.yaml': 'rules:\n  secret-missing-env: off\n', 'work/x': '' });
    expect(await shop([], { env: env(), in: 'work' })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'kroot: ../.config/kroot/config.yaml:1:1: rules belongs to the configuration of a project; here stands only how things look: output, details, showFixes, showCommands, showSuppressed, color, ascii, quiet\n',
    });
  });

  it('is that of $XDG_CONFIG_HOME', async () => {
    here.write({ 'xdg/kroot/config.yaml': 'ascii: true\n', 'work/x': '' });
    const { stdout } = await shop([], { env: { ...env(), XDG_CONFIG_HOME: join(here.path, 'xdg') }, in: 'work' });
    expect(stdout).toMatch(/^x /);
  });
});

describe('what is wrong is one line with its place, and exit code 2', () => {
  it.each<[string, string, string]>([
    [
      'kroot.config.yaml',
      'failOn: warning\nsuppresions: []\n',
      'kroot.config.yaml:2:1: suppresions is no setting; did you mean suppressions?',
    ],
    [
      'kroot.config.yaml',
      'rules:\n  x: bad\n',
      'kroot.config.yaml:2:3: rules.x: Invalid option: expected one of "critical"|"warning"|"info"|"off"',
    ],
    [
      'kroot.config.yaml',
      'suppressions:\n  - rule: x\n    reason: "  "\n',
      'kroot.config.yaml:3:5: suppressions[0].reason: is empty',
    ],
    ['kroot.config.yaml', 'suppressions:\n  - rule: x\n', 'kroot.config.yaml:2:5: suppressions[0].reason: is missing'],
    [
      'kroot.config.yaml',
      'suppressions:\n  - rule: x\n    reason: y\n    until: soon\n  - reason: z\n    mach: {}\n',
      'kroot.config.yaml:4:5: suppressions[0].until: has to be a day such as 2027-01-31, or a moment in RFC 3339 (and 2 more)',
    ],
    ['kroot.config.yaml', 'a: [\n', 'kroot.config.yaml:2:1: Flow sequence'],
    ['kroot.config.yaml', 'failOn: never\nfailOn: info\n', 'kroot.config.yaml:2:1: Map keys must be unique'],
    ['kroot.config.yaml', '- failOn\n', 'kroot.config.yaml: Invalid input: expected object, received array'],
    [
      'kroot.config.yaml',
      'weights:\n  - match: {}\n    weight: 0\n',
      'kroot.config.yaml:3:5: weights[0].weight: Too small',
    ],
    ['kroot.config.json', '{ "failOn": "never", }x', 'kroot.config.json:1:'],
    ['package.json', '{ "kroot": { "failOn": "no" } }', 'package.json:1:14: failOn: Invalid option'],
    [
      'kroot.config.mjs',
      'export const x = 1;',
      'kroot.config.mjs has to export the configuration: export default { … }',
    ],
    ['kroot.config.mjs', 'throw new Error("no\\nway");', 'kroot.config.mjs cannot be loaded: no'],
    ['kroot.config.mjs', 'export default { failOn: 1 };', 'kroot.config.mjs: failOn: Invalid option'],
    [
      'kroot.config.mjs',
      'export default { plugins: [{ name: "x" }] };',
      'an entry of plugins in kroot.config.mjs is no kroot plugin',
    ],
    ['kroot.config.yaml', 'plugins: [./nothing.mjs]\n', 'cannot load plugin "./nothing.mjs"'],
    [
      'kroot.config.yaml',
      'baseline: nothing.json\n',
      'nothing.json: there is no such baseline; kroot baseline update writes one',
    ],
    ['kroot.config.yaml', 'failOn: new\n', '--fail-on new needs to know what is known'],
    ['kroot.config.yaml', 'output: [text, pdf]\n', 'kroot.config.yaml:1:1: --output takes text,'],
    ['kroot.config.yaml', 'failOn: new\n---\nfailOn: info\n', 'kroot.config.yaml:2:1: a second document begins here'],
    ['kroot.config.mjs', 'export default Promise.reject(new Error("no"));', 'kroot.config.mjs cannot be loaded: no'],
    [
      'kroot.config.mjs',
      'export default { get failOn() { throw new Error("no") } };',
      'kroot.config.mjs cannot be loaded: no',
    ],
  ])('%s: %s', async (name, text, message) => {
    here.write({ [name]: text });
    const { code, stderr, stdout } = await shop();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
    expect(stderr).toContain(message);
  });

  it.each<[string, readonly string[], string]>([
    ['one that is not there', ['--config', 'x.yaml'], 'x.yaml: there is no such configuration; kroot init writes one'],
    ['one that is a folder', ['--config', 'a.yaml'], 'a.yaml: is a folder'],
    ['another kind', ['--config', 'config.toml'], 'config.toml: a configuration ends with .yaml, .json, .ts, .mjs'],
    ['no name', ['--config='], '--config takes the name of a file; --no-config takes none'],
    ['two of them', [], 'holds both kroot.config.yaml and kroot.config.json; keep one, or name one with --config'],
  ])('%s', async (_, args, message) => {
    here.write({ 'a.yaml/x': '', 'kroot.config.yaml': '', 'kroot.config.json': '{}', 'config.toml': '' });
    const { code, stderr } = await shop(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('does not let text of the file at the terminal', async () => {
    here.write({ 'kroot.config.yaml': '"a\\e[31m\\nb": 1\n' });
    // oxlint-disable-next-line no-control-regex -- it is what must not be there
    expect((await shop()).stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

/** Begins with an escape. */
const COLOURED = new RegExp(`^${String.fromCharCode(27)}`);

describe('flags are stronger than variables, variables than the configuration', () => {
  it.each<[string, string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    ['output', 'output: json\n', [], {}, /^\{/],
    ['output, flag', 'output: json\n', ['-o', 'text'], {}, /^✖/],
    ['output, an agent', 'output: text\n', [], { AI_AGENT: '1' }, /^✖/],
    ['colour', 'color: always\n', [], {}, COLOURED],
    ['colour, variable', 'color: always\n', [], { NO_COLOR: '1' }, /^✖/],
    ['colour, other variable', 'color: never\n', [], { FORCE_COLOR: '1' }, COLOURED],
    ['colour, flag', 'color: always\n', ['--color', 'never'], {}, /^✖/],
    ['ascii', 'ascii: true\n', [], {}, /^x/],
    ['ascii, flag', 'ascii: true\n', ['--no-ascii'], {}, /^✖/],
    ['namespace', 'namespace: shop\n', [], {}, /namespace shop/],
    ['namespace, flag', 'namespace: shop\n', ['-n', 'kube-system'], {}, /namespace\s+kube-system/],
    ['namespace, all of them', 'namespace: shop\n', ['-A'], {}, /all\s+namespaces/],
    ['all namespaces, flag', 'allNamespaces: true\n', ['-n', 'shop'], {}, /namespace shop/],
    ['details', 'details: true\n', [], {}, /Blast Radius:/],
    ['commands', 'showCommands: true\n', [], {}, /kubectl -n shop/],
    ['fixes', 'showFixes: false\ndetails: true\n', [], {}, /not shown, because of --show-fixes=false/],
    ['fixes, flag', 'showFixes: false\ndetails: true\n', ['--show-fixes'], {}, /Suggested Fixes:\n(?! {2}none)/],
  ])('%s', async (_, text, args, env, start) => {
    here.write({ 'kroot.config.yaml': text });
    expect((await shop(args, { env })).stdout).toMatch(start);
  });

  it.each<[string, readonly string[], number]>([
    ['failOn: never\n', [], 0],
    ['failOn: never\n', ['--fail-on', 'critical'], 1],
    ['failOn: info\n', ['--exit-zero'], 0],
    ['rules: { secret-missing-env: info, sched-node-selector-mismatch: warning }\n', [], 0],
    ['rules: { secret-missing-env: info, sched-node-selector-mismatch: warning }\n', ['--fail-on', 'warning'], 1],
    ['rules: { secret-missing-env: "off" }\nfailOn: critical\n', [], 1],
  ])('exit code: %s %s', async (text, args, code) => {
    here.write({ 'kroot.config.yaml': text });
    expect((await shop(args)).code).toBe(code);
  });

  it('files are where the configuration is', async () => {
    here.write({ '.git/HEAD': '', 'kroot.config.yaml': 'output: [text, json=out.json]\n', 'a/b/x': '' });
    await shop([], { in: 'a/b' });
    const { code, stdout } = await here.run(['render', 'out.json', '-o', 'name']);
    expect([code, stdout]).toEqual([
      0,
      'secret/payments-db-credential -n shop\ndeployment.apps/report-worker -n shop\n',
    ]);
  });
});

describe('plugins', () => {
  const input = join(examples, 'custom-analyzer/fixtures/queue-not-ready/fires.yaml');
  const PLUGIN = join(examples, 'custom-analyzer/src/index.ts');

  it('are seen from the file, loaded once, and can be objects of a program', async () => {
    here.write({
      '.git/HEAD': '',
      'rules/mine.mjs': `export { plugin } from ${JSON.stringify(PLUGIN)};\n`,
      'kroot.config.yaml': 'plugins: [./rules/mine.mjs]\n',
      'a/x': '',
      'b/kroot.config.mjs': `import { plugin } from ${JSON.stringify(PLUGIN)};\nexport default { plugins: [plugin, '../rules/mine.mjs'] };\n`,
    });
    for (const [folder, args] of [
      ['a', []],
      ['b', []],
      ['a', ['--plugin', '../rules/mine.mjs']],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- each is a run of its own
      const { stdout } = await here.run(['diagnose', 'cluster', '-f', input, ...args], { in: folder });
      expect(stdout).toContain('plugins: kroot-plugin-queue 0.1.0\n');
      expect(stdout.match(/Queue shop\/orders is not ready/g)).toHaveLength(1);
    }
    expect((await here.run(['rules'], { in: 'a' })).stdout).toContain('queue-not-ready');
    expect((await here.run(['rules', '--no-config'], { in: 'a' })).stdout).not.toContain('queue-not-ready');
  });
});
