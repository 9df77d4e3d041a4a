import { describe, expect, test } from 'vitest';
import { renderJson } from './render-json.ts';
import { renderSarif } from './render-sarif.ts';
import { renderText } from './render-text.ts';
import { healthyPod } from './samples/healthy.test.data.ts';
import { manyPods } from './samples/many-pods.test.data.ts';
import { mixed } from './samples/mixed.test.data.ts';
import { poisoned } from './samples/poison.test.support.ts';
import { columns } from './text/columns.ts';

const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u;

const cases = Array.from({ length: 60 }, (_, seed) => seed);

describe.for(cases)('hostile text, seed %i', (seed) => {
  const report = poisoned([mixed, manyPods, healthyPod][seed % 3] ?? mixed, seed);
  const width = 40 + ((seed * 7) % 81);
  const options = { width, color: false, unicode: seed % 2 === 0, details: seed % 4 === 0, showFixes: true };

  test('no control character but newline, nothing that CI runners obey', () => {
    const text = renderText(report, { ...options, showCommands: true });
    expect(UNSAFE.exec(text)).toBeNull();
    expect(text).not.toMatch(/^\s*::/m);
    expect(text).not.toMatch(/##(?:vso|teamcity)?\[/i);
    expect(text).not.toMatch(/[ \t]$/m);
  });

  test('no line is too wide unless its last word is long', () => {
    const text = renderText(report, { ...options, details: false, showCommands: false });
    const wide = text
      .split('\n')
      .filter((line) => columns(line) > width && columns(line.slice(0, line.lastIndexOf(' '))) > width);
    expect(wide).toEqual([]);
  });

  test('machine formats keep the data and are safe to print', () => {
    for (const json of [renderJson(report), renderSarif(report)]) {
      expect(UNSAFE.exec(json)).toBeNull();
      expect(json).not.toMatch(/^\s*::|##(?:vso|teamcity)?\[/im);
    }
    expect(JSON.parse(renderJson(report))).toMatchObject({
      notices: report.notices.map((text) => text.replaceAll(/\p{Surrogate}/gu, '\ufffd')),
    });
  });
});

test('the report that is printed stays as it was', () => {
  const before = structuredClone(mixed);
  renderText(mixed, { width: 80, color: true, unicode: true, details: true, showFixes: true, showCommands: true });
  expect(mixed).toEqual(before);
});
