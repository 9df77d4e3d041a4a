import { manifestRules } from '@kroot/analyzers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const page = join(import.meta.dirname, '../../../../docs/check.md');

it('docs/check.md has a line for each rule', () => {
  const text = readFileSync(page, 'utf8');
  const listed = [...text.matchAll(/^\| `(?<rule>manifest-[a-z-]+)`/gm)].map((match) => match.groups?.['rule']);
  expect(new Set(listed)).toEqual(new Set(manifestRules.map(({ id }) => id)));
});
