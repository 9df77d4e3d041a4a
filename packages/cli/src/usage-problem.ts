import { nearNames } from '@kroot/graph';
import { DIAGNOSE_OPTIONS } from './options.ts';

const COMMANDS = ['diagnose', 'cluster', 'pod'];
const OPTIONS = [...Object.keys(DIAGNOSE_OPTIONS), 'filename', 'help', 'version'];

/** What yargs says about wrong usage, in one line that names the next step. */
export function usageProblem(message: string, argv: readonly string[]): string {
  const unknown = /^Unknown (?:arguments?|commands?): (?<names>.*)$/.exec(message)?.groups?.['names'];
  if (unknown !== undefined) return unknownWord(unknown.split(', ')[0] ?? '', argv);
  const value = /^Invalid values:\s+Argument: (?<option>.*), Given: (?<given>.*), Choices: (?<choices>.*)$/s.exec(
    message,
  )?.groups;
  if (value !== undefined) return `--${value['option']} takes ${value['choices']}, not ${value['given']}`;
  const bare = /^Not enough arguments following: (?<option>.*)$/.exec(message)?.groups?.['option'];
  if (bare !== undefined) return `${dashed(bare)} needs a value; see kroot diagnose --help`;
  if (message.startsWith('Not enough non-option arguments')) return missingWord(argv);
  return `${message}; see kroot --help`;
}

function missingWord(argv: readonly string[]): string {
  if (argv.includes('pod')) return 'say which pod: kroot diagnose pod NAME';
  if (argv.includes('diagnose')) return 'say what to diagnose: kroot diagnose cluster, pod NAME or KIND/NAME';
  return 'give a command, such as kroot diagnose cluster; see kroot --help';
}

/** yargs tells options without their dashes; as the user wrote it says whether it was meant as one. */
function unknownWord(word: string, argv: readonly string[]): string {
  const isOption = argv.some((argument) => argument.startsWith('-') && argument.replace(/^-+/, '').startsWith(word));
  const [near] = isOption ? nearNames(word, OPTIONS, 1) : nearNames(word, COMMANDS, 1);
  const written = isOption ? dashed(word) : `"${word}"`;
  const what = isOption ? 'option' : 'argument';
  const hint = near === undefined ? 'see kroot diagnose --help' : `did you mean ${isOption ? dashed(near) : near}?`;
  return `unknown ${what} ${written}; ${hint}`;
}

function dashed(option: string): string {
  return option.length === 1 ? `-${option}` : `--${option}`;
}
