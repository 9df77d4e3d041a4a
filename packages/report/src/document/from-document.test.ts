import { type Report, type ReportDocument } from '@kroot/types';
import { reportDocumentSchema } from '@kroot/types/report-schema';
import { describe, expect, test } from 'vitest';
import { renderJson } from '../render-json.ts';
import { renderSarif } from '../render-sarif.ts';
import { renderText } from '../render-text.ts';
import { samples } from '../samples/all.test.data.ts';
import { emptyReport, rule } from '../samples/base.test.data.ts';
import { onePod } from '../samples/one-pod.test.data.ts';
import { poisonedTexts } from '../samples/poison.test.support.ts';
import { fromDocument } from './from-document.ts';

/** Whether commands, details and fixes are shown; width and glyphs go with it. */
const options = [80, 100, 57].flatMap((width, i) =>
  [true, false].flatMap((details) =>
    [true, false].map((show) => ({
      width,
      details,
      showFixes: show || details,
      showCommands: show,
      color: i === 1,
      unicode: i !== 2,
    })),
  ),
);

function readBack(json: string): Report {
  return fromDocument(reportDocumentSchema.parse(JSON.parse(json)));
}

describe.for(samples)('%s', ([, report]) => {
  const json = renderJson(report);

  test('prints the same text when it was read from its JSON', () => {
    const again = readBack(json);
    for (const each of options) expect(renderText(again, each)).toBe(renderText(report, each));
  });

  test('gives the same JSON again', () => {
    expect(renderJson(readBack(json))).toBe(json);
  });

  test('gives the same SARIF when the rules are known', () => {
    const again = fromDocument(JSON.parse(json) as ReportDocument, report.rules);
    // Of what is suppressed the document keeps no scores.
    const open = { ...report, suppressed: [] };
    expect(renderSarif({ ...again, suppressed: [] })).toBe(renderSarif(open));
  });
});

test.for(Array.from({ length: 40 }, (_, seed) => seed))('hostile text comes through, seed %i', (seed) => {
  const [, sample] = samples[seed % samples.length] ?? ['', onePod];
  const report = poisonedTexts(sample, seed);
  const again = readBack(renderJson(report));
  const each = options[seed % options.length] ?? options[0];
  if (each === undefined) throw new Error('no options');
  expect(renderText(again, each)).toBe(renderText(report, each));
  expect(renderJson(again)).toBe(renderJson(report));
});

test('a document of version 1.0 is read as far as it goes', () => {
  const document = JSON.parse(renderJson(onePod)) as Record<string, unknown> & {
    readonly diagnoses: readonly Record<string, unknown>[];
  };
  const { workloads: _w, rules: _r, rules_run: _n, ...old } = document;
  const diagnoses = document.diagnoses.map(({ why: _why, remediation, alternatives, ...rest }) => ({
    ...rest,
    remediation: withoutRunnable(remediation),
    alternatives: (alternatives as readonly unknown[]).map(withoutRunnable),
  }));
  const report = fromDocument(reportDocumentSchema.parse({ ...old, schema_version: '1.0', diagnoses }));
  expect(report.diagnoses[0]).toMatchObject({
    message: 'Secret prod/db-password does not exist',
    why: { children: [] },
  });
  expect(report.diagnoses[0]?.fixes.map(({ commands }) => commands)).toEqual([[], []]);
});

function withoutRunnable(remediation: unknown): unknown {
  const { runnable: _runnable, ...old } = remediation as Record<string, unknown>;
  return old;
}

test('rules that the document only names are described from those that are known', () => {
  const report = { ...emptyReport, rules: [rule('a', 'A title', 'warning'), rule('b', 'B title', 'info')] };
  const document = JSON.parse(renderJson(report)) as ReportDocument;
  expect(document.rules).toEqual([]);
  expect(document.rules_run).toEqual(['a', 'b']);
  const known = [rule('b', 'B title', 'info')];
  expect(fromDocument(document, known).rules.map(({ id, title }) => [id, title])).toEqual([
    ['a', 'a'],
    ['b', 'B title'],
  ]);
});
