import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveCluster, type LiveCluster } from '../live.test.support.ts';
import { brokenShop, kroot } from '../run.test.support.ts';
import { blocksOf, root, writtenPages } from './doc-blocks.test.support.ts';

// Every TypeScript sample on a page is compiled as it stands, and run unless its page says why not.

const samples = writtenPages().flatMap((page) =>
  blocksOf(readFileSync(join(root, page), 'utf8'))
    .filter(({ language }) => language === 'ts')
    .map((block, index) => ({ ...block, page, file: `${page.replaceAll(/[^\w]+/g, '-')}-${index + 1}.ts` })),
);

let folder = '';
let cluster: LiveCluster;

beforeAll(async () => {
  cluster = await liveCluster();
  folder = mkdtempSync(join(tmpdir(), 'kroot-samples-'));
  linkPackages(join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  // The sample of a package is one of the examples.
  const example = join(root, 'examples/custom-analyzer/src');
  for (const file of readdirSync(example).filter((name) => !name.includes('.test.'))) {
    cpSync(join(example, file), join(folder, file));
  }
  for (const name of ['more', 'secrets']) {
    mkdirSync(join(folder, name));
    cpSync(join(brokenShop, 'cluster.yaml'), join(folder, name, 'cluster.yaml'));
  }
  const workloads = readFileSync(join(brokenShop, 'workloads.yaml'));
  for (const name of ['cluster.json', 'dump.json']) writeFileSync(join(folder, name), workloads);
  writeFileSync(join(folder, 'dump.json.gz'), gzipSync(workloads));
  for (const { file, text } of samples) writeFileSync(join(folder, file), text);
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cluster.close();
});

describe('samples of code', () => {
  it('compile', async () => {
    const tsconfig = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        composite: false,
        declarationMap: false,
        noEmit: true,
        rootDir: '/',
        customConditions: ['@kroot/source'],
        isolatedDeclarations: false,
        moduleDetection: 'force',
        noUnusedLocals: false,
        noUnusedParameters: false,
        typeRoots: [join(root, 'node_modules/@types')],
      },
      files: samples.map(({ file }) => file),
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const { printed } = await run(join(root, 'node_modules/typescript/bin/tsc'), '-p', folder);
    expect(printed).toBe('');
  }, 120_000);

  it.each(samples.filter(({ notRun }) => notRun === undefined))('$file runs', async ({ file }) => {
    const { code, printed } = await run('-C', '@kroot/source', join(folder, file));
    expect([code, code === 0 ? '' : printed]).toEqual([expect.toBeOneOf([0, 1]), expect.not.stringContaining('Error')]);
  });

  it('the plugin of its page is loaded and speaks', async () => {
    const plugin = samples.find(({ page, text }) => page === 'docs/plugins.md' && text.includes('defineAnalyzer('));
    const { stdout } = await kroot(
      ['diagnose', 'cluster', '-f', brokenShop, '--plugin', join(folder, plugin?.file ?? ''), '-o', 'json'],
      { cwd: folder },
    );
    expect(stdout).toContain('Deployment shop/report-worker has 1 replica');
  });

  it('are those of every guide that has some', () => {
    expect(new Set(samples.map(({ page }) => page))).toEqual(
      expect.toSatisfy((found: ReadonlySet<string>) =>
        ['README.md', 'docs/embedding.md', 'docs/plugins.md', 'packages/engine/README.md'].every((page) =>
          found.has(page),
        ),
      ),
    );
  });
});

/** Packages of the workspace as a program that has installed them finds them. */
function linkPackages(modules: string): void {
  mkdirSync(join(modules, '@kroot'), { recursive: true });
  for (const name of readdirSync(join(root, 'packages'))) {
    symlinkSync(join(root, 'packages', name), join(modules, '@kroot', name));
  }
  symlinkSync(join(root, 'node_modules/vitest'), join(modules, 'vitest'));
}

function run(...args: readonly string[]): Promise<{ readonly code: number; readonly printed: string }> {
  const options = { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: cluster.kubeconfig } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 2), printed: `${stdout}${stderr}` });
    });
    child.stdin?.end(readFileSync(join(brokenShop, 'config.yaml')));
  });
}
