import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { analyzerTester } from '@kroot/testing';
import { type AnalyzerMeta } from '@kroot/types';
import { describe, expect, it, test } from 'vitest';
import { builtinAnalyzers, manifestRules } from './index.ts';

// One table-driven test for all analyzers: an analyzer brings its cases as files, never as test code.

const root = join(import.meta.dirname, '../../..');
const fixtures = join(root, 'fixtures/rules');
const SUPPORT = new Set(['support', 'messages']);

/** Ids of the analyzer files: every .ts file in a theme folder below src. */
function analyzerFiles(): readonly string[] {
  return readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !SUPPORT.has(entry.name))
    .flatMap((folder) => readdirSync(join(import.meta.dirname, folder.name)))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
    .toSorted();
}

test('src/registry.ts registers every analyzer file', () => {
  expect(builtinAnalyzers.map((analyzer) => analyzer.meta.id)).toEqual(analyzerFiles());
});

for (const analyzer of builtinAnalyzers) {
  const dir = join(fixtures, analyzer.meta.id);
  const files = existsSync(dir)
    ? readdirSync(dir).filter((file) => /^(?:fires|silent)[^.]*\.(?:json|yaml)$/.test(file))
    : [];
  const cases = files.toSorted().map((name) => ({ name, cluster: { file: join(dir, name) } }));
  analyzerTester(analyzer, {
    describe,
    it,
    onFindings: async (name, findings) => {
      // oxlint-disable-next-line vitest/no-standalone-expect -- called within the test of the case
      await expect(`${JSON.stringify(findings, null, 2)}\n`).toMatchFileSnapshot(
        join(dir, name.replace(/\.(?:json|yaml)$/, '.expected.json')),
      );
    },
  }).run({
    silent: cases.filter(({ name }) => name.startsWith('silent')),
    fires: cases.filter(({ name }) => name.startsWith('fires')),
  });
}

test('docs/analyzers.md says what the metadata says (vitest -u writes it)', async () => {
  await expect(analyzersPage([...builtinAnalyzers.map(({ meta }) => meta), ...manifestRules])).toMatchFileSnapshot(
    join(root, 'docs/analyzers.md'),
  );
});

function analyzersPage(all: readonly AnalyzerMeta[]): string {
  const metas = all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const rows = metas.map(
    ({ id, role, severity, title }) => `| [\`${id}\`](#${id.replaceAll('/', '')}) | ${role} | ${severity} | ${title} |`,
  );
  const sections = metas.map(({ id, title, reads, docs }) =>
    [
      `## ${id}`,
      `${title}. [Its page, with an example](rules/${id}.md).`,
      `**What it means.** ${docs.means}`,
      `**How it is decided.** ${docs.decides}`,
      `**When it stays silent.** ${docs.silent}`,
      ...(docs.falsePositives === undefined ? [] : [`**Known ways to be wrong.** ${docs.falsePositives}`]),
      `${reads.length === 0 ? '' : `**Reads** ${reads.join(', ')}. `}**References** ${docs.references.map((url) => `<${url}>`).join(', ')}`,
    ].join('\n\n'),
  );
  const head = [
    '# Analyzers',
    'Generated from the metadata of the rules by `pnpm test -u`.',
    `| rule | role | severity | title |\n|---|---|---|---|\n${rows.join('\n')}`,
  ];
  return `${[...head, ...sections].join('\n\n')}\n`;
}
