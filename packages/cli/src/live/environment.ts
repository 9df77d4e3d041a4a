import { homedir } from 'node:os';
import { type Environment } from '@kroot/cluster';
import { type Streams } from '../streams.ts';
import { packageVersion } from '../version.ts';

/** What a connection takes from the surroundings of a run. */
export function environmentOf({ env, cwd, stderr, stdin }: Streams): Environment {
  const home = env['HOME'] ?? env['USERPROFILE'];
  return {
    env,
    cwd,
    home: home === undefined || home === '' ? homedir() : home,
    stderr,
    interactive: stdin.isTTY === true,
    version: packageVersion(),
  };
}
