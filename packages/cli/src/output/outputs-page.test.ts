import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMAT_NAMES } from './formats.ts';

const docs = join(import.meta.dirname, '../../../../docs/outputs');
const read = (name: string): string => readFileSync(join(docs, name), 'utf8');
const fileOf = (format: string): string => `${format.replace(':', '-')}.md`;

// That what the pages show is what the commands print is tested for all pages.
describe.each(FORMAT_NAMES)('%s', (name) => {
  it('is in the table, and has a page', () => {
    expect(read('README.md')).toContain(`| [\`${name}\`](${fileOf(name)})`);
    expect(existsSync(join(docs, fileOf(name)))).toBe(true);
  });

  it('is shown on its page, which says what it is held to', () => {
    const text = read(fileOf(name));
    expect(text.startsWith(`# \`${name}\`\n`)).toBe(true);
    const shown = /```sh\nkroot diagnose cluster -f \S+(?<options>[^\n|]*)[^\n]*\n```\n\n```text\n(?!```)/.exec(text);
    expect(`${shown?.groups?.['options'] ?? ''} `).toContain(name === 'text' ? ' ' : ` -o ${name} `);
    expect(text).toMatch(/^## What it is held to\n\n\S/m);
  });
});

it('no page is of a format that there is not', () => {
  const known = new Set(['README.md', ...FORMAT_NAMES.map(fileOf)]);
  expect(readdirSync(docs).filter((name) => !known.has(name))).toEqual([]);
});
