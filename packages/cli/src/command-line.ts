import { type Argv } from 'yargs';
import { BASELINE_OPTIONS, type BaselineFlags } from './baseline/baseline-flags.ts';
import type { CaptureFlags } from './capture/capture-command.ts';
import { CHECK_OPTIONS, type CheckFlags } from './check/check-flags.ts';
import type { ConfigFlags } from './config/config-options.ts';
import {
  CAPTURE_OPTIONS,
  DOCTOR_OPTIONS,
  MCP_OPTIONS,
  PATH_OPTIONS,
  RBAC_OPTIONS,
  RENDER_OPTIONS,
  RULES_OPTIONS,
} from './command-table.ts';
import { INIT_OPTIONS, type InitFlags } from './init/init-flags.ts';
import { DIFF_OPTIONS, type DiffFlags } from './diff/diff-flags.ts';
import { ROLLOUT_OPTIONS, type RolloutFlags } from './rollout/rollout-flags.ts';
import { SHELLS, type Shell } from './completion/scripts.ts';
import type { DoctorFlags } from './doctor/doctor-command.ts';
import type { McpFlags } from '@kroot/mcp';
import { graphCommands, type GraphRunners } from './graph/graph-command-line.ts';
import { netpolCommand, type NetpolRunners } from './netpol/netpol-command-line.ts';
import { optionsOf } from './options-of.ts';
import type { AskedPath, PathFlags } from './path/path-flags.ts';
import { diagnoseOptions, type DiagnoseFlags } from './options.ts';
import type { RbacFlags } from './rbac/rbac-command.ts';
import type { RenderFlags } from './render/render-command.ts';
import type { RulesFlags } from './rules/rules-command.ts';
import { type Streams } from './streams.ts';
import { parseTarget, type Target } from './target.ts';
import { packageVersion } from './version.ts';

/** What the commands do. */
export interface Runners extends NetpolRunners, GraphRunners {
  readonly diagnose: (flags: DiagnoseFlags, target?: Target) => Promise<void>;
  readonly check: (flags: CheckFlags) => Promise<void>;
  readonly rollout: (flags: RolloutFlags, target: Target) => Promise<void>;
  readonly diff: (flags: DiffFlags, before: string, after: string) => Promise<void>;
  readonly render: (flags: RenderFlags, file: string) => Promise<void>;
  readonly baselineUpdate: (flags: BaselineFlags) => Promise<void>;
  readonly init: (flags: InitFlags) => Promise<void>;
  readonly capture: (flags: CaptureFlags) => Promise<void>;
  readonly rbac: (flags: RbacFlags) => Promise<void>;
  readonly doctor: (flags: DoctorFlags) => Promise<void>;
  readonly rules: (flags: RulesFlags) => Promise<void>;
  readonly explain: (flags: RulesFlags, rule: string) => Promise<void>;
  readonly path: (flags: PathFlags, asked: AskedPath) => Promise<void>;
  readonly mcp: (flags: McpFlags & ConfigFlags) => Promise<void>;
  readonly completion: (shell: Shell) => Promise<void>;
}

const MAX_WIDTH = 100;
const DEFAULT_WIDTH = 80;

/** The commands and their help. */
export function commandLine(yargs: Argv, { stdout, program = 'kroot' }: Streams, run: Runners): Argv {
  const line = yargs
    .scriptName(program)
    // Messages in one language, whatever the machine's: other programs read them.
    .detectLocale(false)
    .parserConfiguration({ 'dot-notation': false, 'parse-numbers': false, 'parse-positional-numbers': false })
    .usage(`Tells why a Kubernetes cluster is broken and what to fix first.\n\nUsage: ${program} COMMAND [OPTIONS]`)
    .command('diagnose', 'Find the root causes behind what is wrong', (command) =>
      diagnoseCommand(command, program, run.diagnose),
    );
  return withOtherCommands(line, program, run)
    .demandCommand(1)
    .strict()
    .version(packageVersion())
    .help()
    .alias('help', 'h')
    .wrap(Math.min(stdout.columns ?? DEFAULT_WIDTH, MAX_WIDTH))
    .epilogue(
      [
        'Exit codes:',
        '  0    ran; nothing at or above --fail-on',
        '  1    ran; findings at or above --fail-on',
        '  2    could not run',
        '  3    ran and found nothing, but could not see everything (with --strict)',
        '  130  stopped with Ctrl-C',
      ].join('\n'),
    );
}

