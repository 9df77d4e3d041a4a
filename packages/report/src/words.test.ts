import { expect, test } from 'vitest';
import { certainty, counted, countSeverities, joinAnd, sentence } from './words.ts';

test('counts have nouns and separators', () => {
  expect([counted(1, 'pod'), counted(0, 'pod'), counted(1_234_567, 'object')]).toEqual([
    '1 pod',
    '0 pods',
    '1,234,567 objects',
  ]);
  expect(countSeverities(['info', 'warning', 'critical', 'warning'])).toBe('1 critical, 2 warnings, 1 info');
});

test('certainty is a word, and none for what is proven', () => {
  expect([0.99, 0.9, 0.89, 0.7, 0.69].map(certainty)).toEqual(['', '', 'likely: ', 'likely: ', 'possible: ']);
});

test('lists and sentences read well', () => {
  expect([joinAnd([]), joinAnd(['a']), joinAnd(['a', 'b']), joinAnd(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
  expect([sentence('It is'), sentence('Is it?'), sentence(' ')]).toEqual(['It is.', 'Is it?', '']);
});
