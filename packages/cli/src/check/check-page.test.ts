import { manifestRules } from '@kroot/analyzers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kroot } from '../run.test.support.ts';

const page = join(import.meta.dirname, '../../../../docs/check.md');

it('docs/check.md shows what its commands print', async () => {
  const text = readFileSync(page, 'utf8');
  const blocks = [...text.matchAll(/```console\n\$ kroot (?<command>[^\n]+)\n(?<shown>[^]*?)```/g)];
  let printed = text;
  for (const [block, command = ''] of blocks) {
    // oxlint-disable-next-line no-await-in-loop -- in order
    const { stdout } = await kroot(['check', '-q', ...command.split(' ').slice(1)]);
    printed = printed.replace(block, () => `\`\`\`console\n$ kroot ${command}\n${stdout}\`\`\``);
  }
  expect(blocks).toHaveLength(2);
  await expect(printed).toMatchFileSnapshot(page);
});

it('docs/check.md has a line for each rule', () => {
  const text = readFileSync(page, 'utf8');
  const listed = [...text.matchAll(/^\| `(?<rule>manifest-[a-z-]+)`/gm)].map((match) => match.groups?.['rule']);
  expect(new Set(listed)).toEqual(new Set(manifestRules.map(({ id }) => id)));
});
