import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const root: string = join(import.meta.dirname, '../../../..');

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** From `<!-- not run: … -->` on the line above, or `<!-- run by FILE -->` anywhere on the page: why it is not run here. */
  readonly notRun?: string;
}

const FENCE =
  /(?:<!-- not run: (?<reason>[^\n]+?) -->\n+)?^(?<indent> *)```(?<language>[\w:-]*)\n(?<text>[^]*?)^\k<indent>```$/gm;

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  const test = runBy(page);
  return [...page.matchAll(FENCE)].map(({ groups = {} }) => ({
    language: groups['language'] ?? '',
    text: groups['text'] ?? '',
    ...(groups['reason'] !== undefined && { notRun: groups['reason'] }),
    ...(test !== undefined && { notRun: `run by ${test}` }),
  }));
}

/** The test of its own that runs the commands of a page, where it has one. */
export function runBy(page: string): string | undefined {
  return /^<!-- run by (?<test>\S+) -->$/m.exec(page)?.groups?.['test'];
}

/** Folders without pages; the first ones are large, or lead round in circles. */
const SKIPPED = new Set(['node_modules', 'dist', '__golden__']);

/** Pages that people read on the way through the repository, as paths from its root. */
export function pages(): readonly string[] {
  return ['README.md', 'CONTRIBUTING.md', ...['docs', 'examples', 'packages'].flatMap((folder) => pagesIn(folder))];
}

/** The pages without those of rules, which are made and run elsewhere. */
export function writtenPages(): readonly string[] {
  return pages().filter((page) => !page.startsWith('docs/rules/'));
}

function pagesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : pagesIn(path);
      return path.endsWith('.md') && !path.endsWith('.api.md') ? [path] : [];
    });
}
