/** One call of kroot in a line of shell. */
export interface Call {
  readonly args: readonly string[];
  /** Something else is piped into it. */
  readonly isFed: boolean;
  /** The file that its output goes to. */
  readonly into?: string;
}

/** What people write for `kroot`. */
const PROGRAMS = [['kroot'], ['kubectl', 'kroot'], ['pnpm', 'kroot'], ['npx', 'kroot'], ['npx', '@kroot/cli']] as const;

/** The calls of kroot in a block of shell, in order. Knows quotes, comments, pipes, lists, redirections and `<(…)`, and no more. */
export function callsOf(block: string): readonly Call[] {
  const lines = block
    .replaceAll(/\\\n/g, ' ')
    .replaceAll(/\|\s*\n/g, '| ')
    .split('\n');
  return lines.flatMap((line) => callsOfLine(line.replaceAll(/<\(|\)(?=\s|$)/g, ' ; ')));
}

function callsOfLine(line: string): readonly Call[] {
  const calls: Call[] = [];
  let words: string[] = [];
  let isFed = false;
  const end = (operator: string): void => {
    const call = callOf(words, isFed);
    if (call !== undefined) calls.push(call);
    words = [];
    isFed = operator === '|';
  };
  for (const word of wordsOf(line)) {
    if (word.startsWith('#')) break;
    if (['|', '&&', '||', ';', '&'].includes(word)) end(word);
    else words.push(word);
  }
  end('');
  return calls;
}

function callOf(words: readonly string[], isFed: boolean): Call | undefined {
  const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word) && word !== 'source');
  const line = start < 0 ? [] : words.slice(start);
  const rest = line[0] === 'npx' ? withoutNpx(line) : line;
  const program = PROGRAMS.find((names) => names.every((name, at) => rest[at] === name));
  if (program === undefined) return undefined;
  const given = rest.slice(program.length);
  const to = given.indexOf('>');
  const into = to < 0 ? undefined : given[to + 1];
  const args = (to < 0 ? given : given.slice(0, to)).map((word) => word.replaceAll(/^['"]|['"]$/g, ''));
  return { args, isFed, ...(into !== undefined && { into }) };
}

/** `npx --yes --package @kroot/cli -- kroot rules` and `npx --yes @kroot/cli@0.1.0 rules` without what is said to npx. */
function withoutNpx(line: readonly string[]): readonly string[] {
  if (line.includes('--package') && line.includes('--')) return line.slice(line.indexOf('--') + 1);
  return line.filter((word) => word !== '--yes').map((word) => word.replace(/^(?<name>@kroot\/cli)@.*$/, '$<name>'));
}

function wordsOf(line: string): readonly string[] {
  return line.match(/'[^']*'|"[^"]*"|\|\||&&|[|;&]|>|[^\s|;&>'"]+(?:'[^']*'|"[^"]*")?/g) ?? [];
}
