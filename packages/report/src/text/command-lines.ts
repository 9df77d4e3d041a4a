import { type Fix } from '@kroot/types';
import { formatCommand } from '../format-command.ts';
import { type View } from './options.ts';
import { span, type Line } from './span.ts';

const WARNINGS: Readonly<Record<Fix['effect'], string>> = {
  none: '',
  change: '# changes the cluster',
  destructive: '# destroys or interrupts something: read it before you run it',
};

/** Whether the commands of a fix are printed. */
export function showsCommands({ options }: View): boolean {
  return options.showFixes && (options.showCommands || options.details);
}

/** The commands of a fix, ready to paste. One with a heredoc starts in the first column: a shell wants its end there. */
export function commandLines(fix: Fix, view: View, size: number): readonly Line[] {
  if (!showsCommands(view)) return [];
  const { context } = view.options;
  const commands = fix.commands.flatMap((command) => {
    const at = command.input === undefined ? size : 0;
    const options = { width: view.width - at };
    const text = formatCommand(command, context === undefined ? options : { ...options, context });
    return text === undefined ? [] : text.split('\n').map((line) => [span(' '.repeat(at)), span(line)]);
  });
  const warning = WARNINGS[fix.effect];
  if (commands.length === 0 || warning === '') return commands;
  return [[span(' '.repeat(size)), span(warning, fix.effect === 'destructive' ? 'bad' : 'quiet')], ...commands];
}
