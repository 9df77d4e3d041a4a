import { readFileSync } from 'node:fs';
import { type Report } from '@kroot/types';
import { reportDocumentSchema } from '@kroot/types/report-schema';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import { renderJson } from './render-json.ts';
import { renderSarif } from './render-sarif.ts';
import { renderText } from './render-text.ts';
import { emptyReport } from './samples/base.test.data.ts';
import { samples } from './samples/all.test.data.ts';
import { healthyCluster } from './samples/healthy.test.data.ts';
import { mixed } from './samples/mixed.test.data.ts';
import { onePod } from './samples/one-pod.test.data.ts';
import { columns } from './text/columns.ts';
import { type TextOptions } from './text/options.ts';

const plain: TextOptions = {
  width: 80,
  color: false,
  unicode: true,
  details: false,
  showFixes: true,
  showCommands: false,
};
const texts: readonly (readonly [string, Report, Partial<TextOptions>])[] = [
  ...samples.map(([name, report]) => [name, report, { showCommands: true }] as const),
  ['one-pod.default', onePod, {}],
  ['one-pod.ascii', onePod, { unicode: false }],
  ['one-pod.color', onePod, { color: true }],
  ['one-pod.wide', onePod, { width: 120, showCommands: true, context: 'prod-eu1' }],
  ['one-pod.details', onePod, { details: true }],
  ['mixed.details', mixed, { details: true }],
  ['mixed.no-fixes', mixed, { showFixes: false, maxCards: 1 }],
  ['healthy-cluster.details', healthyCluster, { details: true }],
];

test.for(texts)('text of %s', async ([name, report, options]) => {
  await expect(renderText(report, { ...plain, ...options })).toMatchFileSnapshot(`__golden__/${name}.txt`);
});

test.for(samples)('no line of %s is wider than asked for', ([, report]) => {
  for (const width of [81, 90, 100, 120]) {
    const text = renderText(report, { ...plain, width, showCommands: true });
    expect(text.split('\n').filter((line) => columns(line) > width)).toEqual([]);
  }
});

const checkDocument = new Ajv2020({ strict: true }).compile(readJson('../../types/schema/report.v1.json'));
const checkSarif = withFormats(new Ajv({ strict: false, unicodeRegExp: false })).compile(sarifSchema());

test.for(samples)('JSON of %s', async ([name, report]) => {
  const json = renderJson(report);
  await expect(json).toMatchFileSnapshot(`__golden__/${name}.json`);
  const document: unknown = JSON.parse(json);
  checkDocument(document);
  expect(checkDocument.errors ?? []).toEqual([]);
  expect(reportDocumentSchema.safeParse(document).error).toBeUndefined();
});

test.for(samples)('SARIF of %s', async ([name, report]) => {
  const sarif = renderSarif(report);
  await expect(sarif).toMatchFileSnapshot(`__golden__/${name}.sarif.json`);
  checkSarif(JSON.parse(sarif));
  expect(checkSarif.errors ?? []).toEqual([]);
});

test('a document of another shape is refused by the published schema', () => {
  expect(checkDocument({ ...(JSON.parse(renderJson(emptyReport)) as object), diagnoses: [{}] })).toBe(false);
});

test('a log with keys that SARIF does not know is refused by its schema', () => {
  expect(checkSarif({ version: '2.1.0', runs: [{ tool: { driver: { name: 'kroot', rule_id: 'x' } } }] })).toBe(false);
});

function withFormats(ajv: Ajv): Ajv {
  formats.default(ajv);
  return ajv;
}

/** The schema says draft-04, of which it uses nothing that draft-07 has changed but the name of its id. */
function sarifSchema(): object {
  const { $schema: _schema, id: _id, ...rest } = readJson('../fixtures/sarif-2.1.0-rtm.5.json');
  return rest;
}

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Record<string, unknown>;
}
