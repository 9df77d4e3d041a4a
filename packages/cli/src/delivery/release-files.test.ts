import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { krewProblems, type KrewPlugin } from './krew-rules.test.support.ts';
import { ROOT } from './npx.test.support.ts';

const { version, repository } = JSON.parse(readFileSync(join(ROOT, 'packages/cli/package.json'), 'utf8')) as {
  readonly version: string;
  readonly repository: { readonly url: string };
};
const ARCHIVE = `kroot-${version}.tar.gz`;
const MANIFESTS = ['plugins/kroot.yaml', 'Formula/kroot.rb', 'bucket/kroot.json'];

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Ended {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, ...env },
  });
  return { code: status, stdout, stderr };
}

const script = (name: string, ...args: readonly string[]): Ended =>
  run(process.execPath, [join(ROOT, 'scripts', `${name}.ts`), ...args]);

let folder = '';
let archived: Ended | undefined;
let written: Ended | undefined;
const at = (...path: readonly string[]): string => join(folder, ...path);
const write = (path: string, text: string): void => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-release-'));
  // As `pnpm deploy` leaves it, with little in it.
  const program = '#!/usr/bin/env node\nimport { basename } from "node:path";\nimport { greet } from "helper";\n';
  for (const name of ['bin', 'kubectl-kroot', 'kubectl-complete'])
    write(`deployed/dist/${name}.js`, `${program}greet("${name}", basename(process.argv[1]));\n`);
  mkdirSync(at('deployed'), { recursive: true });
  copyFileSync(join(ROOT, 'packages/cli/package.json'), at('deployed/package.json'));
  write('deployed/dist/bin.js.map', '{}');
  write('deployed/dist/bin.d.ts', 'export {};');
  write('deployed/dist/src/kept.js', '');
  write('deployed/src/bin.ts', '');
  const scope = 'deployed/node_modules';
  write(`${scope}/helper/package.json`, '{ "name": "helper", "type": "module", "exports": "./src/main.js" }');
  write(`${scope}/helper/src/main.js`, 'export const greet = (...words) => console.log(...words);\n');
  write(`${scope}/helper/LICENSE`, 'MIT');
  write(`${scope}/@kroot/types/src/index.ts`, '');
  write(`${scope}/@kroot/types/dist/index.js`, '');
  write(`${scope}/@types/node/index.d.ts`, '');
  write(`${scope}/.modules.yaml`, '');
  mkdirSync(at(scope, '.bin'));
  symlinkSync('../helper/src/main.js', at(scope, '.bin/helper'));
  archived = script('release-archive', '--from', at('deployed'), at('archives'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the archive of a release', () => {
  it('has what runs, the license and a command file for each command, and nothing else', () => {
    expect(archived).toEqual({ code: 0, stdout: '', stderr: '' });
    const { stdout } = run('tar', ['-tzf', at('archives', ARCHIVE)]);
    const files = stdout.split('\n').filter((name) => name !== '' && !name.endsWith('/'));
    expect(files.map((name) => name.replace(`kroot-${version}/`, ''))).toEqual([
      'LICENSE',
      'dist/bin.js',
      'dist/kubectl-complete.js',
      'dist/kubectl-kroot.js',
      'dist/src/kept.js',
      'kroot.cmd',
      'kubectl-kroot.cmd',
      'kubectl_complete-kroot.cmd',
      'node_modules/@kroot/types/dist/index.js',
      'node_modules/helper/LICENSE',
      'node_modules/helper/package.json',
      'node_modules/helper/src/main.js',
      'package.json',
    ]);
  });

  it('is the same bytes each time', () => {
    expect(script('release-archive', '--from', at('deployed'), at('again')).code).toBe(0);
    expect(readFileSync(at('again', ARCHIVE)).equals(readFileSync(at('archives', ARCHIVE)))).toBe(true);
  });

  it('runs through a link, as krew and Homebrew make them', () => {
    mkdirSync(at('store'));
    expect(run('tar', ['-xzf', at('archives', ARCHIVE), '-C', at('store')]).code).toBe(0);
    mkdirSync(at('path'));
    symlinkSync(at('store', `kroot-${version}`, 'dist/kubectl-kroot.js'), at('path/kubectl-kroot'));
    expect(run(at('path/kubectl-kroot'), [])).toEqual({ code: 0, stdout: 'kubectl-kroot kubectl-kroot\n', stderr: '' });
    const { dependencies } = JSON.parse(readFileSync(at('store', `kroot-${version}`, 'package.json'), 'utf8')) as {
      readonly dependencies?: unknown;
    };
    expect(dependencies).toBeUndefined();
  });

  it('leaves the folder that it was made of as it is', () => {
    expect(existsSync(at('deployed/src/bin.ts'))).toBe(true);
    expect(readFileSync(at('deployed/package.json'), 'utf8')).toContain('"dependencies"');
  });

  it('can be a folder, for the container', () => {
    expect(script('release-archive', '--from', at('deployed'), '--tree', at('tree')).code).toBe(0);
    expect(run(process.execPath, [at('tree/dist/bin.js')]).stdout).toBe('bin bin.js\n');
  });
});

