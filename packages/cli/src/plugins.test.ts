import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples, kroot } from './run.test.support.ts';

const custom = join(examples, 'custom-analyzer');
const input = join(custom, 'fixtures/queue-not-ready/fires.yaml');
const meta = `{ id: 'x/y', title: 't', role: 'fault', severity: 'info', reads: [], docs: {} }`;

/** Packages by what their `exports` say. */
const PACKAGES = {
  'by-default': { '.': { types: './main.d.ts', default: './main.js' } },
  'by-import': { '.': { import: './main.js' } },
  'by-import-conditions': { '.': { import: { types: './main.d.ts', default: './main.js' } } },
  'by-import-alone': { import: './main.js' },
  'by-path': './main.js',
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-plugins-'));
  const write = (name: string, code: string): void => writeFileSync(join(folder, name), code);
  for (const [name, exports] of Object.entries(PACKAGES)) {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, type: 'module', exports }));
    write(
      `node_modules/${name}/main.js`,
      `export const plugin = { name: '${name}', version: '2.0.0', apiVersion: 1, analyzers: [] };`,
    );
  }
  write('nothing.mjs', 'export const answer = 42;');
  write('syntax.mjs', 'export const = 1;');
  write('newer.mjs', `export default { name: 'n', version: '1.0.0', apiVersion: 99, analyzers: [] };`);
  write(
    'throws.mjs',
    `export const plugin = { name: 'n', version: '1.0.0', apiVersion: 1, analyzers: [{ meta: ${meta}, analyze() { throw new Error('odd data'); } }] };`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const run = (plugin: string, cwd = custom): ReturnType<typeof kroot> =>
  kroot(['diagnose', 'cluster', '-f', input, '--plugin', plugin], { cwd });

describe('--plugin', () => {
  it('loads a file, seen from the working directory', async () => {
    const { code, stdout } = await run('./src/index.ts');
    expect(stdout).toContain('Queue shop/orders is not ready');
    expect(stdout).toContain('plugins: kroot-plugin-queue 0.1.0');
    expect(code).toBe(1);
  });

  it.each(Object.keys(PACKAGES))('loads the package %s from the working directory', async (name) => {
    expect((await run(name, folder)).stdout).toContain(`plugins: ${name} 2.0.0`);
  });

  it.each([
    [
      './nothing.mjs',
      '"./nothing.mjs" is no kroot plugin: it exports neither `plugin` nor a default with name, version, apiVersion and analyzers',
    ],
    ['./newer.mjs', 'plugin "./newer.mjs" is written for plugin API 99, this kroot has 1: use matching versions'],
    ['./syntax.mjs', 'cannot load plugin "./syntax.mjs": '],
    ['./missing.mjs', 'cannot load plugin "./missing.mjs": '],
    ['no-such-package', 'cannot load plugin "no-such-package": '],
  ])('%s: one line and exit code 2', async (plugin, message) => {
    const { code, stdout, stderr } = await run(plugin, folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
    expect(stderr).toContain(message);
  });

  it('one that throws is told, and the others go on', async () => {
    const { code, stdout, stderr } = await run('./throws.mjs', folder);
    expect(stderr).toBe('kroot: analyzer x/y failed and was left out: odd data\n');
    expect(stdout).toContain('order-worker');
    expect(code).toBe(1);
  });
});
