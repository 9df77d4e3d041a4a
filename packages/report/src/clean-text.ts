/** Characters of the longest text that renderers print of one cluster string, counted as a reader counts them. */
const MAX_GRAPHEMES = 512;

/**
 * What can move the cursor, hide or reorder text on a terminal: controls but newline, format characters (bidi, zero-width,
 * soft hyphen, byte order mark), line and paragraph separators, fillers without a glyph, tag characters, lone surrogates.
 */
const HAZARD = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\u115f\u1160\u2065\u3164\uffa0\u{e0000}-\u{e0fff}]/gu;

/** CI runners act on these wherever they stand in a line: Azure Pipelines, GitHub's old form, TeamCity. */
const CI_COMMAND = /##(?=vso\[|teamcity\[|\[)/gi;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Makes a string from a cluster harmless for terminals and CI logs: control and invisible characters become visible
 * escapes such as `\x1b`, CI commands are broken with a backslash, long text is cut. Newlines stay.
 */
export function cleanText(text: string): string {
  if (isPlain(text)) return text;
  return cut(text)
    .replaceAll('\r\n', '\n')
    .replaceAll('\t', ' ')
    .replace(HAZARD, escapeCharacter)
    .replace(CI_COMMAND, String.raw`#\#`);
}

/** Whether a string holds anything but printable text; `except` lists characters that are fine here. */
export function hasHazard(text: string, except = ''): boolean {
  return (text.match(HAZARD) ?? []).some((character) => !except.includes(character));
}

/** Escapes what a terminal or CI runner could act on inside JSON text; the data that the JSON stands for stays the same. */
export function cleanJson(json: string): string {
  return json
    .replace(HAZARD, (character) =>
      character
        .split('')
        .map((unit) => String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0'))
        .join(''),
    )
    .replace(CI_COMMAND, String.raw`\u0023#`);
}

/** Nearly all names are: a report holds tens of thousands. */
function isPlain(text: string): boolean {
  return text.length <= MAX_GRAPHEMES && /^[\x20-\x7e]*$/.test(text) && !text.includes('##');
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  if (character === '\r') return String.raw`\r`;
  const hex = code.toString(16);
  if (code <= 0xff) return String.raw`\x` + hex.padStart(2, '0');
  return code <= 0xffff ? String.raw`\u` + hex.padStart(4, '0') : String.raw`\u{${hex}}`;
}

function cut(text: string): string {
  if (text.length <= MAX_GRAPHEMES) return text;
  let end = 0;
  let graphemes = 0;
  // A single grapheme can be as long as one likes (stacked combining marks), so code units are bounded as well.
  for (const { index, segment } of segmenter.segment(text.slice(0, MAX_GRAPHEMES * 8))) {
    if (graphemes === MAX_GRAPHEMES) break;
    graphemes++;
    end = index + segment.length;
  }
  return end >= text.length ? text : `${text.slice(0, end)}…`;
}
