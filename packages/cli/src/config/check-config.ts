import { nearNames } from '@kroot/graph';
import { type KrootConfig } from '@kroot/types';
import { configSchema, PERSONAL_SETTINGS, SETTINGS } from '@kroot/types/config-schema';
import { UsageError } from '../errors.ts';
import { type ConfigSource } from './config-source.ts';

/** The configuration, when it is one. What is wrong is one line with file and setting, and how much else is wrong. */
export function checkConfig({ value, where }: ConfigSource): KrootConfig {
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue, ...others] = result.error.issues;
  if (issue === undefined) throw new UsageError(`${where([])} is no configuration`);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const at = [...issue.path, key];
    const [near] = issue.path.length === 0 ? nearNames(key, SETTINGS, 1) : [];
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    throw new UsageError(`${where(at)}: ${written(at)} is no setting${hint}${more}`);
  }
  const setting = issue.path.length === 0 ? '' : `${written(issue.path)}: `;
  throw new UsageError(`${where(issue.path)}: ${setting}${wordsOf(issue.message)}${more}`);
}

/** What is left out is said to be missing, not to have another type. */
function wordsOf(message: string): string {
  return message.endsWith('received undefined') ? 'is missing' : message;
}

/** The same for a personal one, which must not change what is found: runs of two people would differ. */
export function checkPersonalConfig(source: ConfigSource): KrootConfig {
  const config = checkConfig(source);
  const allowed: ReadonlySet<string> = new Set(PERSONAL_SETTINGS);
  const foreign = Object.keys(config).find((key) => !allowed.has(key));
  if (foreign !== undefined)
    throw new UsageError(
      `${source.where([foreign])}: ${foreign} belongs to the configuration of a project; here stands only how things look: ${PERSONAL_SETTINGS.filter((key) => !key.startsWith('$')).join(', ')}`,
    );
  return config;
}

function written(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
