const MAX_SHORT = 3;

/** Prints plain data as YAML in block style; strings are quoted unless they can mean nothing else. */
export function toYaml(value: unknown): string {
  return `${lines(value).join('\n')}\n`;
}

function lines(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((element) => indented('- ', lines(element)));
  if (typeof value !== 'object' || value === null) return [scalar(value)];
  return Object.entries(value).flatMap(([key, member]: readonly [string, unknown]) => {
    if (typeof member !== 'object' || member === null) return [`${scalar(key)}: ${scalar(member)}`];
    const short = shortList(member);
    if (short !== undefined) return [`${scalar(key)}: ${short}`];
    const inner = lines(member);
    if (inner.length === 0) return [`${scalar(key)}: {}`];
    return [`${scalar(key)}:`, ...inner.map((line) => `  ${line}`)];
  });
}

/** A list of few words on one line. */
function shortList(value: object): string | undefined {
  if (!Array.isArray(value) || value.length > MAX_SHORT) return undefined;
  const isPlain = value.every((element) => typeof element !== 'object');
  return isPlain ? `[${value.map((element) => scalar(element)).join(', ')}]` : undefined;
}

function indented(first: string, [head = '', ...rest]: readonly string[]): readonly string[] {
  return [`${first}${head}`, ...rest.map((line) => `${' '.repeat(first.length)}${line}`)];
}

function scalar(value: unknown): string {
  const isPlain =
    typeof value === 'string' &&
    /^[a-z][\w./-]*$/i.test(value) &&
    !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}
