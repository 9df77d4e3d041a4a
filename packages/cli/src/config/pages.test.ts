import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '@kroot/types/config-schema';
import { kroot } from '../run.test.support.ts';

const root = join(import.meta.dirname, '../../../..');
const SESSION = /```console\n\$ kroot (?<args>[^\n]+)\n(?<printed>[^]*?)```/g;

let before = '';
beforeAll(() => {
  before = process.cwd();
  // Pages show paths as they are from the root of the repository.
  process.chdir(root);
});
afterAll(() => {
  process.chdir(before);
});

describe.each(['docs/config.md', 'docs/suppressions.md'])('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');

  // `vitest -u` writes the page.
  it('shows what the commands print', async () => {
    const sessions = [...text.matchAll(SESSION)].map(({ groups }) => groups?.['args'] ?? '');
    const printed = await Promise.all(sessions.map(async (args) => print(args)));
    expect(printed.length).toBeGreaterThan(0);
    let next = 0;
    const written = text.replaceAll(
      SESSION,
      (_, args: string) => `\`\`\`console\n$ kroot ${args}\n${printed[next++] ?? ''}\`\`\``,
    );
    await expect(written).toMatchFileSnapshot(join(root, page));
  });

  it('has only configurations that hold', () => {
    const yaml = [...text.matchAll(/```yaml\n(?<text>[^]*?)```/g)].map(
      ({ groups }) => parse(groups?.['text'] ?? '') as object,
    );
    const configs = yaml.filter((each) => !('metadata' in each));
    expect(configs.length).toBeGreaterThan(0);
    for (const config of configs) expect(configSchema.safeParse(config).error).toBeUndefined();
  });
});

async function print(line: string): Promise<string> {
  const [command = '', word] = line.split(' | grep ');
  const { stdout } = await kroot(command.split(' '), { cwd: root });
  return word === undefined
    ? stdout
    : `${stdout
        .split('\n')
        .filter((each) => each.includes(word))
        .join('\n')}\n`;
}
