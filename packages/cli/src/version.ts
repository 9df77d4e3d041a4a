import { readFileSync } from 'node:fs';

/** The version of this package, from its package.json: the same file beside `src` and beside `dist`. */
export function packageVersion(): string {
  const json = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return json.version;
}
