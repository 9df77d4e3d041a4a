import { expect, test } from 'vitest';
import { cleanJson, cleanText } from './clean-text.ts';

test.for([
  ['plain', 'secret "db-password" not found', 'secret "db-password" not found'],
  ['newline stays', 'a\nb\r\nc', 'a\nb\nc'],
  ['tab', 'a\tb', 'a b'],
  ['escape sequence', '\x1b[2Jgone', String.raw`\x1b[2Jgone`],
  ['carriage return', 'real\rfake', String.raw`real\rfake`],
  ['bell, backspace, NUL, DEL', '\x07\b\0\x7f', String.raw`\x07\x08\x00\x7f`],
  ['C1', '\x9b31m\x9d', String.raw`\x9b31m\x9d`],
  ['bidi', 'a\u202Eb\u2066c', String.raw`a\u202eb\u2066c`],
  ['line separators', 'a\u2028b\u2029', String.raw`a\u2028b\u2029`],
  ['zero width', 'pay\u200Bpal\uFEFF', String.raw`pay\u200bpal\ufeff`],
  ['tag characters', 'a\u{E0041}', String.raw`a\u{e0041}`],
  ['lone surrogate', 'a\ud800b', 'a\ufffdb'],
  ['astral characters stay', '😀 𝒳', '😀 𝒳'],
  ['Azure Pipelines', '##vso[task.setvariable]', String.raw`#\#vso[task.setvariable]`],
  ['TeamCity', 'x ##teamcity[buildStop]', String.raw`x #\#teamcity[buildStop]`],
  ['old GitHub', '##[error]x', String.raw`#\#[error]x`],
])('%s', ([, dirty, clean]) => {
  expect(cleanText(dirty ?? '')).toBe(clean);
});

test('cuts after 512 graphemes, not inside one', () => {
  const family = 'e\u0301';
  expect(cleanText(family.repeat(512))).toBe(family.repeat(512));
  expect(cleanText(family.repeat(513))).toBe(`${family.repeat(512)}…`);
});

test('JSON is escaped without a change of its data', () => {
  const value = { text: '\x9b31m \u202E \u{E0041} \x7f \\ ##vso[task] \\##[error] \ud800' };
  const json = cleanJson(JSON.stringify(value));
  expect(json).toMatch(/^[\x20-\x7e]*$/);
  expect(json).not.toContain('##');
  expect(JSON.parse(json)).toEqual(value);
});
