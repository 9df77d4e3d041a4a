import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './command-table.ts';
import { DIAGNOSE_OPTIONS } from './options.ts';

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

  it.each(pages())('options in %s exist', (page) => {
    const uses = [...read(page).matchAll(/kroot (?<command>[a-z]+) (?<rest>[^\n`#|]*)/g)];
    const unknown = uses.flatMap(({ groups }) => {
      const command = groups?.['command'] ?? '';
      const known = optionsOf(command);
      const used = [...(groups?.['rest'] ?? '').matchAll(/(?<![\w-])--[a-z-]+/g)].map(([option]) => option);
      return known === undefined
        ? []
        : used.filter((option) => !known.has(option)).map((option) => `${command} ${option}`);
    });
    expect(unknown).toEqual([]);
  });
});

function optionsOf(command: string): ReadonlySet<string> | undefined {
  const table = COMMANDS.get(command);
  if (table === undefined) return undefined;
  const names = Object.entries(table).flatMap(([name, { type, alias = [] }]) => [
    name,
    ...(typeof alias === 'string' ? [alias] : alias),
    ...(type === 'boolean' || name === 'color' || name === 'config' ? [`no-${name}`] : []),
  ]);
  return new Set([...names, 'help', 'version'].map((name) => `--${name}`));
}

describe('README.md', () => {
  const readme = read('README.md');
  const manager = (JSON.parse(read('package.json')) as { readonly packageManager: string }).packageManager;

  it('starts with the command that shows it and the command that tests it, and CI runs exactly these', () => {
    const commands = [...readme.matchAll(/```sh\n(?<command>npx [^\n]+)\n```/g)].map(
      (match) => match.groups?.['command'] ?? '',
    );
    const [live, ...inClone] = commands;
    expect(live).toBe('npx @kroot/cli diagnose cluster -A');
    expect(inClone).toEqual([`npx --yes ${manager} run example`, `npx --yes ${manager} run verify`]);
    for (const command of inClone) expect(read('.ci/run')).toContain(command);
    expect(scripts['example']).toContain('--context-file examples/broken-shop/cluster --show-commands');
  });

  it('names the exit codes and main options that there are', () => {
    for (const code of ['**0**', '**1**', '**2**', '**3**']) expect(readme).toContain(code);
    for (const option of [
      'context-file',
      'capture',
      'context',
      'timeout',
      'output',
      'show-commands',
      'details',
      'fail-on',
      'strict',
      'plugin',
    ]) {
      expect(Object.keys(DIAGNOSE_OPTIONS)).toContain(option);
      expect(readme).toContain(`--${option}`);
    }
  });
});
