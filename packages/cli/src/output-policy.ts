import { type OutputStream } from './streams.ts';

/** How text is printed: decided once, from flags, environment and the stream, never deep in a renderer. */
export interface OutputPolicy {
  readonly color: boolean;
  readonly width: number;
  readonly unicode: boolean;
}

/** What the user said about it. */
export interface OutputFlags {
  readonly color?: 'always' | 'never' | 'auto' | undefined;
  readonly ascii?: boolean | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MAX_WIDTH = 100;
const DEFAULT_WIDTH = 80;
const MIN_WIDTH = 40;

/**
 * Colour: flag, then NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE, TERM=dumb, then whether it is a terminal. Width: the
 * terminal's, at most 100; elsewhere $COLUMNS or 80. Unicode unless asked otherwise or on a console that lacks it.
 */
export function resolveOutputPolicy(env: Environment, stream: OutputStream, flags: OutputFlags): OutputPolicy {
  return {
    color: wantsColor(env, stream, flags),
    width: widthOf(env, stream),
    unicode: flags.ascii !== true && hasUnicode(env),
  };
}

/** Whether a variable is set to something that does not mean no. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

/** Programs that read for somebody else: no colour for them, as in the tools that recognise them. */
const AGENT_VARIABLES = ['AI_AGENT', 'CLAUDECODE', 'GEMINI_CLI', 'CODEX_SANDBOX', 'CURSOR_AGENT', 'COPILOT_AGENT'];

/** Whether a program reads the output for somebody. */
export function isAgent(env: Environment): boolean {
  return AGENT_VARIABLES.some((name) => isSet(env[name]));
}

/** What is printed besides what was asked for, and in which format where none was. */
export interface Surroundings {
  readonly format: 'text' | 'agent';
  /** Workflow commands of GitHub Actions on standard error. */
  readonly annotations: boolean;
  /** The file of the job summary. */
  readonly summary: string | undefined;
  /** What this CI server could show as well; not told when one of these formats is asked for. */
  readonly hint: { readonly text: string; readonly unless: readonly string[] } | undefined;
}

/** In none of them, or told not to look. */
const PLAIN: Surroundings = { format: 'text', annotations: false, summary: undefined, hint: undefined };

/**
 * Who runs this, as it says of itself: an agent is written for; GitHub Actions gets annotations and a job summary; GitLab has no
 * commands for either, but shows reports. `--no-ci` makes all of them alike.
 */
export function resolveSurroundings(env: Environment, { ci }: { readonly ci: boolean }): Surroundings {
  if (!ci) return PLAIN;
  const base: Surroundings = { ...PLAIN, format: isAgent(env) ? 'agent' : 'text' };
  if (isSet(env['GITHUB_ACTIONS'])) {
    const summary = env['GITHUB_STEP_SUMMARY'];
    return { ...base, annotations: true, summary: summary === '' ? undefined : summary };
  }
  return isSet(env['GITLAB_CI']) ? { ...base, hint: GITLAB_HINT } : base;
}

const GITLAB_HINT: Surroundings['hint'] = {
  text: 'GitLab shows findings in merge requests and pipelines: -o text -o gitlab=gl-code-quality-report.json -o junit=junit.xml, both as artifacts:reports',
  unless: ['gitlab', 'junit'],
};

function wantsColor(env: Environment, stream: OutputStream, { color }: OutputFlags): boolean {
  if (color === 'always') return true;
  if (color === 'never' || isNonEmpty(env['NO_COLOR'])) return false;
  if (isSet(env['FORCE_COLOR']) || isSet(env['CLICOLOR_FORCE'])) return true;
  if (env['TERM'] === 'dumb' || isAgent(env)) return false;
  return stream.isTTY === true;
}

function isNonEmpty(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

function widthOf(env: Environment, stream: OutputStream): number {
  const said = stream.isTTY === true ? stream.columns : Number(env['COLUMNS']);
  if (said === undefined || !Number.isInteger(said) || said <= 0) return DEFAULT_WIDTH;
  return Math.max(MIN_WIDTH, Math.min(said, MAX_WIDTH));
}

function hasUnicode(env: Environment): boolean {
  const locale = env['LC_ALL'] ?? env['LC_CTYPE'] ?? env['LANG'] ?? '';
  return env['TERM'] !== 'linux' && env['TERM'] !== 'dumb' && locale !== 'C' && locale !== 'POSIX';
}
