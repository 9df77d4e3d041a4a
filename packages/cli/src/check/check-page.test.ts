import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MANIFEST_RULES } from './rules/all.ts';

const page = join(import.meta.dirname, '../../../../docs/check.md');

it('docs/check.md has a line for each rule', () => {
  const text = readFileSync(page, 'utf8');
  const listed = [...text.matchAll(/^\| `(?<rule>manifest-[a-z-]+)`/gm)].map((match) => match.groups?.['rule']);
  expect(new Set(listed)).toEqual(new Set(MANIFEST_RULES.map(({ id }) => id)));
});
