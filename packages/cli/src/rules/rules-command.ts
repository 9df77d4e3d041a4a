import { builtinAnalyzers, manifestRules } from '@kroot/analyzers';
import { nearNames } from '@kroot/graph';
import { cleanText } from '@kroot/report';
import { compareStrings, type AnalyzerMeta } from '@kroot/types';
import { configured } from '../config/configured.ts';
import { type ConfigFlags } from '../config/config-options.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { type Streams } from '../streams.ts';
import { explainRule } from './explain-rule.ts';

/** Values of the options of `kroot rules` and `kroot explain`. */
export interface RulesFlags extends ConfigFlags {
  readonly output: 'text' | 'json';
}

const MAX_WIDTH = 100;
const DEFAULT_WIDTH = 80;

/** Lists the rules. */
export async function runRules(flags: RulesFlags, streams: Streams): Promise<number> {
  const metas = await metasOf(flags, streams);
  if (flags.output === 'json') streams.stdout.write(json(metas));
  else {
    const width = Math.max(...metas.map(({ id }) => id.length));
    for (const { id, severity, title } of metas) {
      streams.stdout.write(`${cleanText(id).padEnd(width)}  ${severity.padEnd(8)}  ${cleanText(title)}\n`);
    }
  }
  return EXIT.ok;
}

/** Says what a rule means, how it decides and when it stays silent. */
export async function runExplain(flags: RulesFlags, rule: string, streams: Streams): Promise<number> {
  const metas = await metasOf(flags, streams);
  const meta = metas.find(({ id }) => id === rule);
  if (meta === undefined) {
    const near = nearNames(
      rule,
      metas.map(({ id }) => id),
      2,
    );
    const hint = near.length === 0 ? 'see kroot rules' : `did you mean ${near.join(' or ')}?`;
    throw new UsageError(`there is no rule "${rule}"; ${hint}`);
  }
  const width = Math.min(streams.stdout.columns ?? DEFAULT_WIDTH, MAX_WIDTH);
  streams.stdout.write(flags.output === 'json' ? json(meta) : explainRule(meta, width));
  return EXIT.ok;
}

async function metasOf(flags: RulesFlags, streams: Streams): Promise<readonly AnalyzerMeta[]> {
  const { plugins } = await configured(flags, {}, streams);
  const analyzers = [...builtinAnalyzers, ...plugins.flatMap((one) => one.analyzers)];
  return [...analyzers.map(({ meta }) => meta), ...manifestRules].toSorted((a, b) => compareStrings(a.id, b.id));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
