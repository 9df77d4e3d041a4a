import { type Options } from 'yargs';
import { COMMANDS, type OptionTable } from '../command-table.ts';

/** A command line that is being typed. */
export interface TypedWords {
  readonly command: string | undefined;
  /** Words that are no options, after the command. */
  readonly positionals: readonly string[];
  /** Values of options by their full names; the last one counts. */
  readonly values: ReadonlyMap<string, string>;
  /** The option whose value is being typed. */
  readonly option: string | undefined;
  readonly options: OptionTable;
  /** What has been typed of the word: of the value only, for `--option=value`. */
  readonly word: string;
  /** What stands before it in the same word. */
  readonly before: string;
}

/** Reads the words before the cursor as far as completion needs them. Never throws: nobody has finished typing yet. */
export function readTypedWords(words: readonly string[]): TypedWords {
  const done = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  const command = done.find((word) => COMMANDS.has(word));
  const options = COMMANDS.get(command ?? '') ?? {};
  const values = new Map<string, string>();
  const positionals: string[] = [];
  let open: string | undefined;
  for (const word of done) {
    if (open !== undefined) {
      values.set(open, word);
      open = undefined;
    } else if (word.startsWith('-')) open = takeOption(word, options, values);
    else if (word !== command || positionals.length > 0) positionals.push(word);
  }
  const [, name, value] = /^--([a-z-]+)=(.*)$/s.exec(last) ?? [];
  const isAssigned = open === undefined && name !== undefined && value !== undefined;
  return {
    command,
    positionals,
    values,
    option: isAssigned ? nameOf(name, options) : open,
    options,
    word: isAssigned ? value : last,
    before: isAssigned ? `--${name}=` : '',
  };
}

/** Gives the option if its value is the next word. */
function takeOption(word: string, options: OptionTable, values: Map<string, string>): string | undefined {
  const [, written = '', assigned, value = ''] = /^--?([^=]*)(=(.*))?$/s.exec(word) ?? [];
  const name = nameOf(written, options);
  if (name === undefined) return undefined;
  if (isSwitch(options[name])) values.set(name, value === '' ? 'true' : value);
  else if (assigned === undefined) return name;
  else values.set(name, value);
  return undefined;
}

function isSwitch(option: Options | undefined): boolean {
  return option?.type === 'boolean' || option?.type === 'count';
}

function nameOf(written: string, options: OptionTable): string | undefined {
  if (Object.hasOwn(options, written)) return written;
  return Object.keys(options).find((name) => aliasesOf(options[name]).includes(written));
}

function aliasesOf(option: Options | undefined): readonly string[] {
  const alias = option?.alias;
  return alias === undefined ? [] : typeof alias === 'string' ? [alias] : alias;
}
