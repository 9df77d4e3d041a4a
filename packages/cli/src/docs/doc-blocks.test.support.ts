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

/** Pages that people read on the way through the repository, as paths from its root. Pages of rules are made and run elsewhere. */
export function pages(): readonly string[] {
  const inFolder = (folder: string): readonly string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && !/node_modules|__golden__|\.api\.md$/.test(file))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
  return ['README.md', 'CONTRIBUTING.md', ...['docs', 'examples', 'packages'].flatMap((folder) => inFolder(folder))];
}
