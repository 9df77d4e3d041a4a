import { VERSION } from '@kroot/engine';
import { cleanText } from '@kroot/report';
import yargs from 'yargs';
import { EXIT, runDiagnose, type Target } from './diagnose-command.ts';
import { isKnownError, UsageError } from './errors.ts';
import { diagnoseOptions } from './options.ts';
import { type Streams } from './streams.ts';

/** Runs the command line and gives the exit code: 0 nothing found, 1 findings, 2 could not run, 3 incomplete. */
export async function main(argv: readonly string[], streams: Streams): Promise<number> {
  let code: number = EXIT.ok;
  const run = async (work: () => Promise<number>): Promise<void> => {
    code = await work();
  };
  const parser = yargs()
    .scriptName('kroot')
    .usage('$0 <command>\n\nTells why a Kubernetes cluster is broken and what to fix first.')
    .command('diagnose', 'Find the root causes behind what is wrong', (command) =>
      command
        .command(
          'cluster',
          'Diagnose everything',
          (sub) => diagnoseOptions(sub),
          (flags) => run(() => runDiagnose(flags, undefined, streams)),
        )
        .command(
          'pod <name>',
          'Diagnose one pod',
          (sub) => diagnoseOptions(sub).positional('name', { type: 'string', demandOption: true }),
          (flags) => run(() => runDiagnose(flags, { kind: 'Pod', name: flags.name }, streams)),
        )
        .command(
          '$0 <target>',
          'Diagnose one object, given as KIND/NAME (deploy/web, svc/web, node/worker-1)',
          (sub) => diagnoseOptions(sub).positional('target', { type: 'string', demandOption: true }),
          (flags) => run(() => runDiagnose(flags, parseTarget(flags.target), streams)),
        )
        .demandCommand(),
    )
    .demandCommand(1, 'give a command')
    .recommendCommands()
    .strict()
    .version(VERSION)
    .help()
    .alias('help', 'h')
    .wrap(Math.min(streams.stdout.columns ?? 80, 100))
    .epilogue('Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 could not run, 3 incomplete (--strict)')
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? new UsageError(`${message ?? 'wrong usage'}; see kroot --help`);
    });
  try {
    await parser.parse([...argv], {}, (_error: unknown, _parsed: unknown, output: string) => {
      if (output !== '') streams.stdout.write(`${output}\n`);
    });
    return code;
  } catch (error) {
    streams.stderr.write(`kroot: ${explain(error)}\n`);
    return EXIT.failed;
  }
}

function parseTarget(text: string): Target {
  const slash = text.indexOf('/');
  if (slash <= 0 || slash === text.length - 1) {
    throw new UsageError(`"${text}" is no KIND/NAME: say for example deploy/web, or \`diagnose cluster\` for everything`);
  }
  return { kind: text.slice(0, slash), name: text.slice(slash + 1) };
}

function explain(error: unknown): string {
  if (isKnownError(error)) return cleanText(error.message);
  const message = error instanceof Error ? error.message : String(error);
  return `internal error: ${cleanText(message)} (please report it with the input, if you can share it)`;
}
