import yargs, { type Argv } from 'yargs';
import { commandLine, type Runners } from './command-line.ts';
import { isKnownError, UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { type Streams } from './streams.ts';

/** The hidden command that shells ask. */
const COMPLETE = '__complete';

/** Runs the command line and gives the exit code; see `EXIT`. Loads what a command needs only when it runs. */
export async function main(argv: readonly string[], streams: Streams): Promise<number> {
  if (argv[0] === COMPLETE) {
    const { complete } = await import('./completion/complete.ts');
    await complete(argv.slice(1), streams);
    return EXIT.ok;
  }
  let code: number = EXIT.ok;
  const parser = commandLine(
    yargs(),
    streams,
    runners(streams, (result) => {
      code = result;
    }),
  );
  try {
    await parse(parser, argv, streams);
    return code;
  } catch (error) {
    streams.stderr.write(`kroot: ${await explain(error, argv, streams.program ?? 'kroot')}\n`);
    return EXIT.failed;
  }
}

async function parse(parser: Argv, argv: readonly string[], streams: Streams): Promise<void> {
  const asked = argv.length === 0 ? ['--help'] : [...argv];
  await parser
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error === undefined || error.name === 'YError' ? new UsageProblem(message ?? error?.message) : error;
    })
    .parse(asked, {}, (_error: unknown, _parsed: unknown, output: string) => {
      if (output !== '') streams.stdout.write(`${output}\n`);
    });
}

/** Each command is loaded when it is asked for. */
function runners(streams: Streams, end: (code: number) => void): Runners {
  return {
    async diagnose(flags, target) {
      const { runDiagnose } = await import('./diagnose-command.ts');
      end(await runDiagnose(flags, target, streams));
    },
    async rollout(flags, target) {
      const { runRollout } = await import('./rollout/rollout-command.ts');
      end(await runRollout(flags, target, streams));
    },
    async diff(flags, before, after) {
      const { runDiff } = await import('./diff/diff-command.ts');
      end(await runDiff(flags, before, after, streams));
    },
    async render(flags, file) {
      const { runRender } = await import('./render/render-command.ts');
      end(await runRender(flags, file, streams));
    },
    async capture(flags) {
      const { runCapture } = await import('./capture/capture-command.ts');
      end(await runCapture(flags, streams));
    },
    async rbac(flags) {
      const { runRbac } = await import('./rbac/rbac-command.ts');
      end(await runRbac(flags, streams));
    },
    async doctor(flags) {
      const { runDoctor } = await import('./doctor/doctor-command.ts');
      end(await runDoctor(flags, streams));
    },
    async rules(flags) {
      const { runRules } = await import('./rules/rules-command.ts');
      end(await runRules(flags, streams));
    },
    async explain(flags, rule) {
      const { runExplain } = await import('./rules/rules-command.ts');
      end(await runExplain(flags, rule, streams));
    },
    async netpolList(flags) {
      const { runNetpolList } = await import('./netpol/netpol-list.ts');
      end(await runNetpolList(flags, streams));
    },
    async netpolExplain(flags, asked) {
      const { runNetpolExplain } = await import('./netpol/netpol-explain.ts');
      end(await runNetpolExplain(flags, asked, streams));
    },
    async netpolDiff(flags, before, after) {
      const { runNetpolDiff } = await import('./netpol/netpol-diff.ts');
      end(await runNetpolDiff(flags, before, after, streams));
    },
    async path(flags, asked) {
      const { runPath } = await import('./path/path-command.ts');
      end(await runPath(flags, asked, streams));
    },
    async mcp(flags) {
      const { runMcp } = await import('./mcp/mcp-command.ts');
      await runMcp(flags, streams);
    },
    async graph(flags, target) {
      const { runGraph } = await import('./graph/graph-command.ts');
      end(await runGraph(flags, target, streams));
    },
    async tree(flags, target) {
      const { runTree } = await import('./graph/tree-command.ts');
      end(await runTree(flags, target, streams));
    },
    async completion(shell) {
      const { COMPLETION_SCRIPTS } = await import('./completion/scripts.ts');
      streams.stdout.write(COMPLETION_SCRIPTS[shell]);
    },
  };
}

/** What yargs says about wrong usage; it is put into our words only when it is printed. */
class UsageProblem extends UsageError {}

async function explain(error: unknown, argv: readonly string[], program: string): Promise<string> {
  const { cleanText } = await import('@kroot/report');
  return cleanText(await wording(error, argv, program)).replaceAll(/\s*\n\s*/g, ' ');
}

async function wording(error: unknown, argv: readonly string[], program: string): Promise<string> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageProblem) return (await import('./usage-problem.ts')).usageProblem(message, argv, program);
  if (isKnownError(error)) return message;
  return `internal error: ${message} (please report it, with the input if you can share it)`;
}
