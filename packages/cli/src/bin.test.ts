import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenShop } from './run.test.support.ts';

const bin = join(import.meta.dirname, 'bin.ts');
const source = ['-C', '@kroot/source'];

describe('the program', () => {
  it('reads standard input and gives the exit code', () => {
    const stdin = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"prod"}}';
    const run = spawnSync(process.execPath, [...source, bin, 'diagnose', 'cluster', '-f', '-'], {
      input: stdin,
      encoding: 'utf8',
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toMatch(/^✔ No problems found in standard input/);
  });

  it('tells wrong usage on standard error', () => {
    const run = spawnSync(process.execPath, [...source, bin, 'diagnose', 'pod'], { encoding: 'utf8' });
    expect(run).toMatchObject({ status: 2, stdout: '', stderr: 'kroot: say which pod: kroot diagnose pod NAME\n' });
  });

  it('a reader that closes early is no failure', async () => {
    const child = spawn(process.execPath, [
      ...source,
      bin,
      'diagnose',
      'cluster',
      '-f',
      brokenShop,
      '--details',
      '-o',
      'json',
    ]);
    const errors: Buffer[] = [];
    child.stderr.on('data', (data: Buffer) => errors.push(data));
    child.stdout.destroy();
    const code = await new Promise((resolve) => {
      child.on('close', resolve);
    });
    expect(Buffer.concat(errors).toString()).toBe('');
    expect(code).toBe(1);
  });

  it('loads neither analyzers nor the Kubernetes client for --version', () => {
    const tell = `data:text/javascript,${encodeURIComponent(
      `import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });`,
    )}`;
    const run = spawnSync(process.execPath, [...source, '--import', tell, bin, '--version'], { encoding: 'utf8' });
    expect(run.status).toBe(0);
    expect(run.stderr).toContain('/main.ts');
    expect(run.stderr).not.toMatch(/packages\/(?:analyzers|engine|report|cluster|graph|types)\/|client-node/);
  });
});

describe('the version of Node.js', () => {
  /** Says that this is another version before the program starts. */
  const pretend = (version: string): string =>
    `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`;

  it.each(['18.20.8', '20.20.2', '22.18.0'])('%s is told in one line before anything is loaded', (version) => {
    const run = spawnSync(process.execPath, [...source, '--import', pretend(version), bin, '--version'], {
      encoding: 'utf8',
    });
    expect(run).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `kroot needs Node.js 22.19 or newer; this is ${version}\n`,
    });
  });

  it.each(['22.19.0', '23.0.0', '24.1.0'])('%s is fine', (version) => {
    const run = spawnSync(process.execPath, [...source, '--import', pretend(version), bin, '--version'], {
      encoding: 'utf8',
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
  });

  const old = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
    try {
      return Number(execFileSync(path, ['--version'], { encoding: 'utf8' }).slice(1).split('.')[0]) < 22;
    } catch {
      return false;
    }
  });

  it.skipIf(old === undefined)('a real old one understands the check', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kroot-bin-'));
    try {
      // bin.ts is plain JavaScript, and what it imports is not there: the check comes first.
      copyFileSync(bin, join(folder, 'bin.mjs'));
      const run = spawnSync(old ?? '', [join(folder, 'bin.mjs')], { encoding: 'utf8' });
      expect(run).toMatchObject({ status: 2, stdout: '' });
      expect(run.stderr).toMatch(/^kroot needs Node\.js 22\.19 or newer; this is \d+\.\d+\.\d+\n$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is what package.json asks for', () => {
    const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
      readonly engines: { readonly node: string };
    };
    expect(engines.node).toBe('>=22.19.0');
  });
});
