import { describe, expect, it } from 'vitest';
import { blocksOf, pages, runBy } from './doc-blocks.test.support.ts';

const block = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\`\n`;

describe('blocksOf', () => {
  it.each([
    ['a block', block('sh', 'kroot rules'), [{ language: 'sh', text: 'kroot rules\n' }]],
    [
      'one that is not run, with its reason',
      `<!-- not run: a server that does not end -->\n\n${block('sh', 'kroot rules')}`,
      [{ language: 'sh', text: 'kroot rules\n', notRun: 'a server that does not end' }],
    ],
    [
      'only the one below the reason',
      `<!-- not run: for a reason -->\n\n${block('sh', 'a')}\n${block('ts', 'b')}`,
      [
        { language: 'sh', text: 'a\n', notRun: 'for a reason' },
        { language: 'ts', text: 'b\n' },
      ],
    ],
    [
      'a page with a test of its own',
      `<!-- run by packages/cli/src/x.test.ts -->\n\n${block('sh', 'a')}`,
      [{ language: 'sh', text: 'a\n', notRun: 'run by packages/cli/src/x.test.ts' }],
    ],
    ['one in a list', `- item\n\n  \`\`\`sh\n  kroot rules\n  \`\`\`\n`, [{ language: 'sh', text: '  kroot rules\n' }]],
    ['no block', 'text', []],
  ])('%s', (_, page, expected) => {
    expect(blocksOf(page)).toEqual(expected);
  });
});

it('runBy names the test', () => {
  expect(runBy('# x\n\n<!-- run by a/b.test.ts -->\n')).toBe('a/b.test.ts');
  expect(runBy('# x')).toBeUndefined();
});

it('pages leave out what is installed and what is golden', () => {
  expect(pages().filter((page) => /node_modules|__golden__|\.api\.md/.test(page))).toEqual([]);
  expect(pages()).toEqual(expect.arrayContaining(['README.md', 'docs/README.md', 'docs/rules/README.md']));
});
