import yargs, { type Argv } from 'yargs';
import { isKnownError, UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { diagnoseOptions, type DiagnoseFlags } from './options.ts';
import { type Streams } from './streams.ts';
import { parseTarget, type Target } from './target.ts';
import { packageVersion } from './version.ts';

const MAX_WIDTH = 100;
const DEFAULT_WIDTH = 80;

/** Runs the command line and gives the exit code; see `EXIT`. Loads what a command needs only when it runs. */
export async function main(argv: readonly string[], streams: Streams): Promise<number> {
  let code: number = EXIT.ok;
  const diagnose = async (flags: DiagnoseFlags, target?: Target): Promise<void> => {
    const { runDiagnose } = await import('./diagnose-command.ts');
    code = await runDiagnose(flags, target, streams);
  };
  const parser = commandLine(diagnose, Math.min(streams.stdout.columns ?? DEFAULT_WIDTH, MAX_WIDTH));
  try {
    const asked = argv.length === 0 ? ['--help'] : [...argv];
    await parser.parse(asked, {}, (_error: unknown, _parsed: unknown, output: string) => {
      if (output !== '') streams.stdout.write(`${output}\n`);
    });
    return code;
  } catch (error) {
    streams.stderr.write(`kroot: ${await explain(error, argv)}\n`);
    return EXIT.failed;
  }
}

function commandLine(diagnose: (flags: DiagnoseFlags, target?: Target) => Promise<void>, width: number): Argv {
  return (
    yargs()
      .scriptName('kroot')
      // Messages in one language, whatever the machine's: other programs read them.
      .detectLocale(false)
      .parserConfiguration({ 'dot-notation': false, 'parse-numbers': false, 'parse-positional-numbers': false })
      .usage('Tells why a Kubernetes cluster is broken and what to fix first.\n\nUsage: kroot COMMAND [OPTIONS]')
      .command('diagnose', 'Find the root causes behind what is wrong', (command) => diagnoseCommand(command, diagnose))
      .demandCommand(1)
      .strict()
      .version(packageVersion())
      .help()
      .alias('help', 'h')
      .wrap(width)
      .epilogue(
        [
          'Exit codes:',
          '  0  ran; nothing at or above --fail-on',
          '  1  ran; findings at or above --fail-on',
          '  2  could not run',
          '  3  ran and found nothing, but could not see everything (with --strict)',
        ].join('\n'),
      )
      .exitProcess(false)
      .fail((message: string | null, error: Error | undefined) => {
        throw error === undefined || error.name === 'YError' ? new UsageProblem(message ?? error?.message) : error;
      })
  );
}

function diagnoseCommand(command: Argv, diagnose: (flags: DiagnoseFlags, target?: Target) => Promise<void>): Argv {
  return command
    .usage('Find the root causes behind what is wrong.\n\nUsage: kroot diagnose cluster|pod NAME|KIND/NAME [OPTIONS]')
    .command(
      'cluster',
      'Diagnose everything',
      (sub) => diagnoseOptions(sub.usage('Diagnose everything.\n\nUsage: kroot diagnose cluster [OPTIONS]')),
      (flags) => diagnose(flags),
    )
    .command(
      'pod <name>',
      'Diagnose one pod; a healthy one is proved healthy',
      (sub) =>
        diagnoseOptions(
          sub
            .usage('Diagnose one pod; a healthy one is proved healthy.\n\nUsage: kroot diagnose pod NAME [OPTIONS]')
            .positional('name', { type: 'string', demandOption: true, describe: 'Name of the pod' }),
        ),
      (flags) => diagnose(flags, { kind: 'Pod', name: flags.name }),
    )
    .command(
      '$0 <target> [name]',
      'Diagnose one object, given as KIND/NAME or KIND NAME',
      (sub) =>
        diagnoseOptions(
          sub
            .positional('target', {
              type: 'string',
              demandOption: true,
              describe: 'KIND/NAME such as deploy/web, svc/web, node/worker-1, or a KIND',
            })
            .positional('name', { type: 'string', describe: 'The name after a KIND' }),
        ),
      (flags) => diagnose(flags, parseTarget(flags.target, flags.name)),
    );
}

/** What yargs says about wrong usage; it is put into our words only when it is printed. */
class UsageProblem extends UsageError {}

async function explain(error: unknown, argv: readonly string[]): Promise<string> {
  const { cleanText } = await import('@kroot/report');
  return cleanText(await wording(error, argv)).replaceAll(/\s*\n\s*/g, ' ');
}

async function wording(error: unknown, argv: readonly string[]): Promise<string> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageProblem) return (await import('./usage-problem.ts')).usageProblem(message, argv);
  if (isKnownError(error)) return message;
  return `internal error: ${message} (please report it, with the input if you can share it)`;
}
