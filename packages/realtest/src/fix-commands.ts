import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, type Finding } from '@kroot/types';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/rules');

/** The commands of one repair of one fixture. */
export interface Repair {
  readonly rule: string;
  /** The file with the objects. */
  readonly file: string;
  readonly commands: readonly Command[];
}

/** Commands that only look. */
const LOOKS: ReadonlySet<string> = new Set([
  'rollout history',
  'rollout status',
  'get',
  'describe',
  'logs',
  'top',
  'auth',
  'api-resources',
  'explain',
  'version',
  'exec',
]);

/** What kubectl cannot try on a server: an editor, what goes through the objects of a node, and some that lack the flag. */
const UNTRIABLE: ReadonlySet<string> = new Set([
  'edit',
  'certificate',
  'rollout pause',
  'rollout restart',
  'rollout resume',
  'drain',
  'debug',
]);

/** Every repair that changes something, each once, by the file that holds its objects. */
export function repairsByFile(): ReadonlyMap<string, readonly Repair[]> {
  const found = new Map<string, Repair[]>();
  const known = new Set<string>();
  for (const rule of readdirSync(FIXTURES).toSorted()) {
    for (const file of readdirSync(join(FIXTURES, rule)).toSorted()) {
      if (!file.startsWith('fires') || !file.endsWith('.expected.json')) continue;
      const findings = JSON.parse(readFileSync(join(FIXTURES, rule, file), 'utf8')) as readonly Finding[];
      for (const { commands } of findings.flatMap(({ fixes }) => fixes)) {
        const key = `${rule}\n${JSON.stringify(commands)}`;
        if (known.has(key) || commands.every((command) => looksOnly(command))) continue;
        known.add(key);
        const path = objectsOf(rule, file);
        found.set(path, [...(found.get(path) ?? []), { rule, file: path, commands }]);
      }
    }
  }
  return found;
}

function objectsOf(rule: string, expected: string): string {
  const base = expected.replace('.expected.json', '');
  const names = readdirSync(join(FIXTURES, rule));
  return join(FIXTURES, rule, names.find((name) => name === `${base}.yaml`) ?? `${base}.json`);
}

/** The words that say what a command does. */
export function verbOf({ argv }: Command): string {
  const [program = '', ...words] = argv.filter((word) => typeof word === 'string');
  if (program !== 'kubectl') return program;
  const [first = '', second = ''] = words[0] === '-n' ? words.slice(2) : words;
  return first === 'rollout' ? `${first} ${second}` : first;
}

/** Whether a command changes nothing. */
export function looksOnly(command: Command): boolean {
  return LOOKS.has(verbOf(command));
}

/** Whether the server can be asked what it would say to a command. */
export function isTriable(command: Command): boolean {
  return command.argv[0] === 'kubectl' && !looksOnly(command) && !UNTRIABLE.has(verbOf(command));
}
