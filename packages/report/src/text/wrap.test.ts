import { expect, test } from 'vitest';
import { columns } from './columns.ts';
import { span } from './span.ts';
import { wrap } from './wrap.ts';

function lines(text: string, width: number, first?: number): readonly string[] {
  return wrap(text, width, first).map((line) => line.map((part) => part.text).join(''));
}

test.for<readonly [string, string, number, readonly string[]]>([
  ['at spaces', 'aa bb cc', 5, ['aa bb', 'cc']],
  ['at newlines', 'aa\nbb cc', 8, ['aa', 'bb cc']],
  ['never inside a word', 'a toolongword b', 5, ['a', 'toolongword', 'b']],
  ['wide characters count twice', '日本 語', 5, ['日本', '語']],
  ['nothing', '', 5, []],
  ['CI commands at the start of a line', '::a ::b', 4, ['\\::a', '\\::b']],
])('wraps %s', ([, text, width, expected]) => {
  expect(lines(text, width)).toEqual(expected);
});

test('the first line may be shorter', () => {
  expect(lines('aa bb cc', 8, 2)).toEqual(['aa', 'bb cc']);
});

test('spans that touch are one word', () => {
  expect(wrap([span('Pod/x', 'strong'), span(':'), span(' down')], 6)).toEqual([
    [span('Pod/x', 'strong'), span(':')],
    [span('down')],
  ]);
});

test.for([
  ['abc', 3],
  ['日本', 4],
  ['e\u0301', 1],
  ['✖ └─', 4],
] as const)('%s takes %i columns', ([text, width]) => {
  expect(columns(text)).toBe(width);
});
