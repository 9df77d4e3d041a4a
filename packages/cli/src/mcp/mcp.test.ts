import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CONNECTION_OPTIONS, MCP_OPTIONS as SERVER_OPTIONS } from '@kroot/mcp';
import { describe, expect, it } from 'vitest';
import { MCP_OPTIONS } from '../command-table.ts';
import { brokenShop, kroot } from '../run.test.support.ts';
import { isMissing } from './mcp-command.ts';

describe('kroot mcp', () => {
  it('takes the options of kroot-mcp, each as it does', () => {
    const hidden = new Set(['cache-dir', 'disable-compression']);
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
    const messages = [
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
      },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
    ];
    const bin = join(import.meta.dirname, '../bin.ts');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['-C', '@kroot/source', bin, 'mcp', '-f', brokenShop],
      { input: `${messages.map((message) => JSON.stringify(message)).join('\n')}\n`, encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { jsonrpc: string }).jsonrpc)).toEqual(['2.0']);
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
