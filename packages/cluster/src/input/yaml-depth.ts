import { Lexer } from 'yaml';

/**
 * Whether a YAML text may nest deeper than `limit`: block levels by indentation and leading `- `, flow levels by brackets.
 * Linear and without recursion, because the parser is recursive. Block levels are counted from above (text of a block
 * scalar counts as if it were structure); flow levels are looked at twice, the second time with strings told apart.
 */
export function yamlTooDeep(source: string, limit: number): boolean {
  return blockDepthExceeds(source, limit) || (bracketsExceed(source, limit) && flowDepthExceeds(source, limit));
}

function blockDepthExceeds(source: string, limit: number): boolean {
  const indents: number[] = [];
  for (let start = 0; start < source.length;) {
    const newline = source.indexOf('\n', start);
    const end = newline === -1 ? source.length : newline;
    let at = start;
    while (source.charCodeAt(at) === 0x20) at += 1;
    if (at < end && source.charCodeAt(at) !== 0x23) {
      at = pushLevels(source, start, at, indents, limit);
      if (indents.length > limit) return true;
    }
    start = end + 1;
  }
  return false;
}

/** Enters the level of a line, and one more for each `- ` that it begins with. */
function pushLevels(source: string, lineStart: number, first: number, indents: number[], limit: number): number {
  let at = first;
  for (;;) {
    const indent = at - lineStart;
    while ((indents.at(-1) ?? -1) >= indent) indents.pop();
    indents.push(indent);
    const marker = source.charCodeAt(at);
    const compact = (marker === 0x2d || marker === 0x3f) && source.charCodeAt(at + 1) === 0x20;
    if (!compact || indents.length > limit) return at;
    at += 2;
    while (source.charCodeAt(at) === 0x20) at += 1;
  }
}

function bracketsExceed(source: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > limit) return true;
    } else if ((code === 0x7d || code === 0x5d) && depth > 0) {
      depth -= 1;
    }
  }
  return false;
}

function flowDepthExceeds(source: string, limit: number): boolean {
  let depth = 0;
  for (const token of new Lexer().lex(source)) {
    if (token === '{' || token === '[') {
      depth += 1;
      if (depth > limit) return true;
    } else if (token === '}' || token === ']') {
      depth -= 1;
    }
  }
  return false;
}
