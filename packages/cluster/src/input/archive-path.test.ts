import { posix } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { entryPath, isHidden, staysInside } from './archive-path.ts';

describe('entryPath', () => {
  test.each([
    ['a/b.json', 'a/b.json'],
    ['./a//b/./c.json', 'a/b/c.json'],
    ['a/', 'a'],
    [String.raw`a\b.json`, 'a/b.json'],
    ['a..b/c...json', 'a..b/c...json'],
    ['', undefined],
    ['.', undefined],
    ['/etc/passwd', undefined],
    [String.raw`\\host\share`, undefined],
    ['C:/x', undefined],
    ['../x', undefined],
    ['a/../../x', undefined],
    [String.raw`a\..\x`, undefined],
    ['a\u0000b', undefined],
    ['a\nb', undefined],
    ['x'.repeat(5000), undefined],
  ])('%j', (name, expected) => {
    expect(entryPath(name)).toBe(expected);
  });

  const names = fc.string({
    unit: fc.constantFrom('.', '..', '/', '\\', 'a', 'C:', ':', ' ', '\u0000', 'b.json'),
    maxLength: 12,
  });

  it('never leads out of the folder, whatever the name', () => {
    fc.assert(
      fc.property(fc.oneof(names, fc.string()), (name) => {
        const path = entryPath(name);
        if (path === undefined) return;
        expect(posix.isAbsolute(path)).toBe(false);
        expect(posix.resolve('/root/x', path).startsWith('/root/x/')).toBe(true);
        expect(posix.normalize(path)).toBe(path);
        expect(entryPath(path)).toBe(path);
      }),
    );
  });

  it('links that stay inside are told as a file system would resolve them', () => {
    const parts = fc.array(fc.constantFrom('.', '..', 'a', 'b'), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom('x', 'a/x', 'a/b/x'), parts, (path, target) => {
        const steps = [...path.split('/').slice(0, -1), ...target];
        let depth = 0;
        const leaves = steps.some((step) => (depth += step === '..' ? -1 : step === '.' ? 0 : 1) < 0);
        expect(staysInside(path, target.join('/'))).toBe(!leaves);
      }),
    );
    expect(staysInside('a/x', '/a/y')).toBe(false);
    expect(staysInside('a/x', '')).toBe(false);
  });
});

test('hidden files', () => {
  expect(['.git/config', 'a/._b.json', '.x'].map((path) => isHidden(path))).toEqual([true, true, true]);
  expect(isHidden('a.b/c.json')).toBe(false);
});
