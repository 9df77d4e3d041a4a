import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, root, runBy, writtenPages } from './doc-blocks.test.support.ts';
import { linesOf } from './run-line.test.support.ts';

/** What a page shows as printed: `$ command` with what follows in one block, or a command and the block below it. `…` leaves the rest out. */
const SHOWN =
  /(?<!<!-- not run: [^\n]*-->\n+)```console\n\$ (?<command>[^\n]+)\n(?<printed>[^]*?)```|(?<!<!-- not run: [^\n]*-->\n+)```sh\n(?<alone>kroot [^\n]+)\n```\n\n```text\n(?<below>[^]*?)```/g;

interface Groups {
  readonly command?: string;
  readonly printed?: string;
  readonly alone?: string;
  readonly below?: string;
}

const shown = writtenPages().filter((page) => runBy(read(page)) === undefined && read(page).search(SHOWN) >= 0);

beforeAll(() => {
  // Pages show paths as they are from the root of the repository.
  process.chdir(root);
});

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

// `vitest -u` writes the pages.
describe('what pages show is what commands print', () => {
  it.each(shown)('%s', async (page) => {
    const text = read(page);
    const now = await Promise.all([...text.matchAll(SHOWN)].map(({ groups }) => again(groups as Groups)));
    let next = 0;
    await expect(text.replaceAll(SHOWN, () => now[next++] ?? '')).toMatchFileSnapshot(join(root, page));
  });

  it.each(writtenPages())('every session of %s is one command of kroot, or says why it is not run', (page) => {
    const sessions = blocksOf(read(page)).filter(
      ({ language, notRun }) => language === 'console' && notRun === undefined,
    );
    expect(sessions.filter(({ text }) => !/^\$ kroot [^\n]+\n(?:(?!\$ )[^\n]*\n)*$/.test(text))).toEqual([]);
  });

  it('pages with a test of their own have it', () => {
    const named = writtenPages().flatMap((page) => {
      const test = runBy(read(page));
      return test === undefined ? [] : [[page, test] as const];
    });
    // A test names a page, or walks its folder.
    const isNamed = (page: string, test: string): boolean =>
      [page.split('/').at(-1) ?? page, dirname(page)].some((name) => read(test).includes(name));
    expect(named.filter(([page, test]) => !isNamed(page, test))).toEqual([]);
  });

  it('and there is something to see', () => {
    expect(shown).toEqual(expect.arrayContaining(['README.md', 'docs/outputs/junit.md', 'docs/diff.md']));
  });
});

async function again({ command, printed, alone, below }: Groups): Promise<string> {
  const before = (printed ?? below ?? '').trimEnd().split('\n');
  const lines = await linesOf(command ?? alone ?? '');
  const isCut = before.at(-1) === '…';
  const text = (isCut ? [...lines.slice(0, before.length - 1), '…'] : lines).map((line) => `${line}\n`).join('');
  return alone === undefined
    ? `\`\`\`console\n$ ${command ?? ''}\n${text}\`\`\``
    : `\`\`\`sh\n${alone}\n\`\`\`\n\n\`\`\`text\n${text}\`\`\``;
}
