import { accessSync, constants, existsSync } from 'node:fs';

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The browser for tests: $CHROMIUM, else where distributions put it; undefined if there is none.
 * @throws when $CHROMIUM names nothing that can be run: who sets it wants the tests to run.
 */
export function chromiumPath(): string | undefined {
  const named = process.env['CHROMIUM'];
  if (named === undefined || named === '') return USUAL.find((path) => existsSync(path));
  accessSync(named, constants.X_OK);
  return named;
}
