import { expect, test } from 'vitest';
import { bindErrorWords, isBindError } from './bind-error.ts';

const DEADLINE = 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded';
const FORBIDDEN = 'running Bind plugin "DefaultBinder": pods "a" is forbidden: not allowed';

test.each([
  [DEADLINE, true],
  [FORBIDDEN, true],
  ['Binding rejected: Operation cannot be fulfilled on pods/binding "a"', true],
  ['0/3 nodes are available: 3 Insufficient cpu.', false],
  ['', false],
])('isBindError(%s)', (message, expected) => {
  expect(isBindError(message)).toBe(expected);
});

test.each([
  [DEADLINE, 'context deadline exceeded'],
  [FORBIDDEN, 'pods "a" is forbidden: not allowed'],
])('bindErrorWords(%s)', (message, words) => {
  expect(bindErrorWords(message)).toBe(words);
});
