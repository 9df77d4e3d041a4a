import { oneLine } from '../one-line.ts';

const SPECIAL = /[\\`*_[\]|~]/g;
/** What makes a heading, a list, a quotation or a line at the start of a paragraph. */
const AT_START = /^(?:[#>+=-]|\d+[.)])/;

/**
 * Text of the cluster inside Markdown: nothing in it is markup, HTML, a formula, a mention or a link. The text is clean
 * already; line breaks end with it.
 */
export function markdownText(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('$', '&#36;')
    .replaceAll(SPECIAL, String.raw`\$&`)
    .replace(AT_START, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`)
    .replaceAll('@', '@<!-- -->')
    .replaceAll('://', ':<!-- -->//')
    .replaceAll(/\bwww\./gi, '$&<!-- -->');
}

/** Text of the cluster as code. In tables a bar ends the cell even there. */
export function markdownCode(text: string, inTable = false): string {
  const line = oneLine(text);
  if (line === '') return '';
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  const body = inTable ? line.replaceAll('|', String.raw`\|`) : line;
  return `${fence}${pad}${body}${pad}${fence}`;
}

/** Lines of code; the fence is longer than any in them. */
export function markdownBlock(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
