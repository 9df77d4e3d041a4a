import { type Argv } from 'yargs';
import { NETPOL_DIFF_OPTIONS, NETPOL_EXPLAIN_OPTIONS, NETPOL_LIST_OPTIONS } from '../command-table.ts';
import { optionsOf } from '../options-of.ts';
import type { NetpolDiffFlags, NetpolExplainFlags, NetpolFlags } from './netpol-flags.ts';
import type { AskedConnection } from './netpol-explain.ts';

/** What the `netpol` commands do. */
export interface NetpolRunners {
  readonly netpolList: (flags: NetpolFlags) => Promise<void>;
  readonly netpolExplain: (flags: NetpolExplainFlags, asked: AskedConnection) => Promise<void>;
  readonly netpolDiff: (flags: NetpolDiffFlags, before: string, after: string) => Promise<void>;
}

const LIST = 'List every connection between workloads, and with addresses outside, that policies allow';
const EXPLAIN = 'Say which rules allow or refuse a connection, and what would change that';
const DIFF = 'Compare the connections that two inputs allow; exits with 1 where they differ';

/** The `netpol` commands and their help. */
export function netpolCommand(command: Argv, program: string, about: string, run: NetpolRunners): Argv {
  const usage = `Usage: ${program} netpol`;
  return command
    .usage(`${about}.\n\n${usage} list|explain SRC DST [PORT]|diff A B [OPTIONS]`)
    .demandCommand(1)
    .command(
      'list',
      LIST,
      (sub) => optionsOf<NetpolFlags>(sub.usage(`${LIST}.\n\n${usage} list [OPTIONS]`), NETPOL_LIST_OPTIONS),
      (flags) => run.netpolList(flags),
    )
    .command(
      'explain <src> <dst> [port]',
      EXPLAIN,
      (sub) =>
        optionsOf<NetpolExplainFlags & AskedConnection>(
          sub
            .usage(`${EXPLAIN}.\n\n${usage} explain SRC DST [PORT] [OPTIONS]`)
            .positional('src', { type: 'string', demandOption: true, describe: `Who connects: ${END}` })
            .positional('dst', { type: 'string', demandOption: true, describe: 'To whom, written in the same ways' })
            .positional('port', {
              type: 'string',
              describe: 'Port of the pod, such as 8080 or 53/udp; all if not given',
            }),
          NETPOL_EXPLAIN_OPTIONS,
        ),
      (flags) => run.netpolExplain(flags, flags),
    )
    .command(
      'diff <before> <after>',
      DIFF,
      (sub) =>
        optionsOf<NetpolDiffFlags & { readonly before: string; readonly after: string }>(
          sub
            .usage(`${DIFF}.\n\n${usage} diff A B [OPTIONS]`)
            .positional('before', file('A file, a folder, or -'))
            .positional('after', file('Another')),
          NETPOL_DIFF_OPTIONS,
        ),
      (flags) => run.netpolDiff(flags, flags.before, flags.after),
    );
}

/** A lone dash comes out of yargs as nothing. */
function file(describe: string): {
  type: 'string';
  demandOption: true;
  describe: string;
  coerce: (value: string) => string;
} {
  return { type: 'string', demandOption: true, describe, coerce: (value) => (value === '' ? '-' : value) };
}

const END = 'a pod, KIND/NAME, an IP address, or outside';
