import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestRules } from '@kroot/analyzers';
import { beforeAll, describe, expect, it } from 'vitest';
import { kroot } from '../run.test.support.ts';
import { manifestFixtures } from './manifest-fixtures.test.support.ts';

const root = join(import.meta.dirname, '../../../..');

beforeAll(() => {
  // Fixtures are named as they are from the root of the repository.
  process.chdir(root);
});

interface Found {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly location?: { readonly file: string; readonly line: number; readonly column: number };
}

/** All that is found in a file or folder, with the line that it points to. */
async function told(path: string): Promise<readonly (Found & { readonly points: string })[]> {
  const { code, stdout } = await kroot(['check', '-q', '-f', path, '-o', 'json']);
  expect(code).toBeLessThan(2);
  const { diagnoses, unexplained } = JSON.parse(stdout) as Readonly<
    Record<'diagnoses' | 'unexplained', readonly Found[]>
  >;
  return [...diagnoses, ...unexplained].map((each) => ({ ...each, points: pointed(each) }));
}

function pointed({ location }: Found): string {
  if (location === undefined) return 'nowhere';
  const { file, line, column } = location;
  const text = readFileSync(join(root, file), 'utf8').split('\n')[line - 1] ?? '';
  return `${file}:${line}:${column} ${text.slice(column - 1)}`;
}

describe.each(manifestRules.map(({ id, severity }) => ({ id, severity })))('$id', ({ id, severity }) => {
  const fires = manifestFixtures(id, 'fires');
  const silent = manifestFixtures(id, 'silent');

  it('has fixtures, a twin of each other among them', () => {
    expect(fires[0]).toBe(`fixtures/check/${id}/fires.yaml`);
    expect(silent[0]).toBe(`fixtures/check/${id}/silent.yaml`);
    expect(readdirSync(join(root, 'fixtures/check', id))).toHaveLength(fires.length + silent.length);
  });

  it.each(fires)('%s', async (path) => {
    const found = await told(path);
    expect(found.map(({ rule }) => rule)).toEqual(found.map(() => id));
    expect(found.map((each) => `${each.severity} ${each.message} | ${each.points}`)).toMatchSnapshot();
    // What may be in the cluster already is only a warning without it.
    const worst = id === 'manifest-account-missing' ? 'warning' : severity;
    expect(found.map((each) => each.severity)).toContain(worst);
  });

  it.each(silent)('%s', async (path) => {
    expect(await told(path)).toEqual([]);
  });
});

it('fixtures/check has no folder of a rule that is no more', () => {
  expect(readdirSync(join(root, 'fixtures/check'))).toEqual(manifestRules.map(({ id }) => id));
});
