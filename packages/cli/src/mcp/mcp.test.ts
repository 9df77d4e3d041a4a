import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CONNECTION_OPTIONS, MCP_OPTIONS as SERVER_OPTIONS } from '@kroot/mcp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MCP_OPTIONS } from '../command-table.ts';
import { workspace, type Workspace } from '../config/workspace.test.support.ts';
import { brokenShop, kroot } from '../run.test.support.ts';
import { isMissing } from './mcp-command.ts';

const BIN = join(import.meta.dirname, '../bin.ts');
const HELLO = [
  {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
];

function lines(messages: readonly object[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join('');
}

/** Runs the server for a few messages. */
function spoken(
  args: readonly string[],
  messages: readonly object[] = HELLO,
  cwd: string = process.cwd(),
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const program = ['-C', '@kroot/source', BIN, 'mcp', ...args];
  return spawnSync(process.execPath, program, { input: lines(messages), encoding: 'utf8', cwd });
}

describe('kroot mcp', () => {
  it('takes the options of kroot-mcp, each as it does', () => {
    // What the configuration says is the command line's to read.
    const hidden = new Set(['cache-dir', 'disable-compression', 'config']);
    const ours = Object.entries(MCP_OPTIONS)
      .filter(([name]) => !hidden.has(name))
      .map(([name, { type, alias = [] }]) => ({ name, type, short: [alias].flat().find((each) => each.length === 1) }));
    const theirs = Object.entries({ ...SERVER_OPTIONS, ...CONNECTION_OPTIONS }).map(([name, { type, short }]) => ({
      name,
      type,
      short,
    }));
    const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);
    expect(ours.toSorted(byName)).toEqual(theirs.toSorted(byName));
  });

  it('speaks the protocol on standard output and nothing else', () => {
    const { status, stdout, stderr } = spoken(['-f', brokenShop]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const told = stdout.trim().split('\n');
    expect(told.map((line) => (JSON.parse(line) as { jsonrpc: string }).jsonrpc)).toEqual(['2.0']);
    expect(stdout).toContain('"serverInfo":{"name":"kroot"');
  });

  it('says in one line what is wrong', async () => {
    const { code, stdout, stderr } = await kroot(['mcp', '-f', brokenShop, '--cache', 'soon']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('kroot: --cache takes seconds, such as 30, 90s or 2m, not "soon"\n');
  });

  it.each([
    ['ERR_MODULE_NOT_FOUND', "Cannot find package '@kroot/mcp' imported from /x/mcp-command.js", true],
    ['ERR_MODULE_NOT_FOUND', "Cannot find package 'zod' imported from /x/@kroot/mcp/dist/tool.js", false],
    ['KROOT_MCP', "'@kroot/mcp'", false],
  ])('%s %s: the package is missing: %s', (code, message, missing) => {
    expect(isMissing(Object.assign(new Error(message), { code }))).toBe(missing);
  });
});

describe('a configuration', () => {
  let space: Workspace;
  beforeEach(() => {
    space = workspace();
    space.write({ '.git/HEAD': '' });
  });
  afterEach(() => {
    space.remove();
  });

  /** The incidents that the tool diagnose tells. */
  async function incidents(args: readonly string[], folder = '.'): Promise<readonly object[]> {
    const ask = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'diagnose', arguments: {} } };
    const cwd = join(space.path, folder);
    const child = spawn(process.execPath, ['-C', '@kroot/source', BIN, 'mcp', '-f', brokenShop, ...args], { cwd });
    child.stdin.write(lines([...HELLO, ask]));
    // Who closes standard input wants no more answers.
    for await (const line of createInterface(child.stdout)) {
      const { id, result } = JSON.parse(line) as Answer;
      if (id !== 2) continue;
      child.stdin.end();
      return result.structuredContent.incidents;
    }
    return [];
  }
  interface Answer {
    readonly id: number;
    readonly result: { readonly structuredContent: { readonly incidents: readonly object[] } };
  }

  const SAYS = `suppressions: [{ rule: 'secret-*', reason: made by CI }]
rules: { sched-node-selector-mismatch: info, yaml-duplicate-key: off }
`;
  const PLAIN = [
    { rule: 'secret-missing-env', severity: 'critical' },
    { rule: 'sched-node-selector-mismatch', severity: 'critical' },
  ];
  const DECIDED = [
    { rule: 'sched-node-selector-mismatch', severity: 'info' },
    { rule: 'secret-missing-env', severity: 'critical', suppressed: 'made by CI' },
  ];

  it.each<[string, readonly string[], readonly object[]]>([
    ['that lies above', [], DECIDED],
    ['is left alone when nobody wants it', ['--no-config'], PLAIN],
    ['that is named is stronger', ['--config', 'other.json'], PLAIN],
  ])('%s %j', async (_, args, expected) => {
    space.write({ 'kroot.config.yaml': SAYS, 'deep/other.json': '{}', 'deep/file': '' });
    expect(await incidents(args, 'deep')).toMatchObject(expected);
  });

  it('names a baseline: what is in it is told as known', async () => {
    space.write({ 'kroot.config.yaml': 'baseline: known.json\n' });
    const { code } = await space.run(['baseline', 'update', '-f', brokenShop]);
    expect(code).toBe(0);
    expect(await incidents([])).toMatchObject([
      { suppressed: expect.any(String) as string },
      { suppressed: expect.any(String) as string },
    ]);
  });

  it.each([
    ['kroot.config.mjs', 'kroot.config.mjs is a program'],
    ['kroot.config.yaml', 'kroot.config.yaml names the plugin ./plugin.mjs'],
  ])('%s: code runs only when it is named', (file, problem) => {
    const plugin = `console.error('ran'); export default { name: 'p', version: '1', apiVersion: 1, analyzers: [] };`;
    space.write({
      'plugin.mjs': plugin,
      [file]: file.endsWith('.yaml')
        ? 'plugins: [./plugin.mjs]\nrules: { secret-missing-env: info }\n'
        : "console.error('ran'); export default { rules: { 'secret-missing-env': 'info' } };",
    });
    expect(spoken(['-f', brokenShop], HELLO, space.path)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `kroot: ${problem}, whose code runs here only when it is named: --config ${file}, or --no-config\n`,
    });
    expect(spoken(['-f', brokenShop, '--config', file], HELLO, space.path)).toMatchObject({
      status: 0,
      stderr: 'ran\n',
    });
    expect(spoken(['-f', brokenShop, '--no-config'], HELLO, space.path)).toMatchObject({ status: 0, stderr: '' });
  });

  it('that is wrong is told before any client connects', () => {
    space.write({ 'kroot.config.yaml': 'suppresions: []\n' });
    expect(spoken(['-f', brokenShop], HELLO, space.path)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'kroot: kroot.config.yaml:1:1: suppresions is no setting; did you mean suppressions?\n',
    });
  });
});
