import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kroot } from './run.test.support.ts';

// Whole incidents through the whole command line: what people and machines get to read.

const folder = join(import.meta.dirname, '../../../fixtures/incidents');
const incidents = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();

/** Inputs come by standard input, so that no path of a machine gets into the output. */
async function print(incident: string, ...args: readonly string[]): Promise<string> {
  const files = readdirSync(join(folder, incident));
  const input = files.find((file) => /^(?:cluster|context)\.json$/.test(file)) ?? '';
  const stdin = readFileSync(join(folder, incident, input));
  return (await kroot(['diagnose', 'cluster', '-q', '-f', '-', ...args], { stdin })).stdout;
}

/**
 * What the output says of the incident itself. How many rules there are and which of them saw only part is left out: a new
 * rule must not change these files.
 */
const incidentOnly: Readonly<Record<string, (output: string) => string>> = {
  text: (output) => {
    const lines = output.split('\n');
    const first = lines.findIndex((line) => line.startsWith('1 '));
    const end = lines.findIndex((line) => line === 'Blind spots');
    return lines.slice(first, end === -1 ? undefined : end).join('\n');
  },
  json: (output) => {
    const { coverage: _, rules_run: _rules, rules: _docs, ...document } = JSON.parse(output) as Record<string, unknown>;
    return `${JSON.stringify(document, null, 2)}\n`;
  },
  sarif: (output) => {
    const { runs } = JSON.parse(output) as { readonly runs: readonly { readonly results: readonly object[] }[] };
    // Indexes count through all rules.
    const results = runs
      .flatMap((run) => run.results)
      .map((result) => ({ ...result, ruleIndex: undefined, rule: undefined }));
    return `${JSON.stringify(results, null, 2)}\n`;
  },
};

describe.each(incidents)('%s', (incident) => {
  test.each([
    ['expected.txt', 'text', ['--show-commands']],
    ['expected.details.txt', 'text', ['--details']],
    ['expected.json', 'json', ['-o', 'json']],
    ['expected.sarif.json', 'sarif', ['-o', 'sarif']],
  ])('%s', async (file, form, args) => {
    const output = incidentOnly[form]?.(await print(incident, ...args));
    await expect(output).toMatchFileSnapshot(join(folder, incident, file));
  });
});

test('the example of the original kroot comes out as three diagnoses', async () => {
  const { diagnoses } = JSON.parse(await print('original-kroot-context', '-o', 'json')) as {
    readonly diagnoses: readonly { readonly severity: string; readonly root_cause_resource: string }[];
  };
  expect(diagnoses.map(({ severity, root_cause_resource: root }) => `${severity} ${root}`)).toEqual([
    'critical Secret/prod/db-password',
    'warning Service/prod/payments',
    'warning NetworkPolicy/prod/deny-all',
  ]);
});

test('the details of the original example have every section', async () => {
  const details = await print('original-kroot-context', '--details');
  for (const section of [
    'Dependency Traces',
    'Blast Radius',
    'Incident Analysis',
    'Recommended Fix Order',
    'Suggested Fixes',
  ]) {
    expect(details).toContain(`${section}:`);
  }
});
