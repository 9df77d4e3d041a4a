import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkFiring, checkSilent } from '@kroot/testing';
import { type Analyzer } from '@kroot/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const script = join(root, 'scripts/new-analyzer.ts');

// Within the package, so that what is made finds its imports; in a folder of its own, so that no other test sees it.
let copy = '';
beforeAll(() => {
  copy = mkdtempSync(join(import.meta.dirname, '../node_modules/.new-analyzer-'));
  const source = join(copy, 'packages/analyzers/src');
  mkdirSync(join(copy, '.changeset'), { recursive: true });
  for (const theme of readdirSync(import.meta.dirname, { withFileTypes: true }))
    if (theme.isDirectory()) mkdirSync(join(source, theme.name), { recursive: true });
  cpSync(join(import.meta.dirname, 'registry.ts'), join(source, 'registry.ts'));
});
afterAll(() => {
  rmSync(copy, { recursive: true });
});

function run(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, [script, ...args, '--root', copy], { encoding: 'utf8' });
}

describe('pnpm new-analyzer', () => {
  it.each([
    ['fault', 'widget-stuck', []],
    ['symptom', 'widget-slow', ['--symptom']],
  ])('begins a %s that runs, and leaves only what says TODO', async (role, name, more) => {
    const { status, stdout, stderr } = run(name, '--theme', 'workload', ...more);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const file = join(copy, `packages/analyzers/src/workload/${name}.ts`);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      `packages/analyzers/src/workload/${name}.ts`,
      'packages/analyzers/src/registry.ts',
      `fixtures/rules/${name}/fires.yaml`,
      `fixtures/rules/${name}/silent.yaml`,
      `.changeset/${name}.md`,
    ]);

    // Node runs TypeScript as it is, but not below node_modules: vitest does.
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Readonly<Record<string, Analyzer>>;
    const [analyzer] = Object.values(module);
    if (analyzer === undefined) throw new Error('no export');
    expect(analyzer.meta).toMatchObject({ id: name, role });
    const fixture = (kind: string): { readonly file: string } => ({
      file: join(copy, `fixtures/rules/${name}/${kind}.yaml`),
    });
    expect((await checkFiring(analyzer, { name, cluster: fixture('fires') })).problems).toEqual([]);
    expect((await checkSilent(analyzer, { name, cluster: fixture('silent') })).problems).toEqual([]);
  });

  it('what it began is sound TypeScript under the rules of this repository', () => {
    // Against the sources: nothing has to be built. Strict as the packages are; nothing is written.
    const config = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        composite: false,
        declaration: true,
        noEmit: true,
        customConditions: ['@kroot/source'],
        rootDir: root,
      },
      include: ['packages/analyzers/src/workload/*.ts'],
    };
    writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(root, 'node_modules/.bin/tsc');
    const { status, stdout } = spawnSync(tsc, ['-p', copy], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  it('keeps the registry in order, with the lines that it had', () => {
    const read = (path: string): readonly string[] => readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
    const before = read(join(import.meta.dirname, 'registry.ts'));
    const after = read(join(copy, 'packages/analyzers/src/registry.ts'));
    expect(after.filter((line) => !before.includes(line))).toEqual([
      "export { widgetSlow } from './workload/widget-slow.ts';",
      "export { widgetStuck } from './workload/widget-stuck.ts';",
    ]);
    expect(after.filter((line) => before.includes(line))).toEqual(before);
  });

  it.each([
    [['widget-stuck', '--theme', 'pod'], 'there is a rule widget-stuck already, in workload'],
    [['Widget', '--theme', 'pod'], '"Widget" is no name of a rule'],
    [['widget-gone'], 'give a theme: --theme admission|api|'],
    [['widget-gone', '--theme', 'support'], 'there is no theme "support"'],
    [[], 'give one name'],
    [['widget-gone', '--nope'], "Unknown option '--nope'"],
  ])('%j is refused, and nothing is written', (args, hint) => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(hint);
  });
});
