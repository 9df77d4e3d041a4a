import { nearNames } from '@kroot/graph';
import { type AnalyzerMeta } from '@kroot/types';
import { McpError } from '../errors.ts';
import { type Rules } from '../sources/world.ts';

/**
 * What a rule says of itself.
 * @throws McpError that names the nearest ones.
 */
export function ruleNamed({ metas }: Rules, id: string): AnalyzerMeta {
  const found = metas.find((meta) => meta.id === id);
  if (found !== undefined) return found;
  const near = nearNames(
    id,
    metas.map((meta) => meta.id),
    3,
  );
  throw new McpError(`there is no rule "${id}"${near.length === 0 ? '' : `; near it: ${near.join(', ')}`}`);
}

/** The page of a rule. */
export function rulePage({ id, title, role, severity, reads, breaks = [], waitsFor = [], docs }: AnalyzerMeta): string {
  const sections: readonly (readonly [string, string])[] = [
    ['What it means', docs.means],
    ['How it decides', docs.decides],
    ['When it stays silent', docs.silent],
    ['When it can be wrong', docs.falsePositives ?? ''],
    ['What it stops in others', breaks.join(', ')],
    ['What can explain it', waitsFor.join(', ')],
    ['What it reads', reads.join(', ')],
    ['References', docs.references.map((url) => `- ${url}`).join('\n')],
  ];
  const parts = sections.flatMap(([heading, text]) => (text === '' ? [] : [`## ${heading}\n\n${text}`]));
  return `${[`# ${id}`, `${title} (${role}, ${severity} at worst)`, ...parts].join('\n\n')}\n`;
}