function diagnoseCommand(command: Argv, program: string, diagnose: Runners['diagnose']): Argv {
  const usage = `Usage: ${program} diagnose`;
  return command
    .usage(`Find the root causes behind what is wrong.\n\n${usage} cluster|pod NAME|KIND/NAME [OPTIONS]`)
    .command(
      'cluster',
      'Diagnose everything',
      (sub) => diagnoseOptions(sub.usage(`Diagnose everything.\n\n${usage} cluster [OPTIONS]`)),
      (flags) => diagnose(flags),
    )
    .command(
      'pod <name>',
      'Diagnose one pod; a healthy one is proved healthy',
      (sub) =>
        diagnoseOptions(
          sub
            .usage(`Diagnose one pod; a healthy one is proved healthy.\n\n${usage} pod NAME [OPTIONS]`)
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

/** A lone dash comes out of yargs as nothing. */
function fileNamed(text: string): string {
  return text === '' ? '-' : text;
}

const BASELINE = 'Keep what is known in a file, so that only what is new is told';

function baselineCommand(command: Argv, program: string, update: Runners['baselineUpdate']): Argv {
  const usage = `Usage: ${program} baseline update [OPTIONS]`;
  const about = 'Write down what is found now; what was not looked at stays as it is';
  return command
    .usage(`${BASELINE}.\n\n${usage}`)
    .demandCommand(1)
    .command(
      'update',
      about,
      (sub) => optionsOf<BaselineFlags>(sub.usage(`${about}.\n\n${usage}`), BASELINE_OPTIONS),
      (flags) => update(flags),
    );
}

function withOtherCommands(line: Argv, program: string, run: Runners): Argv {
  const usage = (text: string, form: string): string => `${text}.\n\nUsage: ${program} ${form}`;
  const ROLLOUT = 'Wait for a rollout; when it stalls, say why and exit with 1';
  const DIFF = 'Compare two captures or reports: what is new, gone, worse, and which change brought it';
  const RENDER = 'Print a report again, in other formats, from the JSON of a run';
  const INIT = 'Write a configuration in which everything is explained';
  const CAPTURE = 'Write what a diagnosis looks at into a file, without values of Secrets';
  const CHECK = 'Check manifests before they are applied, and what they break in a cluster';
  const NETPOL = 'Tell which connections NetworkPolicies allow, and why';
  const PATH = 'Follow a request hop by hop, and name the first one that is broken';
  const RBAC = 'Print the permissions that kroot needs, for kubectl apply -f -';
  const DOCTOR = 'Check connection, identity and permissions';
  const RULES = 'List the rules';
  const EXPLAIN = 'Say what a rule means, how it decides and when it stays silent';
  const MCP = 'Serve root causes to agents over MCP, on standard input and output (needs @kroot/mcp)';
  const COMPLETION = 'Print what completes commands and names in a shell';
  return graphCommands(line, program, run)
    .command(
      'check [path] [more..]',
      CHECK,
      (command) =>
        optionsOf<CheckFlags>(
          command
            .usage(usage(CHECK, 'check [-f] FILE|FOLDER|- [OPTIONS]'))
            .positional('path', { type: 'string', describe: 'A file, a folder, or -, as with -f' })
            .positional('more', { type: 'string', array: true, describe: 'More files and folders' }),
          CHECK_OPTIONS,
        ),
      (flags) => run.check(flags),
    )
    .command('netpol', NETPOL, (command) => netpolCommand(command, program, NETPOL, run))
    .command(
      'path <from> <to>',
      PATH,
      (command) =>
        optionsOf<PathFlags & AskedPath>(
          command
            .usage(usage(PATH, 'path FROM TO[:PORT] [OPTIONS]'))
            .positional('from', {
              type: 'string',
              demandOption: true,
              describe: 'Who asks: a pod, KIND/NAME, ing/NAME, gateway/NAME, an IP address, or internet',
            })
            .positional('to', {
              type: 'string',
              demandOption: true,
              describe:
                'What for: svc/NAME:PORT, a host as the client knows it, a pod or KIND/NAME with :PORT, ing/NAME',
            }),
          PATH_OPTIONS,
        ),
      (flags) => run.path(flags, flags),
    )
    .command(
      'rollout <target> [name]',
      ROLLOUT,
      (command) =>
        optionsOf<RolloutFlags & { readonly target: string; readonly name: string | undefined }>(
          command
            .usage(usage(ROLLOUT, 'rollout KIND/NAME [OPTIONS]'))
            .positional('target', {
              type: 'string',
              demandOption: true,
              describe: 'deploy/NAME, sts/NAME or ds/NAME, or a KIND',
            })
            .positional('name', { type: 'string', describe: 'The name after a KIND' }),
          ROLLOUT_OPTIONS,
        ),
      (flags) => run.rollout(flags, parseTarget(flags.target, flags.name)),
    )
    .command(
      'diff <before> <after>',
      DIFF,
      (command) =>
        optionsOf<DiffFlags & { readonly before: string; readonly after: string }>(
          command
            .usage(usage(DIFF, 'diff BEFORE AFTER [OPTIONS]'))
            .positional('before', {
              type: 'string',
              demandOption: true,
              describe:
                'A file, folder or archive with objects, or what diagnose -o json has printed; - for standard input',
            })
            .positional('after', { type: 'string', demandOption: true, describe: 'The same, later' }),
          DIFF_OPTIONS,
        ),
      (flags) => run.diff(flags, fileNamed(flags.before), fileNamed(flags.after)),
    )
    .command(
      'render <file>',
      RENDER,
      (command) =>
        optionsOf<RenderFlags & { readonly file: string }>(
          command.usage(usage(RENDER, 'render FILE [-o FORMAT[=FILE]] [OPTIONS]')).positional('file', {
            type: 'string',
            demandOption: true,
            describe: 'What diagnose -o json has printed; - for standard input',
          }),
          RENDER_OPTIONS,
        ),
      (flags) => run.render(flags, fileNamed(flags.file)),
    )
    .command('baseline', BASELINE, (command) => baselineCommand(command, program, run.baselineUpdate))
    .command(
      'init',
      INIT,
      (command) => optionsOf<InitFlags>(command.usage(usage(INIT, 'init [OPTIONS]')), INIT_OPTIONS),
      (flags) => run.init(flags),
    )
    .command(
      'capture',
      CAPTURE,
      (command) =>
        optionsOf<CaptureFlags>(command.usage(usage(CAPTURE, 'capture [-o FILE] [OPTIONS]')), CAPTURE_OPTIONS),
      (flags) => run.capture(flags),
    )
    .command(
      'rbac',
      RBAC,
      (command) => optionsOf<RbacFlags>(command.usage(usage(RBAC, 'rbac [OPTIONS]')), RBAC_OPTIONS),
      (flags) => run.rbac(flags),
    )
    .command(
      'doctor',
      DOCTOR,
      (command) => optionsOf<DoctorFlags>(command.usage(usage(DOCTOR, 'doctor [OPTIONS]')), DOCTOR_OPTIONS),
      (flags) => run.doctor(flags),
    )
    .command(
      'rules',
      RULES,
      (command) => optionsOf<RulesFlags>(command.usage(usage(RULES, 'rules [OPTIONS]')), RULES_OPTIONS),
      (flags) => run.rules(flags),
    )
    .command(
      'explain <rule>',
      EXPLAIN,
      (command) =>
        optionsOf<RulesFlags & { readonly rule: string }>(
          command
            .usage(usage(EXPLAIN, 'explain RULE [OPTIONS]'))
            .positional('rule', { type: 'string', demandOption: true, describe: 'Id of the rule' }),
          RULES_OPTIONS,
        ),
      (flags) => run.explain(flags, flags.rule),
    )
    .command(
      'mcp',
      MCP,
      (command) => optionsOf<McpFlags & ConfigFlags>(command.usage(usage(MCP, 'mcp [OPTIONS]')), MCP_OPTIONS),
      (flags) => run.mcp(flags),
    )
    .command(
      'completion <shell>',
      COMPLETION,
      (command) =>
        command
          .usage(usage(COMPLETION, `completion ${SHELLS.join('|')}`))
          .positional('shell', { choices: SHELLS, demandOption: true, describe: 'The shell' }),
      (flags) => run.completion(flags.shell),
    );
}
