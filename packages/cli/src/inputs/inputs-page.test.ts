import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kroot } from '../run.test.support.ts';
import { folder, tar, zip } from './archives.test.support.ts';
import {
  clusterInfoDump,
  dumpText,
  inspect,
  kwokSnapshot,
  mustGather,
  sonobuoy,
  supportBundle,
  velero,
} from './dump-shapes.test.support.ts';
import { world } from './world.test.support.ts';

const page = join(import.meta.dirname, '../../../../docs/inputs.md');
const home = process.cwd();
let temporary = '';

/** The inputs that the page names, in the folder in which its commands run. */
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'kroot-page-'));
  process.chdir(temporary);
  writeFileSync('cluster.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: world.objects }));
  folder('dump', clusterInfoDump(world));
  writeFileSync('dump.txt', dumpText(world));
  writeFileSync('must-gather.tar', tar(mustGather(world)));
  folder('inspect.local.42', inspect(world, ['shop']));
  const secrets = { 'shop/db-admin': 'not found' } as const;
  writeFileSync('support-bundle.tar.gz', gzipSync(tar(supportBundle(world, { generation: 'new', secrets }))));
  writeFileSync('sonobuoy.tar.gz', gzipSync(tar(sonobuoy(world))));
  writeFileSync('backup.tar.gz', gzipSync(tar(velero(world))));
  writeFileSync('snapshot.yaml', kwokSnapshot(world));
  writeFileSync('manifests.zip', zip(new Map([['shop/all.yaml', kwokSnapshot(world)]])));
});
afterAll(() => {
  process.chdir(home);
  rmSync(temporary, { recursive: true });
});

/** Commands on the page and the block below them with what they print. */
const RUN = /```sh\n(?<commands>(?:kroot [^\n]+\n)+)```\n\n```text\n[^]*?```/g;

// `vitest -u` writes the page.
it('what the page shows is what the commands print', async () => {
  const text = readFileSync(page, 'utf8');
  const blocks = [...text.matchAll(RUN)].map(({ groups }) => groups?.['commands'] ?? '');
  expect(blocks).toHaveLength(7);
  const printed = await Promise.all(
    blocks.map(async (commands) => (await Promise.all(lines(commands).map(print))).join('\n')),
  );
  let next = 0;
  const written = text.replaceAll(
    RUN,
    (_, commands: string) => `\`\`\`sh\n${commands}\`\`\`\n\n\`\`\`text\n${printed[next++] ?? ''}\`\`\``,
  );
  await expect(written).toMatchFileSnapshot(page);
});

function lines(text: string): readonly string[] {
  return text.trimEnd().split('\n');
}

/** As a shell would: `kroot … | head -n 3`. */
async function print(line: string): Promise<string> {
  const [, command = '', count = ''] = /^kroot (.+) \| head -n (\d+)$/.exec(line) ?? [];
  const { stdout, stderr } = await kroot(command.split(' '));
  expect(stderr).toBe('');
  const shown = stdout.split('\n').slice(0, Number(count));
  expect(shown[0]).toMatch(/^✖ \d root causes explain/);
  return `${shown.join('\n').trimEnd()}\n`;
}
