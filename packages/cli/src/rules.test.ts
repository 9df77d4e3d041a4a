import { builtinAnalyzers, manifestRules } from '@kroot/analyzers';
import { describe, expect, it } from 'vitest';
import { kroot } from './run.test.support.ts';

const metas = [...builtinAnalyzers.map(({ meta }) => meta), ...manifestRules].toSorted((a, b) =>
  a.id < b.id ? -1 : 1,
);

describe('kroot rules', () => {
  it('lists every rule once, in order', async () => {
    const { code, stdout } = await kroot(['rules']);
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(metas.map(({ id }) => id));
  });

  it('gives programs all that a rule says about itself', async () => {
    const { stdout } = await kroot(['rules', '-o', 'json']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(metas)));
  });
});

describe('kroot explain', () => {
  it('has a page for each rule, within the terminal', async () => {
    for (const meta of metas) {
      // oxlint-disable-next-line no-await-in-loop -- in order
      const { code, stdout } = await kroot(['explain', meta.id]);
      expect([meta.id, code]).toEqual([meta.id, 0]);
      expect(stdout.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '))).toEqual([]);
    }
  });

  it('looks like this', async () => {
    await expect((await kroot(['explain', 'secret-missing-env'])).stdout).toMatchFileSnapshot('__golden__/explain.txt');
    const { stdout } = await kroot(['explain', 'manifest-duplicate']);
    await expect(stdout).toMatchFileSnapshot('__golden__/explain-manifest-duplicate.txt');
  });
});
