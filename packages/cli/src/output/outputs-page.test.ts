import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FORMAT_NAMES } from './formats.ts';

const text = readFileSync(join(import.meta.dirname, '../../../../docs/outputs.md'), 'utf8');

// That what the page shows is what the commands print is tested for all pages.
it.each(FORMAT_NAMES)('%s is on the page', (name) => {
  expect(text).toContain(`| [\`${name}\`](#${name.replace(':', '-')})`);
});