describe('the manifests of a release', () => {
  const sum = (): string =>
    createHash('sha256')
      .update(readFileSync(at('archives', ARCHIVE)))
      .digest('hex');
  const url = `${repository.url.replace(/^git\+|\.git$/g, '')}/releases/download/v${version}/${ARCHIVE}`;
  const made = (name: string): string => readFileSync(at('out', name), 'utf8');

  beforeAll(() => {
    written = script('release-files', '--archives', at('archives'), '--out', at('out'));
  });

  it('the table has version and checksum of the archive', () => {
    expect(written).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(JSON.parse(made('release.json'))).toMatchObject({ version, artifacts: [{ sha256: sum() }] });
  });

  it('krew takes its own', () => {
    const plugin = parse(made('plugins/kroot.yaml')) as KrewPlugin;
    expect(krewProblems('kroot.yaml', plugin)).toEqual([]);
    const platforms = plugin.spec?.platforms ?? [];
    expect(platforms.map(({ selector }) => selector?.matchLabels)).toEqual([
      { os: 'darwin', arch: 'amd64' },
      { os: 'darwin', arch: 'arm64' },
      { os: 'linux', arch: 'amd64' },
      { os: 'linux', arch: 'arm64' },
    ]);
    for (const platform of platforms) expect(platform).toMatchObject({ uri: url, sha256: sum() });
    const { stdout } = run('tar', ['-tzf', at('archives', ARCHIVE)]);
    for (const { bin } of platforms) expect(stdout.split('\n')).toContain(bin);
  });

  it.each<[problem: string, change: (plugin: KrewPlugin) => KrewPlugin]>([
    ['apiVersion is not supported', (plugin) => ({ ...plugin, apiVersion: 'krew.googlecontainertools.github.io/v1' })],
    ['the name is not that of the file', (plugin) => ({ ...plugin, metadata: { name: 'kubectl-kroot' } })],
    ['the version is none, or lacks its v', (plugin) => ({ ...plugin, spec: { ...plugin.spec, version } })],
    [
      'sha256 is none',
      (plugin) => ({ ...plugin, spec: { ...plugin.spec, platforms: [{ ...first(plugin), sha256: 'TODO' }] } }),
    ],
    [
      'the selector does not name os and arch alone',
      (plugin) => ({ ...plugin, spec: { ...plugin.spec, platforms: [{ ...first(plugin), selector: {} }] } }),
    ],
  ])('the rules of krew see that %s', (problem, change) => {
    expect(krewProblems('kroot.yaml', change(parse(made('plugins/kroot.yaml')) as KrewPlugin))).toEqual([problem]);
  });

  it('the formula installs the archive for the node of Homebrew', async () => {
    const formula = made('Formula/kroot.rb');
    const steady = formula.replaceAll(version, 'VERSION').replace(sum(), 'SHA256');
    await expect(steady).toMatchFileSnapshot('../__golden__/delivery-homebrew.rb');
  });

  it.runIf(run('ruby', ['-v']).code === 0)('the formula is Ruby', () => {
    expect(run('ruby', ['-c', at('out/Formula/kroot.rb')]).stdout).toBe('Syntax OK\n');
  });

  it('Scoop finds the command files in the archive', async () => {
    const text = made('bucket/kroot.json');
    const manifest = JSON.parse(text) as {
      readonly hash: string;
      readonly bin: string[];
      readonly extract_dir: string;
    };
    const { stdout } = run('tar', ['-tzf', at('archives', ARCHIVE)]);
    for (const name of manifest.bin) expect(stdout.split('\n')).toContain(`${manifest.extract_dir}/${name}`);
    await expect(text.replaceAll(version, 'VERSION').replace(sum(), 'SHA256')).toMatchFileSnapshot(
      '../__golden__/delivery-scoop.json',
    );
  });

  describe('checking them', () => {
    const check = (out: string): Ended => script('release-files', '--check', '--out', out);

    it('is content with those of the repository', () => {
      expect(check(join(ROOT, 'deploy/release'))).toEqual({ code: 0, stdout: '', stderr: '' });
    });

    it('is content with what was just made', () => {
      expect(check(at('out')).code).toBe(0);
    });

    it.each(MANIFESTS)('finds %s edited or gone', (name) => {
      cpSync(at('out'), at('edited'), { recursive: true });
      write(`edited/${name}`, made(name).replace(sum(), sum().split('').toReversed().join('')));
      const edited = check(at('edited'));
      rmSync(at('edited', name));
      expect([edited, check(at('edited'))]).toEqual(
        Array.from({ length: 2 }, () => ({
          code: 2,
          stdout: '',
          stderr: `release-files: ${name} is not what the table makes: run scripts/release-files.ts\n`,
        })),
      );
      rmSync(at('edited'), { recursive: true });
    });

    it('finds manifests of a release that there is not', () => {
      cpSync(at('out'), at('early'), { recursive: true });
      const table = JSON.parse(made('release.json')) as { artifacts: readonly object[] };
      const artifacts = table.artifacts.map((row) => ({ ...row, sha256: null }));
      write('early/release.json', JSON.stringify({ ...table, version: null, artifacts }));
      expect(check(at('early'))).toMatchObject({ code: 2, stderr: /the table has no release/ });
    });

    it.each([null, '', 'TODO', '0'.repeat(64), 'deadbeef'.repeat(8), 'A'.repeat(64)])(
      'takes %j for no checksum',
      (sha256) => {
        const table = JSON.parse(made('release.json')) as { artifacts: readonly object[] };
        const artifacts = table.artifacts.map((row) => ({ ...row, sha256 }));
        write('made-up/release.json', JSON.stringify({ ...table, artifacts }));
        expect(check(at('made-up'))).toMatchObject({ code: 2, stderr: /has no real checksum/ });
      },
    );
  });

  it.each<[title: string, spoil: (tree: string) => void, says: RegExp]>([
    ['without a license', (tree) => rmSync(join(tree, 'LICENSE')), /LICENSE is missing/],
    ['without a command', (tree) => rmSync(join(tree, 'dist/kubectl-kroot.js')), /kubectl-kroot\.js is missing/],
    [
      'with a command that cannot be run',
      (tree) => chmodSync(join(tree, 'dist/bin.js'), 0o644),
      /bin\.js is missing or/,
    ],
    ['without a command file', (tree) => rmSync(join(tree, 'kroot.cmd')), /kroot\.cmd is missing/],
    ['with a link', (tree) => symlinkSync('/etc/passwd', join(tree, 'passwd')), /passwd.* is neither a file nor/],
  ])('none are made of an archive %s', (_title, spoil, says) => {
    const name = `kroot-${version}`;
    const source = at('spoiled');
    mkdirSync(source);
    run('tar', ['-xzf', at('archives', ARCHIVE), '-C', source]);
    spoil(join(source, name));
    run('tar', ['-C', source, '-czf', join(source, ARCHIVE), name]);
    const { code, stderr } = script('release-files', '--archives', source, '--out', at('none'));
    rmSync(source, { recursive: true });
    expect({ code, made: existsSync(at('none')) }).toEqual({ code: 2, made: false });
    expect(stderr).toMatch(says);
  });

  it('none are made without an archive, or of a table without checksums', () => {
    const nowhere = script('release-files', '--archives', at('nowhere'), '--out', at('none'));
    write('unknown/release.json', readFileSync(at('out/release.json'), 'utf8').replace(sum(), ''));
    const unknown = script('release-files', '--out', at('unknown'));
    for (const { code, stderr } of [nowhere, unknown]) {
      expect(code).toBe(2);
      expect(stderr).toMatch(/^release-files: [^\n]+\n$/);
    }
    const left = [at('none'), ...MANIFESTS.map((name) => at('unknown', name))];
    expect(left.filter((path) => existsSync(path))).toEqual([]);
  });
});

function first({ spec }: KrewPlugin): object {
  return spec?.platforms?.[0] ?? {};
}
