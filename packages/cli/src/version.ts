import { readFileSync } from 'node:fs';

/** The version of this package, from its package.json: the same file beside `src` and beside `dist`. */
export function packageVersion(): string {
  const json: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof json === 'object' && json !== null && 'version' in json ? String(json.version) : '';
}
