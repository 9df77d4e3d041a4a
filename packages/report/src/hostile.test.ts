import { type Report } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { renderJson } from './render-json.ts';
import { renderSarif } from './render-sarif.ts';
import { renderText } from './render-text.ts';
import { healthyPod } from './samples/healthy.test.data.ts';
import { manyPods } from './samples/many-pods.test.data.ts';
import { mixed } from './samples/mixed.test.data.ts';
import { columns } from './text/columns.ts';

const FRAGMENTS = [
  'a',
  'Pod/prod/api',
  'db-password',
  ' ',
  ' ',
  ' ',
  '\n',
  '\r',
  '\r\n',
  '\t',
  '\0',
  '\x07',
  '\b',
  '\x1b[31m',
  '\x1b]8;;http://x\x07',
  '\x9b1m',
  '\x7f',
  '::error::',
  '::',
  '##vso[task.complete]',
  '##teamcity[x]',
  '##[error]',
  '\u202E',
  '\u2066',
  '\u2028',
  '\u2029',
  '\u200B',
  '\u{E0041}',
  '\ud800',
  '\udc00',
  '日本語',
  '👩‍👩‍👧',
  'e\u0301',
  '<pod>',
  "'",
  '"',
  '$(id)',
  '`id`',
  '…',
  'x'.repeat(90),
  'words of a sentence ',
  '[link](https://x)',
  '\\',
  '|',
];
/** Fields whose values are a closed set that the compiler checks. */
const CLOSED = new Set(['severity', 'source', 'effect', 'where', 'mechanism', 'relation', 'type', 'role']);
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u;

const cases = Array.from({ length: 60 }, (_, seed) => seed);

describe.for(cases)('hostile text, seed %i', (seed) => {
  const report = poisoned([mixed, manyPods, healthyPod][seed % 3] ?? mixed, random(seed));
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

/** A copy in which strings, wherever they are, are replaced by hostile ones. */
function poisoned(report: Report, next: () => number): Report {
  const copy = structuredClone(report);
  const todo: object[] = [copy];
  for (let owner = todo.pop(); owner !== undefined; owner = todo.pop()) {
    for (const [key, value] of Object.entries(owner) as [string, unknown][]) {
      if (typeof value === 'object' && value !== null) todo.push(value);
      else if (typeof value === 'string' && !isClosed(key, owner) && next() < 0.7) Reflect.set(owner, key, dirty(next));
    }
  }
  return copy;
}

/** `state` is text in trees and hops, a closed set in coverage gaps and health checks. */
function isClosed(key: string, owner: object): boolean {
  return CLOSED.has(key) || (key === 'state' && ('reason' in owner || 'text' in owner));
}

function dirty(next: () => number): string {
  const length = Math.floor(next() * 8);
  return Array.from({ length }, () => FRAGMENTS[Math.floor(next() * FRAGMENTS.length)] ?? '').join('');
}

/** Mulberry32: the same numbers for the same seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixedBits = Math.imul(state ^ (state >>> 15), 1 | state);
    mixedBits = (mixedBits + Math.imul(mixedBits ^ (mixedBits >>> 7), 61 | mixedBits)) ^ mixedBits;
    return ((mixedBits ^ (mixedBits >>> 14)) >>> 0) / 4_294_967_296;
  };
}
