import { nearNames } from '@kroot/graph';
import { COMMANDS } from './command-table.ts';

const WORDS = [...COMMANDS.keys(), 'cluster', 'pod', 'list', 'diff', 'update'];
const GENERAL = ['filename', 'help', 'version'];

/** What yargs says about wrong usage, in one line that names the next step. */
export function usageProblem(message: string, argv: readonly string[], program: string): string {
  const help = helpOf(argv, program);
  const unknown = /^Unknown (?:arguments?|commands?): (?<names>.*)$/.exec(message)?.groups?.['names'];
  if (unknown !== undefined) return unknownWord(unknown.split(', ')[0] ?? '', argv, help);
  const value = /^Invalid values:\s+Argument: (?<option>.*), Given: (?<given>.*), Choices: (?<choices>.*)$/s.exec(
    message,
  )?.groups;
  if (value !== undefined) return `--${value['option']} takes ${value['choices']}, not ${value['given']}`;
  const bare = /^Not enough arguments following: (?<option>.*)$/.exec(message)?.groups?.['option'];
  if (bare !== undefined) return `${dashed(bare)} needs a value; see ${help}`;
  if (message.startsWith('Not enough non-option arguments')) return missingWord(argv, program);
  return `${message}; see ${help}`;
}

function commandOf(argv: readonly string[]): string | undefined {
  return argv.find((word) => COMMANDS.has(word));
}

function helpOf(argv: readonly string[], program: string): string {
  const command = commandOf(argv);
  return command === undefined ? `${program} --help` : `${program} ${command} --help`;
}

function missingWord(argv: readonly string[], program: string): string {
  if (argv.includes('pod')) return `say which pod: ${program} diagnose pod NAME`;
  switch (commandOf(argv)) {
    case 'diagnose':
      return `say what to diagnose: ${program} diagnose cluster, pod NAME or KIND/NAME`;
    case 'explain':
      return `say which rule: ${program} explain RULE; ${program} rules lists them`;
    case 'render':
      return `say which report: ${program} render FILE; ${program} diagnose … -o json prints one`;
    case 'rollout':
      return `say what to wait for: ${program} rollout deploy/NAME, sts/NAME or ds/NAME`;
    case 'diff':
      return `say what to compare: ${program} diff BEFORE AFTER, two captures or reports`;
    case 'netpol':
      return `say what to do: ${program} netpol list, explain SRC DST [PORT] or diff A B`;
    case 'baseline':
      return `say what to do: ${program} baseline update`;
    case 'path':
      return `say from where to where: ${program} path FROM TO[:PORT], such as deploy/web svc/db:5432`;
    case 'tree':
      return `say of what: ${program} tree KIND/NAME, such as deploy/web`;
    case 'completion':
      return `say for which shell: ${program} completion bash, zsh, fish or kubectl`;
    case undefined:
    default:
      return `give a command, such as ${program} diagnose cluster; see ${program} --help`;
  }
}

/** yargs tells options without their dashes; as the user wrote it says whether it was meant as one. */
function unknownWord(word: string, argv: readonly string[], help: string): string {
  const isOption = argv.some((argument) => argument.startsWith('-') && argument.replace(/^-+/, '').startsWith(word));
  const [near] = isOption
    ? nearNames(word, [...Object.keys(COMMANDS.get(commandOf(argv) ?? '') ?? {}), ...GENERAL], 1)
    : nearNames(word, WORDS, 1);
  const written = isOption ? dashed(word) : `"${word}"`;
  const what = isOption ? 'option' : 'argument';
  const hint = near === undefined ? `see ${help}` : `did you mean ${isOption ? dashed(near) : near}?`;
  return `unknown ${what} ${written}; ${hint}`;
}

function dashed(option: string): string {
  return option.length === 1 ? `-${option}` : `--${option}`;
}
