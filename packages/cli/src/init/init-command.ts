import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CONFIG_NAMES } from '../config/find-config.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { checkOutput, writeOutput } from '../output/write-file.ts';
import { type Streams } from '../streams.ts';
import { type InitFlags } from './init-flags.ts';
import { TEMPLATES } from './templates.ts';

/** Writes a configuration in which everything is explained and nothing is set. */
export async function runInit({ force, format }: InitFlags, { cwd, stdout }: Streams): Promise<number> {
  const name = `kroot.config.${format}`;
  const there = CONFIG_NAMES.find((each) => existsSync(resolve(cwd, each)));
  // Two of them would be refused by every other command.
  if (there !== undefined && (there !== name || force !== true))
    throw new UsageError(`${there} is here already; ${there === name ? '--force replaces it' : 'remove it first'}`);
  const path = resolve(cwd, name);
  await checkOutput(path);
  await writeOutput(path, TEMPLATES[format]);
  stdout.write(`${name}\n`);
  return EXIT.ok;
}
