import { type Command, type CommandArgument } from '@kroot/types';
import { longFlag, verbOf, type KubectlVerb } from './kubectl-verbs.ts';

/** A kubectl command in parts. */
export interface KubectlCall {
  /** `patch`, `create secret generic`. */
  readonly name: string;
  readonly does: KubectlVerb['does'];
  readonly namespace: string | undefined;
  /** What is no flag, without the words of the name. */
  readonly operands: readonly string[];
  /** Values by long name; '' for a flag without one. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly input: string | undefined;
}

/** A command that is no kubectl command, or none of those that repairs may use. */
export class CommandError extends Error {
  readonly code = 'KROOT_COMMAND_NOT_UNDERSTOOD';
}

/** What stands for a secret value, which nobody has yet. */
const SECRET = '*';

/**
 * Takes a kubectl command apart, strictly: known commands with known flags only.
 * @throws CommandError
 */
export function parseKubectl({ argv, input }: Command): KubectlCall {
  const [program, ...rest] = argv.map(textOf);
  if (program !== 'kubectl') throw new CommandError(`${program ?? 'an empty command'} is not kubectl`);
  const { name, verb } = verbIn(rest);
  const flags = new Map<string, string[]>();
  const operands: string[] = [];
  const words = name.split(' ');
  const queue = [...rest];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      operands.push(...queue.splice(0));
    } else if (word.startsWith('-')) {
      const { flag, value } = readFlag(word, verb, name, queue);
      flags.set(flag, [...(flags.get(flag) ?? []), value]);
    } else if (words[0] === word) words.shift();
    else operands.push(word);
  }
  const isTrial = (flags.get('dry-run')?.at(-1) ?? 'none') !== 'none';
  return {
    name,
    does: isTrial ? 'look' : verb.does,
    namespace: flags.get('namespace')?.at(-1),
    operands,
    flags,
    input,
  };
}

function textOf(argument: CommandArgument): string {
  return typeof argument === 'string' ? argument : `${argument.prefix}${SECRET}`;
}

/** The words of the command stand in front, after common flags at most. */
function verbIn(rest: readonly string[]): { readonly name: string; readonly verb: KubectlVerb } {
  const start = rest[0] === '-n' || rest[0] === '--context' ? 2 : 0;
  const found = verbOf(rest.slice(start));
  if (found === undefined) throw new CommandError(`kubectl ${rest.slice(start, start + 2).join(' ')} is not known`);
  return found;
}

function readFlag(
  word: string,
  verb: KubectlVerb,
  name: string,
  queue: string[],
): { readonly flag: string; readonly value: string } {
  const [given = '', ...values] = word.replace(/^--?/, '').split('=');
  const flag = longFlag(verb, given);
  const takesValue = verb.flags.get(flag);
  if (takesValue === undefined) throw new CommandError(`kubectl ${name} has no flag ${word}`);
  if (values.length > 0) return { flag, value: values.join('=') };
  if (!takesValue) return { flag, value: '' };
  const value = queue.shift();
  if (value === undefined) throw new CommandError(`flag ${word} of kubectl ${name} has no value`);
  return { flag, value };
}

/** The last value of a flag. */
export function flagOf(call: KubectlCall, flag: string): string | undefined {
  return call.flags.get(flag)?.at(-1);
}
