import { expect, test } from 'vitest';
import { isOverload } from './overload-words.ts';

test.each([
  ['Readiness probe failed: ERROR 1040 (HY000): Too many connections', true],
  ['FATAL: sorry, too many clients already', true],
  ['FATAL: remaining connection slots are reserved for non-replication superuser connections', true],
  ['-ERR max number of clients reached', true],
  ["ERROR 2002 (HY000): Can't connect to local MySQL server through socket", false],
  [undefined, false],
])('%s: %s', (text, wanted) => {
  expect(isOverload(text)).toBe(wanted);
});
