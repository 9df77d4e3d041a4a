import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinAnalyzers } from '@kroot/analyzers';
import { configSchema, SETTINGS } from '@kroot/types/config-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { brokenShop } from '../run.test.support.ts';
import { workspace, type Workspace } from '../config/workspace.test.support.ts';
import { TEMPLATES } from './templates.ts';

let here: Workspace;
beforeEach(() => {
  here = workspace();
});
afterEach(() => {
  here.remove();
});

describe('kroot init', () => {
  it.each(['yaml', 'json', 'ts', 'mjs'] as const)('--format %s writes what every command takes', async (format) => {
    const name = `kroot.config.${format}`;
    const plain = await here.run(['diagnose', 'cluster', '-f', brokenShop]);
    expect(await here.run(['init', '--format', format])).toEqual({ code: 0, stdout: `${name}\n`, stderr: '' });
    expect(readFileSync(join(here.path, name), 'utf8')).toBe(TEMPLATES[format]);
    // Nothing is set, so nothing is different.
    expect(await here.run(['diagnose', 'cluster', '-f', brokenShop])).toEqual(plain);
  });

  it('explains every setting, and each of them holds when its # is taken away', () => {
    const all = TEMPLATES.yaml.replaceAll(/^#(?=[a-z]| {2})/gm, '');
    const config = parse(all) as Readonly<Record<string, unknown>>;
    expect(configSchema.safeParse(config).error).toBeUndefined();
    expect(Object.keys(config).toSorted()).toEqual(SETTINGS.filter((key) => key !== '$schema').toSorted());
    expect(TEMPLATES.yaml.split('\n').filter((line) => line.length > 120)).toEqual([]);
    const known = new Set(builtinAnalyzers.map(({ meta }) => meta.id));
    const named = [
      ...Object.keys(config['rules'] as object),
      ...(config['suppressions'] as readonly { readonly rule: string }[]).map(({ rule }) => rule),
    ];
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  it.each<[string, readonly string[], string]>([
    ['kroot.config.yaml', [], 'kroot.config.yaml is here already; --force replaces it'],
    ['kroot.config.json', ['--force'], 'kroot.config.json is here already; remove it first'],
    ['.kroot.yaml', [], '.kroot.yaml is here already; remove it first'],
  ])('leaves %s as it is', async (name, args, message) => {
    here.write({ [name]: '{}' });
    expect(await here.run(['init', ...args])).toEqual({ code: 2, stdout: '', stderr: `kroot: ${message}\n` });
    expect(readFileSync(join(here.path, name), 'utf8')).toBe('{}');
    expect(existsSync(join(here.path, 'kroot.config.yaml'))).toBe(name === 'kroot.config.yaml');
  });

  it('--force replaces it', async () => {
    here.write({ 'kroot.config.yaml': 'failOn: never\n' });
    expect((await here.run(['init', '--force'])).code).toBe(0);
    expect(readFileSync(join(here.path, 'kroot.config.yaml'), 'utf8')).toBe(TEMPLATES.yaml);
  });
});
