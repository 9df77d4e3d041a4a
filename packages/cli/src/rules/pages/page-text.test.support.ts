import { type AnalyzerMeta, type Fix } from '@kroot/types';
import { ruleSections } from '../rule-sections.ts';

const MAX_FIXES = 8;

/** What the fixtures of a rule give for its page. */
interface Shown {
  /** The repairs that it proposes in all its fixtures. */
  readonly fixes: readonly Pick<Fix, 'summary' | 'steps'>[];
  readonly example: string;
  readonly fixtures: string;
}

/** The page of a rule: what it says about itself, and what its fixtures show. */
export function pageText(meta: AnalyzerMeta, { fixes, example, fixtures }: Shown): string {
  const { id, title, role, severity, reads, docs } = meta;
  const { before, after } = ruleSections(meta);
  const section = ([heading, words]: readonly [string, string]): string => `## ${heading}\n\n${words}`;
  return `${[
    `# ${id}`,
    `${title}. A ${role}, ${severity} at worst; [all rules](README.md).`,
    ...before.map(section),
    ...(fixes.length === 0 ? [] : [section(['What to fix', fixList(fixes)])]),
    section(['Example', example]),
    ...after.map(section),
    ...(reads.length === 0 ? [] : [section(['What it reads', reads.map((kind) => `\`${kind}\``).join(', ')])]),
    section(['Fixtures', fixtures]),
    ...(docs.references.length === 0
      ? []
      : [section(['References', docs.references.map((url) => `- <${url}>`).join('\n')])]),
  ].join('\n\n')}\n`;
}

/** A file of the repository, from a page of a rule. */
export function linkTo(file: string): string {
  return `[${file.split('/').at(-1) ?? ''}](../../${file})`;
}

/** Links to all fixtures of a rule. */
export function fixtureLinks(fires: readonly string[], silent: readonly string[]): string {
  const links = (files: readonly string[]): string =>
    files.map((file) => `[${(file.split('/').at(-1) ?? '').replace(/\.\w+$/, '')}](../../${file})`).join(', ');
  return `Fires in ${links(fires)}. Stays silent in ${links(silent)}.`;
}

/** What the rule proposes in all its fixtures, each repair once. */
function fixList(fixes: Shown['fixes']): string {
  const lines = new Set(fixes.map(({ summary, steps }) => `- ${[summary, ...steps].map(sentence).join(' ')}`));
  const words = [...lines].slice(0, MAX_FIXES).join('\n');
  return `kroot names the repair with the names of your objects. In the fixtures of the rule:\n\n${words}`;
}

function sentence(text: string): string {
  return /[.:!?]$|^\S+:\/\/\S+$/.test(text) ? text : `${text}.`;
}
