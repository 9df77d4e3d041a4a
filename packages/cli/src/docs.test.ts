import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DIAGNOSE_OPTIONS } from './options.ts';
import { kroot } from './run.test.support.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Pages that people read on the way through the repository. */
function pages(): readonly string[] {
  const inFolder = (folder: string): readonly string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && !file.includes('node_modules') && !file.endsWith('.api.md'))
      .map((file) => join(folder, file));
  return ['README.md', 'CONTRIBUTING.md', ...['docs', 'examples', 'packages'].flatMap((folder) => inFolder(folder))];
}

const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

describe('pages', () => {
  it.each(pages())('links of %s resolve', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)(?<target>[^)#\s]+)(?:#[^)]*)?\)/g)].map(
      (match) => match.groups?.['target'] ?? '',
    );
    const broken = links.filter((target) => !existsSync(join(root, dirname(page), target)));
    expect(broken).toEqual([]);
  });

  it.each(pages())('commands of %s exist', (page) => {
    const text = read(page);
    const run = [
      ...text.matchAll(/npx --yes pnpm@[\d.]+ run (?<name>[\w-]+)/g),
      ...text.matchAll(/`pnpm run (?<name>[\w-]+)`/g),
    ];
    expect(run.map((match) => match.groups?.['name'] ?? '').filter((name) => !Object.hasOwn(scripts, name))).toEqual(
      [],
    );
  });

  it.each(pages())('options in %s exist', async (page) => {
    const { stdout } = await kroot(['diagnose', '--help']);
    const known = new Set([...stdout.matchAll(/--[a-z-]+/g)].map(([option]) => option));
    const commands = [...read(page).matchAll(/kroot diagnose (?<rest>[^\n`#|]*)/g)].map(
      (match) => match.groups?.['rest'] ?? '',
    );
    const used = commands.flatMap((rest) => [...rest.matchAll(/(?<![\w-])--[a-z-]+/g)].map(([option]) => option));
    expect(used.filter((option) => !known.has(option))).toEqual([]);
  });
});

describe('README.md', () => {
  const readme = read('README.md');
  const manager = (JSON.parse(read('package.json')) as { readonly packageManager: string }).packageManager;

  it('starts with the command that shows it and the command that tests it, and CI runs exactly these', () => {
    const commands = [...readme.matchAll(/```sh\n(?<command>npx [^\n]+)\n```/g)].map(
      (match) => match.groups?.['command'] ?? '',
    );
    expect(commands).toEqual([`npx --yes ${manager} run example`, `npx --yes ${manager} run verify`]);
    for (const command of commands) expect(read('.ci/run')).toContain(command);
    expect(scripts['example']).toContain('--context-file examples/broken-shop/cluster --show-commands');
  });

  it('names the exit codes and main options that there are', () => {
    for (const code of ['**0**', '**1**', '**2**', '**3**']) expect(readme).toContain(code);
    for (const option of ['context-file', 'output', 'show-commands', 'details', 'fail-on', 'strict', 'plugin']) {
      expect(Object.keys(DIAGNOSE_OPTIONS)).toContain(option);
      expect(readme).toContain(`--${option}`);
    }
  });
});
