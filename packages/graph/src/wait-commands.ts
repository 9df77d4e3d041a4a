import { hostWord, type HostWord } from './host-words.ts';

const MAX_SCRIPT = 8192;
const MAX_COMMANDS = 256;
const KEYWORDS: ReadonlySet<string> = new Set([
  '!',
  '[',
  'do',
  'exec',
  'if',
  'not',
  'sudo',
  'then',
  'time',
  'until',
  'while',
]);

/** `dig -t A db`: no host. */
const RECORD_TYPES: ReadonlySet<string> = new Set([
  'A',
  'AAAA',
  'ANY',
  'CNAME',
  'IN',
  'MX',
  'NS',
  'PTR',
  'SOA',
  'SRV',
  'TXT',
]);

/** How a command is told its host. */
type Reader = (args: readonly string[]) => readonly HostWord[];

const COMMANDS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...['nc', 'ncat', 'netcat', 'telnet'].map((name): [string, Reader] => [name, hostAndPort]),
  ...['nslookup', 'host', 'dig', 'drill', 'ping', 'getent'].map((name): [string, Reader] => [name, hostAlone]),
  ...['pg_isready', 'psql', 'mysqladmin', 'mariadb-admin', 'mysql', 'redis-cli'].map((name): [string, Reader] => [
    name,
    hostOption,
  ]),
  ...['wget', 'curl', 'wait-for-it.sh', 'wait-for-it', 'wait-for', 'wait-for.sh', 'dockerize', 'wait-on'].map(
    (name): [string, Reader] => [name, addresses],
  ),
]);

/**
 * The hosts that a script waits for or probes by the usual tools: `until nc -z db 5432`, `nslookup db`,
 * `pg_isready -h db`, `wget db:8080`, `</dev/tcp/db/5432`.
 */
export function waitTargets(script: string): readonly HostWord[] {
  const text = script.slice(0, MAX_SCRIPT);
  const found: HostWord[] = [];
  for (const [, host = '', port = ''] of text.matchAll(/\/dev\/(?:tcp|udp)\/([^/\s"']{1,253})\/(\d{1,5})/g)) {
    found.push(...address(host, port));
  }
  for (const command of text.split(/[;&|\n(){}`<>]+/, MAX_COMMANDS)) {
    const words = command.split(/[\s"']+/).filter((word) => word !== '');
    const start = words.findIndex((word) => !KEYWORDS.has(word));
    const name = (words[start] ?? '').replace(/^.*\//, '');
    // `timeout 5 nc …`
    const skipped = name === 'timeout' ? start + 2 : start;
    const tool = (words[skipped] ?? '').replace(/^.*\//, '');
    found.push(...(COMMANDS.get(tool)?.(words.slice(skipped + 1)) ?? []));
  }
  return found;
}

/** Words that are no options, nor the numbers that options such as `-w 2` take. */
function operands(args: readonly string[]): readonly string[] {
  return args.filter((word, index) => {
    if (/^[-+@]/.test(word)) return false;
    const before = args[index - 1] ?? '';
    return !(/^-[a-z]*[cwWiqGt]$/.test(before) && /^\d+$/.test(word));
  });
}

function hostAndPort(args: readonly string[]): readonly HostWord[] {
  const [host = '', port] = operands(args);
  return port === undefined || host.includes(':') ? addresses([host]) : address(host, port);
}

function hostAlone(args: readonly string[]): readonly HostWord[] {
  const [first = '', second = ''] = operands(args).filter((word) => !RECORD_TYPES.has(word.toUpperCase()));
  return address(/^a?hosts(?:v[46])?$/.test(first) ? second : first);
}

/** `-h db`, `-hdb`, `--host db`, `--host=db`, with `-p`, `-P` or `--port`. */
function hostOption(args: readonly string[]): readonly HostWord[] {
  const option = (names: readonly string[]): string | undefined => {
    for (const [index, word] of args.entries()) {
      if (names.includes(word)) return args[index + 1];
      const name = names.find((each) => word.startsWith(each.startsWith('--') ? `${each}=` : each));
      if (name !== undefined && word !== name) return word.slice(name.length).replace(/^=/, '');
    }
    return undefined;
  };
  const host = option(['--host', '-h']);
  if (host === undefined || host.startsWith('-')) return [];
  const port = [option(['--port']), option(['-P']), option(['-p'])].find(
    (each) => each !== undefined && /^\d+$/.test(each),
  );
  return address(host, port);
}

function addresses(args: readonly string[]): readonly HostWord[] {
  return args.flatMap((word) => {
    const read = hostWord(word);
    return read === undefined || read.form === 'name' ? [] : [read];
  });
}

function address(host: string, port?: string): readonly HostWord[] {
  const read = hostWord(port === undefined || !/^\d{1,5}$/.test(port) ? host : `${host}:${port}`);
  return read === undefined || read.form === 'url' ? [] : [read];
}
