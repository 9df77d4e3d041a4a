import { readFileSync } from 'node:fs';
import { VERSION } from '@kroot/engine';
import { describe, expect, it } from 'vitest';
import { kroot } from './run.test.support.ts';

describe('help', () => {
  it.each([
    ['kroot', ['--help']],
    ['diagnose', ['diagnose', '--help']],
    ['diagnose-cluster', ['diagnose', 'cluster', '--help']],
    ['diagnose-pod', ['diagnose', 'pod', '-h']],
    ['netpol', ['netpol', '--help']],
    ['netpol-list', ['netpol', 'list', '--help']],
    ['netpol-explain', ['netpol', 'explain', '--help']],
    ['netpol-diff', ['netpol', 'diff', '--help']],
    ['path', ['path', '--help']],
    ['graph', ['graph', '--help']],
    ['tree', ['tree', '--help']],
    ['rollout', ['rollout', '--help']],
    ['diff', ['diff', '--help']],
    ['render', ['render', '--help']],
    ['capture', ['capture', '--help']],
    ['rbac', ['rbac', '--help']],
    ['doctor', ['doctor', '--help']],
    ['rules', ['rules', '--help']],
    ['explain', ['explain', '--help']],
    ['completion', ['completion', '--help']],
  ])('of %s is on standard output, whole, at 80 columns', async (name, args) => {
    const { code, stdout, stderr } = await kroot(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.length > 80 || line.includes('…'))).toEqual([]);
    await expect(stdout).toMatchFileSnapshot(`__golden__/help-${name}.txt`);
  });

  it('is what kroot says when nothing is asked', async () => {
    expect(await kroot([])).toEqual(await kroot(['--help']));
  });

  it('is the same in every locale', async () => {
    const before = process.env['LC_ALL'];
    process.env['LC_ALL'] = 'de_DE.UTF-8';
    try {
      expect((await kroot(['--help'])).stdout).toContain('Show version number');
    } finally {
      if (before === undefined) delete process.env['LC_ALL'];
      else process.env['LC_ALL'] = before;
    }
  });
});

it('--version is the version of the package and of the engine', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  expect(await kroot(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  expect(VERSION).toBe(version);
});
