import { expect, test } from 'vitest';
import { minorVersion } from './version-of.ts';

test.each([
  ['v1.34.2', { major: 1, minor: 34 }],
  ['v1.30.1+k3s1', { major: 1, minor: 30 }],
  ['1.29', { major: 1, minor: 29 }],
  ['v1.31.0-gke.1200', { major: 1, minor: 31 }],
  ['latest', undefined],
  ['v1', undefined],
  [undefined, undefined],
])('minorVersion(%s)', (text, expected) => {
  expect(minorVersion(text)).toEqual(expected);
});
