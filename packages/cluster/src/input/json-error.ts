/** Where JSON stops being JSON, and why. */
export interface JsonFault {
  /** Index into the text. */
  readonly at: number;
  readonly reason: string;
}

type Expect = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'next';

const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const SPACE = /[ \t\r\n]*/y;
const CUT_OFF = 'the JSON is cut off';

/**
 * Finds the first syntax error of a JSON document. V8's own messages quote the input, which may hold secrets, and often name
 * no position; this runs only after JSON.parse has refused the text.
 */
export function findJsonFault(source: string): JsonFault {
  const stack: string[] = [];
  let expect: Expect = 'value';
  let at = skipSpace(source, 0);
  while (at < source.length) {
    const step = advance(source, at, expect, stack);
    if (typeof step !== 'number') return step;
    expect = expectAfter(source.charAt(at), expect, stack);
    at = skipSpace(source, step);
    if (stack.length === 0 && expect === 'next') return { at, reason: 'unexpected text behind the JSON' };
  }
  return { at, reason: CUT_OFF };
}

function advance(source: string, at: number, expect: Expect, stack: string[]): number | JsonFault {
  const char = source.charAt(at);
  if (expect === 'colon') return char === ':' ? at + 1 : { at, reason: "expected ':'" };
  if (expect === 'key' || expect === 'first-key') return keyEnd(source, at, expect, stack);
  if (expect === 'next') {
    if (char === ',') return at + 1;
    return char === stack.at(-1) ? close(at, stack) : { at, reason: `expected ',' or '${stack.at(-1) ?? ''}'` };
  }
  return char === ']' && expect === 'first-value' ? close(at, stack) : valueEnd(source, at, stack);
}

function keyEnd(source: string, at: number, expect: Expect, stack: string[]): number | JsonFault {
  if (source.charAt(at) === '"') return stringEnd(source, at);
  if (source.charAt(at) === '}' && expect === 'first-key') return close(at, stack);
  return { at, reason: 'expected a member name in double quotes' };
}

function expectAfter(char: string, before: Expect, stack: readonly string[]): Expect {
  const inObject = stack.at(-1) === '}';
  if (before === 'colon') return 'value';
  if ((before === 'key' || before === 'first-key') && char === '"') return 'colon';
  if (before === 'next' && char === ',') return inObject ? 'key' : 'value';
  if (char === '{') return 'first-key';
  if (char === '[') return 'first-value';
  return 'next';
}

function close(at: number, stack: string[]): number {
  stack.pop();
  return at + 1;
}

function valueEnd(source: string, at: number, stack: string[]): number | JsonFault {
  const char = source.charAt(at);
  if (char === '"') return stringEnd(source, at);
  if (char === '{' || char === '[') {
    stack.push(char === '{' ? '}' : ']');
    return at + 1;
  }
  LITERAL.lastIndex = at;
  if (LITERAL.test(source)) return LITERAL.lastIndex;
  return { at, reason: 'expected a value' };
}

function stringEnd(source: string, open: number): number | JsonFault {
  for (let at = open + 1; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return { at, reason: 'a control character in a string' };
    if (code === 0x5c) {
      at += 1;
      if (at < source.length && !'"\\/bfnrtu'.includes(source.charAt(at))) return { at, reason: 'an unknown escape' };
      if (source.charAt(at) === 'u' && !/^[0-9a-fA-F]{4}/.test(source.slice(at + 1, at + 5))) {
        return source.length < at + 5 ? { at: source.length, reason: CUT_OFF } : { at, reason: 'an unknown escape' };
      }
    }
  }
  return { at: source.length, reason: CUT_OFF };
}

function skipSpace(source: string, from: number): number {
  SPACE.lastIndex = from;
  SPACE.test(source);
  return SPACE.lastIndex;
}
