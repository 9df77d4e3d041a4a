/** Thrown for text that only the full parser of YAML may judge. */
export class UnusualYaml extends Error {
  override readonly name = 'UnusualYaml';
}

/** Stops the plain reading. */
export function unusual(): never {
  throw new UnusualYaml('not the YAML that machines write');
}

const INTEGER = /^-?(?:0|[1-9]\d{0,14})$/;
const DECIMAL = /^-?(?:0|[1-9]\d{0,9})\.\d{1,9}$/;
/** What YAML 1.2 takes for a number, in any notation. */
const NUMBER =
  /^(?:[-+]?\d+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** What it takes for nothing or a truth value. */
const WORD = /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE)$/;
/** A plain scalar that begins otherwise is something else, or an error. */
const BEGIN = /^(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-[^\s,[\]{}])/;

/** The value of a plain scalar. */
export function plainScalar(text: string): unknown {
  checkPlain(text);
  const first = text.charCodeAt(0);
  // Digits, signs and dots.
  if (first <= 0x39) return numberOrText(text);
  if (text.length > 5) return text;
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  return WORD.test(text) ? unusual() : text;
}

function numberOrText(text: string): unknown {
  if (INTEGER.test(text) || DECIMAL.test(text)) return text === '-0' ? unusual() : Number(text);
  return NUMBER.test(text) ? unusual() : text;
}

/** Only what is a plain scalar without any doubt. */
function checkPlain(text: string): void {
  if (!BEGIN.test(text)) unusual();
  checkRest(text);
}

/** Neither a comment nor a key in it. */
export function checkRest(text: string): void {
  if (text.includes(': ') || text.includes(' #') || text.includes('\t') || text.endsWith(':')) unusual();
}

/** A key of a block mapping, as text. */
export function plainKey(text: string): string {
  if (typeof plainScalar(text) !== 'string' || text === '__proto__' || text === '<<' || text.endsWith(' ')) unusual();
  return text;
}

/** The value of a scalar in double quotes, whose lines have been joined. */
export function doubleQuoted(text: string): string {
  // The escapes of JSON mean the same in YAML. YAML has more, of which `\ ` is what folding needs.
  const json = text.replaceAll(/\\(.)/g, (all, escaped: string) => (escaped === ' ' ? ' ' : all));
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : unusual();
  } catch {
    return unusual();
  }
}

/** The value of a scalar in single quotes, whose lines have been joined. */
export function singleQuoted(text: string): string {
  return /^'(?:[^'\t]|'')*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : unusual();
}
