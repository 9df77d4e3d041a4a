/** Block YAML as the Go libraries of Kubernetes write it: sequences not indented, strings quoted where they must be. */
export function toYaml(value: unknown): string {
  return `${block(value, 0)}\n`;
}

function block(value: unknown, depth: number): string {
  const indent = ' '.repeat(depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return value.map((item) => `${indent}- ${block(item, depth + 2).trimStart()}`).join('\n');
  }
  if (typeof value !== 'object' || value === null) return scalar(value, depth);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  if (entries.length === 0) return '{}';
  return entries
    .map(([key, member]) => {
      const isList = Array.isArray(member) && member.length > 0;
      const isMap = isFilled(member) && !isList;
      const text = block(member, isList ? depth : depth + 2);
      return `${indent}${name(key)}:${isList || isMap ? '\n' : ' '}${text}`;
    })
    .join('\n');
}

function isFilled(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

const PLAIN = /^[A-Za-z/][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*$/;
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

function name(key: string): string {
  return PLAIN.test(key) && !WORDS.test(key) ? key : JSON.stringify(key);
}

function scalar(value: unknown, depth: number): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (PLAIN.test(value) && !WORDS.test(value)) return value;
  if (!/\n[^\n ]/.test(value) || !/^[\n\u0020-\u007e]+$/.test(value) || value.startsWith(' '))
    return JSON.stringify(value);
  const chomp = value.endsWith('\n\n') ? '|+' : value.endsWith('\n') ? '|' : '|-';
  const lines = value.replace(/\n$/, '').split('\n');
  return [chomp, ...lines.map((line) => (line === '' ? '' : `${' '.repeat(depth)}${line}`))].join('\n');
}
