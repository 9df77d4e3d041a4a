import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './command-table.ts';
import { DIAGNOSE_OPTIONS } from './options.ts';
import { pages, root, writtenPages } from './docs/doc-blocks.test.support.ts';
import { kroot } from './run.test.support.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

describe('pages', () => {
  it.each(pages())('links of %s resolve', (page) => {
    expect(linksOf(page).filter(({ path, section }) => !resolves(path, section))).toEqual([]);
  });

  it('are reached from README.md', () => {
    const reached = new Set(['README.md']);
    // Grows while it is walked.
    for (const page of reached) {
      for (const { path } of linksOf(page)) if (path.endsWith('.md') && existsSync(join(root, path))) reached.add(path);
    }
    expect(pages().filter((page) => !reached.has(page))).toEqual([]);
  });

  it.each(['docs', 'docs/inputs', 'docs/outputs', 'docs/decisions'])('of the folder %s are on its index', (folder) => {
    const index = `${folder}/README.md`;
    const listed = new Set(linksOf(index).map(({ path }) => path));
    const there = pages().filter((page) => dirname(page) === folder && page !== index);
    expect(there.length).toBeGreaterThan(5);
    expect(there.filter((page) => !listed.has(page))).toEqual([]);
  });

  it.each(writtenPages())('commands of %s exist', (page) => {
    const text = read(page);
    const run = [
      ...text.matchAll(/npx --yes pnpm@[\d.]+ run (?<name>[\w-]+)/g),
      ...text.matchAll(/`pnpm run (?<name>[\w-]+)`/g),
    ];
    expect(run.map((match) => match.groups?.['name'] ?? '').filter((name) => !Object.hasOwn(scripts, name))).toEqual(
      [],
    );
  });

  it.each(writtenPages())('options in %s exist', (page) => {
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

interface Link {
  /** From the root of the repository. */
  readonly path: string;
  readonly section: string | undefined;
}

/** The links of a page into the repository. */
function linksOf(page: string): readonly Link[] {
  const prose = read(page).replaceAll(/^ *```[^]*?^ *```$/gm, '');
  return [...prose.matchAll(/\]\((?!https?:)(?<target>[^)#\s]*)(?:#(?<section>[^)\s]*))?\)/g)].map(({ groups }) => {
    const target = groups?.['target'] ?? '';
    return { path: target === '' ? page : join(dirname(page), target), section: groups?.['section'] };
  });
}

function resolves(path: string, section: string | undefined): boolean {
  if (!existsSync(join(root, path))) return false;
  if (section === undefined || !path.endsWith('.md')) return true;
  return headings(path).has(section);
}

const known = new Map<string, ReadonlySet<string>>();

/** The anchors of the headings of a page. */
function headings(page: string): ReadonlySet<string> {
  const found =
    known.get(page) ??
    new Set(
      [...read(page).matchAll(/^#+ (?<words>.+)$/gm)].map(({ groups }) =>
        (groups?.['words'] ?? '')
          .toLowerCase()
          .replaceAll(/[^\w\s-]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
  known.set(page, found);
  return found;
}

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

  it('has every command in its table (vitest -u writes it)', async () => {
    const table = /(?<=<!-- commands:[^\n]*-->\n\n)[^]*?(?=\n\n<!-- end of commands -->)/;
    expect(readme).toMatch(table);
    const now = await commandTable();
    await expect(readme.replace(table, () => now)).toMatchFileSnapshot(join(root, 'README.md'));
    for (const command of COMMANDS.keys()) expect(now).toContain(`\`kroot ${command}`);
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

/** Pages of commands whose name they do not have. */
const PAGES: Readonly<Record<string, string>> = {
  diagnose: 'live',
  path: 'netpol',
  render: 'outputs/README',
  capture: 'live',
  rbac: 'permissions',
  doctor: 'live',
  rules: 'rules/README',
  explain: 'rules/README',
  completion: 'live',
  tree: 'graph',
  init: 'config',
  baseline: 'suppressions',
};

/** Commands and what they do, as `kroot --help` has them, with their pages. */
async function commandTable(): Promise<string> {
  const { stdout } = await kroot(['--help'], { terminal: { columns: 100 } });
  const list = (/^Commands:\n(?<list>(?: +.*\n)+)/m.exec(stdout)?.groups?.['list'] ?? '').replaceAll(/\n {6,}/g, ' ');
  const rows = [...list.matchAll(/^ {2}kroot (?<usage>.*?) {2,}(?<does>.*)$/gm)].map(({ groups }) => {
    const [usage, does] = [groups?.['usage'] ?? '', groups?.['does'] ?? ''];
    const name = usage.split(' ')[0] ?? '';
    const page = `docs/${PAGES[name] ?? name}.md`;
    const words = `\`kroot ${usage}\``;
    return [existsSync(join(root, page)) ? `[${words}](${page})` : words, does] as const;
  });
  const width = (at: 0 | 1): number => Math.max(...rows.map((row) => row[at].length));
  const line = (first: string, second: string): string => `| ${first.padEnd(width(0))} | ${second.padEnd(width(1))} |`;
  return [
    line('command', 'does'),
    line('-'.repeat(width(0)), '-'.repeat(width(1))),
    ...rows.map(([first, second]) => line(first, second)),
  ].join('\n');
}
