import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import yargs from 'yargs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, type Runners } from '../command-line.ts';
import { liveCluster, objectsOfFile, type LiveCluster } from '../live.test.support.ts';
import { brokenShop } from '../run.test.support.ts';
import { blocksOf, root, writtenPages, type Block } from './doc-blocks.test.support.ts';
import { callsOf, type Call } from './shell-line.test.support.ts';

// Every line of shell on a page that calls kroot is run in a folder with the files that pages speak of, on a cluster with their objects.

const commands = writtenPages().flatMap((page) => {
  const blocks = blocksOf(read(page)).filter(({ language, notRun }) =>
    // What a session prints is compared elsewhere.
    language === 'console' ? notRun !== undefined : language === 'sh' || language === 'yaml',
  );
  const calls = blocks.flatMap((block) => callsIn(block).map((call) => ({ page, call, notRun: block.notRun })));
  return calls.map((each) => ({ ...each, line: `kroot ${each.call.args.join(' ')}` }));
});

let cluster: LiveCluster;
let at = '';

beforeAll(async () => {
  const objects = [...(await objectsOfFile()), ...(await objectsOfFile(join(root, 'fixtures/docs/shop.yaml')))];
  cluster = await liveCluster({ objects });
  at = process.cwd();
  makeFolder(cluster.folder, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  process.chdir(cluster.folder);
  await cluster.run(['diagnose', 'cluster', '-f', brokenShop, '-o', 'json=report.json']);
}, 60_000);
afterAll(async () => {
  process.chdir(at);
  await cluster.close();
});

describe('commands on pages', () => {
  let last = '';
  it.each(commands.filter(({ notRun }) => notRun === undefined))('$page: $line runs', async ({ page, call }) => {
    if (page !== last) removeCaptures(cluster.folder);
    last = page;
    // Pages of examples name files as they are from their own folder, or from the root.
    const beside = join(root, dirname(page));
    const isBeside =
      page.startsWith('examples/') && call.args.some((word) => word.includes('/') && existsSync(join(beside, word)));
    process.chdir(isBeside ? beside : cluster.folder);
    const { code, problem } = await run(call);
    expect(problem).toBe('');
    expect([0, 1, 3]).toContain(code);
  });

  it.each(commands.filter(({ notRun }) => notRun !== undefined))('$page: $line is understood', async ({ call }) => {
    const nothing = new Proxy({}, { get: () => () => Promise.resolve() }) as Runners;
    const parser = commandLine(yargs(), { ...STREAMS, stdin: nobody() }, nothing).exitProcess(false);
    await expect(parser.fail(false).parseAsync([...call.args])).resolves.toBeDefined();
  });

  it('are many', () => {
    expect(commands.length).toBeGreaterThan(60);
  });
});

const STREAMS = { stdout: { write: () => true }, stderr: { write: () => true }, env: {}, cwd: root };

async function* nobody(): AsyncIterable<Uint8Array> {
  yield* await Promise.resolve([]);
}

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** Of a workflow, the steps that run something. */
function callsIn({ language, text }: Block): readonly Call[] {
  if (language === 'sh') return callsOf(text);
  if (language === 'console') return callsOf(text.match(/(?<=^\$ ).+/gm)?.join('\n') ?? '');
  return callsOf(text.replaceAll(/^[ -]*(?:run|script): (?![|>]$)/gm, '').replaceAll(/^[ -]*/gm, ''));
}

async function run({ args, isFed, into }: Call): Promise<{ readonly code: number; readonly problem: string }> {
  const { code, stdout, stderr } = await cluster.run(args, {
    cwd: process.cwd(),
    ...(isFed && { stdin: readFileSync(join(cluster.folder, 'cluster.json')) }),
  });
  if (into !== undefined) writeFileSync(into, stdout);
  return { code, problem: code === 2 ? stderr : '' };
}

function removeCaptures(folder: string): void {
  for (const file of readdirSync(folder)) if (file.endsWith('.gz')) rmSync(join(folder, file));
}

/** The files that pages name. */
function makeFolder(folder: string, objects: string): void {
  for (const name of ['examples', 'fixtures']) symlinkSync(join(root, name), join(folder, name));
  for (const name of ['cluster.json', 'cluster.yaml', 'before.json', 'after.json']) {
    writeFileSync(join(folder, name), objects);
  }
  for (const name of ['manifests', 'new-manifests', 'k8s', 'must-gather']) {
    mkdirSync(join(folder, name));
    cpSync(join(root, 'fixtures/docs/shop.yaml'), join(folder, name, 'shop.yaml'));
  }
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(root, 'examples/custom-analyzer'), join(folder, 'node_modules/kroot-plugin-queue'));
  writeFileSync(
    join(folder, 'my-rules.mjs'),
    `export const plugin = { name: 'mine', version: '1.0.0', apiVersion: 1, analyzers: [] };`,
  );
}
