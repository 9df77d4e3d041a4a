// Packs what is published, installs the tarballs into an empty project as users do, and uses them: the command, every module that a
// package exports, the engine from a script, and a plugin. Needs built packages and a registry for what they depend on.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly packageManager?: string;
  readonly bin?: Readonly<Record<string, string>>;
  /** What pnpm puts in place of the members above when it packs. */
  readonly publishConfig?: { readonly bin?: Readonly<Record<string, string>> };
  readonly exports?: Readonly<Record<string, unknown>>;
}

const root = join(import.meta.dirname, '..');
const manifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
const manager = manifest(root).packageManager ?? 'pnpm';
const shop = join(root, 'examples/broken-shop/cluster');
/** Nothing of these belongs into a tarball. */
const UNWANTED = /\.test\.|\/__\w+__\/|\/fixtures\/|\.tsbuildinfo$/;
const failures: string[] = [];

const folder = mkdtempSync(join(tmpdir(), 'kroot-packed-'));
try {
  const before = treeState();
  const packages = readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .filter((path) => manifest(path).private !== true)
    .map((path) => ({ ...manifest(path), tarball: pack(path) }));
  const project = join(folder, 'project');
  install(project, packages);
  checkPrograms(project, packages);
  checkModules(project, packages);
  checkEngine(project);
  checkPlugin(project);
  check('the tree is as it was', treeState() === before);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(failures.length === 0 ? 'packed packages work\n' : `${failures.length} checks failed\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

/** The path of the tarball of a package. */
function pack(path: string): string {
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs, { recursive: true });
  const known = new Set(readdirSync(tarballs));
  pnpm(['pack', '--pack-destination', tarballs], path);
  const name = readdirSync(tarballs).find((file) => !known.has(file));
  if (name === undefined) throw new Error(`${path}: pnpm pack has written nothing`);
  const files = execFileSync('tar', ['-tzf', join(tarballs, name)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const unwanted = files.filter((file) => UNWANTED.test(file));
  check(
    `${name}: ${files.length} files, no tests and fixtures among them`,
    unwanted.length === 0,
    unwanted.slice(0, 10).join(' '),
  );
  return join(tarballs, name);
}

/** A project that depends on every tarball; what they ask of each other is the tarballs too, never what a registry has. */
function install(project: string, packages: readonly { readonly name: string; readonly tarball: string }[]): void {
  mkdirSync(project);
  const tarballs = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]));
  write(project, 'package.json', JSON.stringify({ private: true, type: 'module', dependencies: tarballs }));
  const overrides = Object.entries(tarballs).map(([name, file]) => `  '${name}': '${file}'\n`);
  write(project, 'pnpm-workspace.yaml', `packages: []\noverrides:\n${overrides.join('')}`);
  pnpm(['install', '--prefer-offline', '--reporter=silent'], project);
}

function checkPrograms(project: string, packages: readonly Manifest[]): void {
  for (const { bin = {}, publishConfig, version } of packages) {
    for (const name of Object.keys(publishConfig?.bin ?? bin)) {
      const { status, stdout } = npx(project, [name, '--version']);
      check(`npx ${name} --version`, status === 0 && stdout.trim() === version, stdout);
    }
  }
  // As README.md has it; npx does not guess among several programs.
  const named = npx(project, ['@kroot/cli', '--version']);
  check('npx @kroot/cli --version', named.status === 0, named.stdout + named.stderr);
  const diagnose = npx(project, ['kroot', 'diagnose', 'cluster', '-f', shop]);
  const isFound = diagnose.stdout.includes('Secret shop/payments-db-credential does not');
  check('npx kroot diagnose cluster -f FOLDER', diagnose.status === 1 && isFound, diagnose.stdout + diagnose.stderr);
  const wrong = npx(project, ['kroot', 'diagnose', 'cluster', '-f', 'nowhere.yaml']);
  check('an input that is not there is exit code 2', wrong.status === 2, wrong.stderr);
}

/** Every entry of `exports` can be imported. */
function checkModules(project: string, packages: readonly Manifest[]): void {
  const modules = packages.flatMap(({ name, exports = {} }) =>
    Object.keys(exports)
      .filter((entry) => !entry.endsWith('.json') && !entry.includes('*'))
      .map((entry) => join(name, entry)),
  );
  const lines = modules.map((name, index) => `import * as m${index} from '${name}';`);
  const emptyModules = `const empty = [${modules.map((_, index) => `m${index}`).join(', ')}].filter((m) => Object.keys(m).length === 0);`;
  write(project, 'modules.js', [...lines, emptyModules, 'process.exitCode = empty.length;'].join('\n'));
  const { status, stderr } = node(project, 'modules.js');
  check(`import of ${modules.join(', ')}`, status === 0, stderr);
}

function checkEngine(project: string): void {
  write(
    project,
    'engine.js',
    `import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { renderText } from '@kroot/report';

const report = diagnose(await readSnapshot([process.argv[2]]), { analyzers: builtinAnalyzers });
for (const { rule } of report.diagnoses) console.log(rule);
if (!renderText(report, { width: 80 }).includes('payments-db-credential')) process.exitCode = 1;
`,
  );
  const { status, stdout, stderr } = node(project, 'engine.js', shop);
  check('the engine in a script', status === 0 && stdout.startsWith('secret-missing-env\n'), stdout + stderr);
}

function checkPlugin(project: string): void {
  write(
    project,
    'plugin.js',
    `import { CONFIDENCE, defineAnalyzer, definePlugin, PLUGIN_API_VERSION, ref } from '@kroot/types';

const rule = defineAnalyzer({
  meta: {
    id: 'acme/named-deployment',
    title: 'Deployment is there',
    role: 'fault',
    severity: 'warning',
    reads: ['Deployment'],
    breaks: ['container-config'],
    docs: { means: 'It is there.', decides: 'By looking.', silent: 'Never.', references: [] },
  },
  analyze: ({ snapshot }) =>
    snapshot.list('Deployment', 'shop').slice(0, 1).map(({ metadata: { name, namespace } }) => ({
      rule: 'acme/named-deployment',
      subject: ref('Deployment', namespace, name),
      severity: 'warning',
      confidence: CONFIDENCE.stated,
      message: 'Found by a plugin',
      cause: 'It was asked to.',
      evidence: [{ source: 'spec', ref: ref('Deployment', namespace, name), quote: name }],
      fixes: [],
    })),
});

export const plugin = definePlugin({ name: 'acme', version: '1.2.3', apiVersion: PLUGIN_API_VERSION, analyzers: [rule] });
`,
  );
  const args = ['kroot', 'diagnose', 'cluster', '-f', shop, '--plugin', './plugin.js', '-o', 'json'];
  const { stdout, stderr } = npx(project, args);
  check('a plugin', stdout.includes('"acme/named-deployment"') && stdout.includes('Found by a plugin'), stderr);
}

function pnpm(args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync('npx', ['--yes', manager, ...args], {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0)
    throw new Error(`pnpm ${args.join(' ')} in ${cwd} ended with ${status ?? 'a signal'}:\n${stdout}${stderr}`);
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Only what is installed: nothing is downloaded by name. */
function npx(cwd: string, args: readonly string[]): Ended {
  return spawnSync('npx', ['--no-install', ...args], {
    cwd,
    encoding: 'utf8',
    input: '',
    timeout: 120_000,
    shell: process.platform === 'win32',
  });
}

function node(cwd: string, script: string, ...args: readonly string[]): Ended {
  return spawnSync(process.execPath, [pathToFileURL(join(cwd, script)).pathname, ...args], { cwd, encoding: 'utf8' });
}

function write(project: string, name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

/** What Git sees, and what packing and installing could have touched. */
function treeState(): string {
  return execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' });
}

function check(name: string, isGood: boolean, details = ''): void {
  process.stdout.write(`${isGood ? 'ok  ' : 'FAIL'}  ${name}\n${isGood || details === '' ? '' : `${details}\n`}`);
  if (!isGood) failures.push(name);
}
