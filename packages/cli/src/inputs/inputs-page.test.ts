import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Json } from '@kroot/faultd';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, root, runBy } from '../docs/doc-blocks.test.support.ts';
import { linesOf } from '../docs/run-line.test.support.ts';
import { callsOf } from '../docs/shell-line.test.support.ts';
import { liveCluster } from '../live.test.support.ts';
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
import { CANARY, world } from './world.test.support.ts';

const docs = join(root, 'docs/inputs');
const pages = readdirSync(docs).filter((name) => name !== 'README.md');
const home = process.cwd();
let temporary = '';

/** The inputs that the pages name, in the folder in which their commands run. */
beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'kroot-page-'));
  process.chdir(temporary);
  writeFileSync('cluster.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: world.objects }));
  await capture(join(temporary, 'cluster.kroot.jsonl.gz'));
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
  cpSync(join(root, 'fixtures/incidents/original-kroot-context/context.json'), 'context.json');
});
afterAll(() => {
  process.chdir(home);
  rmSync(temporary, { recursive: true });
});

/** What `kroot capture` writes of a cluster with the same objects, at the time of the dumps. */
async function capture(file: string): Promise<void> {
  const objects = world.objects as readonly object[] as readonly Json[];
  const cluster = await liveCluster({ objects, now: () => Date.parse('2026-03-10T10:00:00Z') });
  try {
    const { code, stderr } = await cluster.run(['capture', '-A', '-q', '-o', file]);
    expect([code, stderr]).toEqual([0, '']);
  } finally {
    await cluster.close();
  }
}

/** Commands on a page and the block below them with what they print. */
const RUN = /```sh\n(?<commands>(?:kroot [^\n]+\n)+)```\n\n```text\n[^]*?```/g;

describe('the page of an input', () => {
  // `vitest -u` writes the pages.
  it.each(pages)('%s shows what its commands print', async (name) => {
    const page = join(docs, name);
    const text = readFileSync(page, 'utf8');
    expect(runBy(text)).toBe('packages/cli/src/inputs/inputs-page.test.ts');
    const blocks = [...text.matchAll(RUN)].map(({ groups }) => groups?.['commands'] ?? '');
    expect(blocks.length).toBeGreaterThan(0);
    const printed = await Promise.all(
      blocks.map(async (commands) => (await Promise.all(commands.trimEnd().split('\n').map(print))).join('\n')),
    );
    expect(printed[0]).toMatch(/^✖ \d root causes explain/);
    let next = 0;
    const written = text.replaceAll(
      RUN,
      (_, commands: string) => `\`\`\`sh\n${commands}\`\`\`\n\n\`\`\`text\n${printed[next++] ?? ''}\`\`\``,
    );
    await expect(written).toMatchFileSnapshot(page);
  });

  it.each(pages)('%s says with what it is made, or by whom', (name) => {
    const text = readFileSync(join(docs, name), 'utf8');
    const made = blocksOf(text).filter(
      ({ language, text: block }) => language === 'sh' && !block.startsWith('kroot diagnose '),
    );
    expect(made.length > 0 || text.includes('wrote')).toBe(true);
  });

  it('is there for each layout that kroot knows', () => {
    const layouts = join(root, 'packages/cluster/src/layouts');
    const names = readdirSync(layouts).flatMap(
      (file) =>
        /^export const \w+: Layout = \{\n {2}name: '(?<name>[^']+)'/m.exec(read(join(layouts, file)))?.[1] ?? [],
    );
    expect(names.length).toBeGreaterThan(4);
    const titles = new Set(pages.map((name) => /^# (?<title>.+)$/m.exec(read(join(docs, name)))?.[1]));
    expect(names.filter((name) => !titles.has(name))).toEqual([]);
  });
});

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

async function print(line: string): Promise<string> {
  const [call] = callsOf(line);
  // What a dump is made of is nothing to tell.
  expect((await kroot(call?.args ?? [])).stderr).toBe('');
  const lines = await linesOf(line);
  expect(lines.join('')).not.toContain(CANARY);
  expect(lines.length).toBeGreaterThan(0);
  return `${lines.join('\n').trimEnd()}\n`;
}
