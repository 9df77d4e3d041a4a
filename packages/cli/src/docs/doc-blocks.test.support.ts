import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const root: string = join(import.meta.dirname, '../../../..');

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** From `<!-- not run: … -->` on the line above: why it cannot be run here. */
  readonly notRun?: string;
}

const FENCE =
  /(?:<!-- not run: (?<reason>[^\n]+?) -->\n+)?^(?<indent> *)```(?<language>[\w:-]*)\n(?<text>[^]*?)^\k<indent>```$/gm;

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(FENCE)].map(({ groups = {} }) => ({
    language: groups['language'] ?? '',
    text: groups['text'] ?? '',
    ...(groups['reason'] !== undefined && { notRun: groups['reason'] }),
  }));
}

/** Pages that people read on the way through the repository, as paths from its root. Pages of rules are made and run elsewhere. */
export function pages(): readonly string[] {
  const inFolder = (folder: string): readonly string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && !/node_modules|__golden__|\.api\.md$/.test(file))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
  return ['README.md', 'CONTRIBUTING.md', ...['docs', 'examples', 'packages'].flatMap((folder) => inFolder(folder))];
}
