import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { kroot } from '../run.test.support.ts';
import { packageVersion } from '../version.ts';
import { FORMAT_NAMES } from './formats.ts';

const root = join(import.meta.dirname, '../../../..');
const page = join(root, 'docs/outputs.md');
const text = readFileSync(page, 'utf8');

/** A command on the page and the block below it with what it prints. */
const RUN = /```sh\nkroot (?<args>[^\n]+)\n```\n\n```text\n(?<printed>[^]*?)```/g;

// Lines break where they do in the root of the repository, however long its own path is.
beforeAll(() => {
  process.chdir(root);
});

// `vitest -u` writes the page.
it('what the page shows is what the commands print', async () => {
  const printed = await Promise.all([...text.matchAll(RUN)].map(async ({ groups }) => print(groups?.['args'] ?? '')));
  expect(printed.length).toBeGreaterThan(10);
  let next = 0;
  const written = text.replaceAll(RUN, (_, args: string) => {
    const output = printed[next++] ?? '';
    return `\`\`\`sh\nkroot ${args}\n\`\`\`\n\n\`\`\`text\n${output}\`\`\``;
  });
  await expect(written).toMatchFileSnapshot(page);
});

it.each(FORMAT_NAMES)('%s is on the page', (name) => {
  expect(text).toContain(`| [\`${name}\`](#${name.replace(':', '-')})`);
});

const FILTERS: Readonly<Record<string, (lines: readonly string[], argument: string) => readonly string[]>> = {
  'head -n': (lines, count) => lines.slice(0, Number(count)),
  'tail -n': (lines, count) => lines.slice(-Number(count)),
  'cut -c': (lines, range) => lines.map((line) => line.slice(0, Number(range.split('-')[1]))),
  'grep -v': (lines, word) => lines.filter((line) => !line.includes(word)),
  grep: (lines, word) => lines.filter((line) => line.includes(word)),
};

/** As a shell in the root of the repository would, with the few filters that the page uses. */
async function print(line: string): Promise<string> {
  const [command = '', ...filters] = line.split(' | ');
  const { stdout } = await kroot(command.split(' '), { cwd: root });
  let lines: readonly string[] = stdout.replaceAll(packageVersion(), 'x.y.z').trimEnd().split('\n');
  for (const filter of filters) {
    const [, name = '', argument = ''] = /^(\w+(?: -\w)?) (.*)$/.exec(filter) ?? [];
    lines = FILTERS[name]?.(lines, argument) ?? [];
  }
  return lines.map((each) => `${each}\n`).join('');
}
