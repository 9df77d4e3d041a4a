import { packageVersion } from '../version.ts';
import { kroot } from '../run.test.support.ts';
import { callsOf } from './shell-line.test.support.ts';

/** The few filters that pages use below a command. */
const FILTERS: Readonly<Record<string, (lines: readonly string[], argument: string) => readonly string[]>> = {
  'head -n': (lines, count) => lines.slice(0, Number(count)),
  'tail -n': (lines, count) => lines.slice(-Number(count)),
  'cut -c': (lines, range) => lines.map((line) => line.slice(0, Number(range.split('-')[1]))),
  'grep -v': (lines, word) => lines.filter((line) => !line.includes(word)),
  grep: (lines, word) => lines.filter((line) => line.includes(word)),
};

/** The lines that a command prints, as in a shell 80 columns wide. Its version is left open: it changes with every release. */
export async function linesOf(line: string): Promise<readonly string[]> {
  const [command = '', ...filters] = line.split(' | ');
  const [call] = callsOf(command);
  if (call === undefined) throw new Error(`no command of kroot: ${command}`);
  const { stdout, stderr, code } = await kroot(call.args);
  if (code === 2) throw new Error(`${command}: ${stderr}`);
  let lines: readonly string[] = stdout.replaceAll(packageVersion(), 'x.y.z').trimEnd().split('\n');
  for (const filter of filters) {
    const [, name = '', argument = ''] = /^(\w+(?: -\w)?) (.*)$/.exec(filter) ?? [];
    const apply = FILTERS[name];
    if (apply === undefined) throw new Error(`pages know no filter such as ${filter}`);
    lines = apply(lines, argument);
  }
  return lines;
}
