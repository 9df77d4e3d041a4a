import { type Command, type CommandArgument } from '@kroot/types';
import { hasHazard } from './clean-text.ts';
import { shellQuote } from './shell-quote.ts';
import { columns } from './text/columns.ts';

/** How a command is printed. */
export interface CommandOptions {
  /** Passed to kubectl as `--context`; absent when the command is for the current context. */
  readonly context?: string;
  /** Lines longer than this are continued with a backslash; absent: one line. */
  readonly width?: number;
}

/**
 * Prints a command as POSIX shell text that can be pasted as it is. Undefined when it cannot be trusted to mean what it
 * shows: control or invisible characters, CI commands, or a placeholder in an argument.
 */
export function formatCommand(command: Command, options: CommandOptions = {}): string | undefined {
  const argv = withContext(command.argv, options.context);
  if (argv.length === 0 || !argv.every(isSafe)) return undefined;
  const words = argv.map(quoteArgument);
  if (command.input === undefined) return fold(words, options.width);
  if (!isSafeInput(command.input)) return undefined;
  const end = delimiterFor(command.input);
  return `${fold([...words, `<<'${end}'`], options.width)}\n${command.input.replace(/\n$/, '')}\n${end}`;
}

function withContext(argv: readonly CommandArgument[], context: string | undefined): readonly CommandArgument[] {
  const [program, ...rest] = argv;
  return program === 'kubectl' && context !== undefined ? [program, '--context', context, ...rest] : argv;
}

function isSafe(argument: CommandArgument): boolean {
  const text = typeof argument === 'string' ? argument : argument.prefix;
  if (typeof argument !== 'string' && !/^[A-Za-z_]\w*$/.test(argument.secret)) return false;
  return !/[\n\r]/.test(text) && !hasHazard(text) && !/<[a-z][\w -]*>/i.test(text) && !isCiCommand(text);
}

function isSafeInput(input: string): boolean {
  return !hasHazard(input, '\t') && !isCiCommand(input) && !/^\s*::/m.test(input);
}

function isCiCommand(text: string): boolean {
  return /##(?:vso|teamcity)?\[/i.test(text);
}

function quoteArgument(argument: CommandArgument): string {
  if (typeof argument === 'string') return shellQuote(argument);
  const prefix = argument.prefix === '' ? '' : shellQuote(argument.prefix);
  return `${prefix}"$${argument.secret}"`;
}

function delimiterFor(input: string): string {
  const lines = new Set(input.split('\n'));
  let end = 'EOF';
  while (lines.has(end)) end += '_';
  return end;
}

function fold(words: readonly string[], width = Number.POSITIVE_INFINITY): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line === '') line = word;
    // Two columns are kept for the backslash.
    else if (columns(line) + 1 + columns(word) + 2 <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = `  ${word}`;
    }
  }
  return [...lines, line].join(' \\\n');
}
