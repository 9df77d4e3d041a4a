// Packs what a release attaches: kroot-VERSION.tar.gz, the built command line with all that it needs but Node.js.
//   node scripts/release-archive.ts OUT         the archive, into the folder OUT
//   node scripts/release-archive.ts --tree OUT  its content, as the folder OUT
// --from FOLDER takes a folder as `pnpm deploy` makes it, instead of making one. Needs a build before.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

interface Package {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly packageManager?: string;
}

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { from: { type: 'string' }, tree: { type: 'boolean', default: false } },
});
const out = positionals.at(0);
if (out === undefined) fail('say where to: node scripts/release-archive.ts OUT');

const work = mkdtempSync(join(tmpdir(), 'kroot-archive-'));
try {
  const deployed = values.from ?? join(work, 'deployed');
  if (values.from === undefined) deploy(deployed);
  // A copy: files of pnpm are links to its store and to packages/cli, where nothing is to change.
  const tree = join(work, 'tree');
  cpSync(deployed, tree, { recursive: true });
  const manifest = readPackage(tree);
  const name = `kroot-${manifest.version}`;
  finish(tree, manifest);
  if (values.tree) cpSync(tree, out, { recursive: true });
  else {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, `${name}.tar.gz`), pack(tree, name));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The production dependencies by the lockfile, as plain folders: krew takes no links. */
function deploy(folder: string): void {
  const { packageManager = 'pnpm' } = readPackage(root);
  const options = ['--prod', '--legacy', '--ignore-scripts', '--config.node-linker=hoisted'];
  run('npx', ['--yes', packageManager, '--filter', '@kroot/cli', 'deploy', ...options, folder]);
}

/** Leaves what runs, and adds what people and Windows need. */
function finish(folder: string, { bin }: Package): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isOurs = entry.parentPath === folder || /[\\/]@kroot[\\/][^\\/]+$/.test(entry.parentPath);
    const isNeeded =
      !/^\.(?:bin|pnpm|modules|package-lock|tsbuildinfo)|^@types$|\.(?:map|[cm]?ts)$/.test(entry.name) &&
      !(isOurs && entry.isDirectory() && entry.name === 'src');
    if (!isNeeded) rmSync(path, { recursive: true, force: true });
  }
  // `workspace:` and the like mean nothing outside of the repository.
  const json = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const kept = ['name', 'version', 'description', 'license', 'repository', 'bin', 'type', 'engines'];
  const fields = Object.fromEntries(kept.flatMap((field) => (field in json ? [[field, json[field]]] : [])));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(fields, undefined, 2)}\n`);
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  for (const [command, path] of Object.entries(bin)) {
    chmodSync(join(folder, path), 0o755);
    const script = path.replace(/^\.\//, '').replaceAll('/', '\\');
    writeFileSync(join(folder, `${command}.cmd`), `@node "%~dp0${script}" %*\r\n`);
  }
}

/** The same folder makes the same bytes. */
function pack(folder: string, name: string): Buffer {
  const same = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--mode=u+rw,go=rX'];
  const tar = run('tar', ['--format=gnu', ...same, `--transform=s,^\\.,${name},`, '-C', folder, '-cf', '-', '.']);
  return gzipSync(tar, { level: 9 });
}

function readPackage(folder: string): Package {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
}

function run(program: string, args: readonly string[]): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: resolve(root), maxBuffer: 2 ** 30 });
  if (status !== 0)
    fail(`${program} failed: ${error?.message ?? String(stderr)}${program === 'npx' ? String(stdout) : ''}`);
  return stdout;
}

function fail(message: string): never {
  process.stderr.write(`release-archive: ${message}\n`);
  process.exit(2);
}
