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

describe.each(incidents)('%s', (incident) => {
  test.each([
    ['expected.txt', ['--show-commands']],
    ['expected.details.txt', ['--details']],
    ['expected.json', ['-o', 'json']],
    ['expected.sarif.json', ['-o', 'sarif']],
  ])('%s', async (file, args) => {
    await expect(await print(incident, ...args)).toMatchFileSnapshot(join(folder, incident, file));
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
