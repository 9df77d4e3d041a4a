import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSnapshot } from '@kroot/cluster';
import { buildGraph } from '@kroot/graph';
import { formatRef, MECHANISMS, type AnalyzerMeta, type Finding } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { builtinAnalyzers } from './index.ts';

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

async function run(path: string, analyzer: (typeof builtinAnalyzers)[number]): Promise<readonly Finding[]> {
  const snapshot = await readSnapshot(path);
  return [...analyzer.analyze({ snapshot, graph: buildGraph(snapshot), now: snapshot.now.getTime() })];
}

/** What may still have to be filled in by a reader: angle brackets, shell variables, dots. */
const PLACEHOLDER = /<[A-Za-z][^<>\n]*>|…|\$\{?[A-Z][A-Z0-9_]*\b|\.\.\.(?=["'\s]|$)/;

/** What is wrong with a finding as a reader would meet it; empty when it is sound. */
function flaws(meta: AnalyzerMeta, { rule, message, cause, state, evidence, fixes }: Finding): readonly string[] {
  const broken = /undefined|NaN|\[object/;
  const commands = fixes
    .flatMap((fix) => fix.commands)
    .map(({ argv, input = '' }) => {
      const plain = argv.filter((argument) => typeof argument === 'string').join(' ');
      return `${plain}\n${input}`;
    });
  const checks: readonly (readonly [boolean, string])[] = [
    [rule !== meta.id, `speaks for ${rule}`],
    [message.endsWith('.') || broken.test(message), `message: ${message}`],
    [!cause.endsWith('.') || broken.test(cause), `cause: ${cause}`],
    [evidence.length === 0, 'no evidence'],
    [meta.role === 'fault' && fixes.length === 0, 'a fault without a way to repair it'],
    [meta.role === 'symptom' && state === undefined, 'a symptom without a state for the tree'],
    ...commands.map((text) => [PLACEHOLDER.test(text) || broken.test(text), `command: ${text}`] as const),
  ];
  return checks.filter(([wrong]) => wrong).map(([, words]) => words);
}

test('src/registry.ts registers every analyzer file', () => {
  expect(builtinAnalyzers.map((analyzer) => analyzer.meta.id)).toEqual(analyzerFiles());
});

describe.each(builtinAnalyzers.map((analyzer) => [analyzer.meta.id, analyzer] as const))('%s', (id, analyzer) => {
  const dir = join(fixtures, id);
  const cases = existsSync(dir)
    ? readdirSync(dir).filter((file) => /^(?:fires|silent)[^.]*\.(?:json|yaml)$/.test(file))
    : [];

  test('has a fixture that fires and one that stays silent', () => {
    expect(cases.some((file) => file.startsWith('fires'))).toBe(true);
    expect(cases.some((file) => file.startsWith('silent'))).toBe(true);
  });

  test('says what it breaks or waits for', () => {
    const { role, breaks = [], waitsFor = [] } = analyzer.meta;
    expect(role === 'symptom' ? waitsFor : breaks).not.toEqual([]);
    expect(MECHANISMS).toEqual(expect.arrayContaining([...breaks, ...waitsFor]));
  });

  test.each(cases)('%s', async (file) => {
    const findings = await run(join(dir, file), analyzer);
    const told = findings.map((finding) => `${finding.message} on ${formatRef(finding.subject)}`);
    expect({ fires: told.length > 0, told }).toEqual({ fires: file.startsWith('fires'), told });
    expect(findings.flatMap((finding) => flaws(analyzer.meta, finding))).toEqual([]);
    await expect(`${JSON.stringify(findings, null, 2)}\n`).toMatchFileSnapshot(
      join(dir, file.replace(/\.(?:json|yaml)$/, '.expected.json')),
    );
  });
});

test('docs/analyzers.md says what the metadata says (vitest -u writes it)', async () => {
  await expect(analyzersPage(builtinAnalyzers.map(({ meta }) => meta))).toMatchFileSnapshot(
    join(root, 'docs/analyzers.md'),
  );
});

function analyzersPage(metas: readonly AnalyzerMeta[]): string {
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
      `**Reads** ${reads.join(', ')}. **References** ${docs.references.map((url) => `<${url}>`).join(', ')}`,
    ].join('\n\n'),
  );
  const head = [
    '# Analyzers',
    'Generated from the metadata of the rules by `pnpm test -u`.',
    `| rule | role | severity | title |\n|---|---|---|---|\n${rows.join('\n')}`,
  ];
  return `${[...head, ...sections].join('\n\n')}\n`;
}
