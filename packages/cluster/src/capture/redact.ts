import { type KubernetesObject } from '@kroot/types';
import { isObject, setOwn, type JsonObject } from '../guards.ts';

/** What `redact` takes out, in one sentence. */
export const REDACTION =
  'Secrets have type and key names only; values that look like credentials are replaced in variables, arguments, ConfigMaps, annotations, messages and custom resources';

/** What stands for a value that was taken out. */
const HIDDEN = '[redacted]';

/** Members that may hold free text or settings; names, labels and selectors never change, since relations hang on them. */
const TEXTS: ReadonlySet<string> = new Set(['value', 'message', 'data', 'annotations', 'command', 'args']);

/** Names of settings whose whole value is a credential. `TOKEN_URL` and `PASSWORD_SECRET_NAME` are not among them. */
const SECRET_NAME =
  /(?:password|passwd|passphrase|token|(?:api|access|private|secret|account)[-_.]?key|(?:client|app)[-_.]?secret)$|(?:^|[^a-z])(?:pass|pwd|secret|credentials?)$/i;

/** The same in custom resources, where `secret` and `credentials` mostly hold the name of a Secret. */
const SECRET_MEMBER = /(?:password|passwd|passphrase|(?:api|access|private)[-_]?key|token)$/i;

/** What programs say of a setting that they miss, after its name and a colon: no value. */
export const UNSET: string = String.raw`(?:(?:parameter (?:null or )?|is |was )?(?:not set|not defined|unset|required|missing|undefined|empty)|unbound variable|must (?:not )?be)(?![\w-])`;

/** Cheap to ask, so that nearly all texts are done at once. */
const SUSPECT =
  /eyJ|-----BEGIN|AKIA|ASIA|gh[pousr]_|glpat-|xox[abpr]-|bearer\s|:\/\/|pass|pwd|secret|token|key|authorization/i;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g, HIDDEN],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, HIDDEN],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, HIDDEN],
  [/\b(?:gh[pousr]_\w{20,}|glpat-[\w-]{16,}|xox[abpr]-[\w-]{10,})/g, HIDDEN],
  [/(\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?\w{1,20}\s+)(?!\[redacted)[^\s"',;]{4,1024}/gi, `$1${HIDDEN}`],
  [/\b(bearer\s+)[\w.~+/-]{8,}=*/gi, `$1${HIDDEN}`],
  // The user stays: it often is what is wrong.
  [/(:\/\/[^\s/:@'"]{0,256}:)(?!\$\()[^\s/@'"]{1,1024}(?=@)/g, `$1${HIDDEN}`],
  [
    new RegExp(
      String.raw`((?:password|passwd|passphrase|pwd|(?:client|app)[-_.]?secret|(?:access|auth|api|refresh)[-_.]?token|(?:api|access|private|secret)[-_.]?key)["']?\s{0,4}(?:=|:)\s{0,4})(?!\$|["']?\[redacted|\s{0,4}${UNSET})(?:"[^"\n]{1,1024}"|'[^'\n]{1,1024}'|[^\s,;&"']{1,1024})`,
      'gi',
    ),
    `$1${HIDDEN}`,
  ],
];

/**
 * Replaces what looks like a credential in the places where people put them although they should be in Secrets. Does the
 * same however often it is done. Deciding by patterns, it can miss some: nobody should publish a capture unread.
 */
export function redact<T extends KubernetesObject>(object: T): T {
  const isTyped = !object.apiVersion.includes('.') || object.apiVersion.includes('.k8s.io/');
  const changed: unknown = redactMembers(
    Object.fromEntries(Object.entries(object)),
    isTyped ? undefined : SECRET_MEMBER,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only strings change, into other strings
  return changed as T;
}

/** Objects and lists in which nothing changes are given back as they are: nearly all of them. */
function redactMembers(object: JsonObject, secretMember: RegExp | undefined): JsonObject {
  let result: Record<string, unknown> | undefined;
  const named = typeof object['name'] === 'string' && SECRET_NAME.test(object['name']);
  for (const key of Object.keys(object)) {
    const value = object[key];
    const next =
      typeof value === 'string' && ((named && key === 'value') || secretMember?.test(key) === true)
        ? hidden(value)
        : redactValue(key, value, secretMember);
    if (next === value) continue;
    result ??= { ...object };
    setOwn(result, key, next);
  }
  return result ?? object;
}

function redactValue(key: string, value: unknown, secretMember: RegExp | undefined): unknown {
  if (TEXTS.has(key)) return redactTexts(key, value);
  if (typeof value === 'string') return secretMember === undefined ? value : redactText(value);
  if (Array.isArray(value)) return redactList(value, (element) => redactValue('', element, secretMember));
  return isObject(value) ? redactMembers(value, secretMember) : value;
}

function redactTexts(key: string, value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return redactArguments(value);
  if (!isObject(value)) return value;
  let result: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const text = value[name];
    const next =
      typeof text !== 'string' ? text : key === 'data' && SECRET_NAME.test(name) ? hidden(text) : redactText(text);
    if (next === text) continue;
    result ??= { ...value };
    setOwn(result, name, next);
  }
  return result ?? value;
}

/** `--password=x` and `--password x`. */
function redactArguments(list: readonly unknown[]): readonly unknown[] {
  let option = false;
  return redactList(list, (element) => {
    if (typeof element !== 'string') return element;
    const afterOption = option && !element.startsWith('-');
    option = element.startsWith('-') && SECRET_NAME.test(element);
    const [, name = '', value = ''] = /^(--?[\w.-]+=)(.+)$/s.exec(element) ?? [];
    if (afterOption) return hidden(element);
    return SECRET_NAME.test(name.slice(0, -1)) ? `${name}${hidden(value)}` : redactText(element);
  });
}

function redactList(list: readonly unknown[], change: (element: unknown) => unknown): readonly unknown[] {
  const next = list.map((element) => change(element));
  return next.every((element, index) => element === list[index]) ? list : next;
}

/** Empty values and references to other variables say what is wrong, and give nothing away. */
function hidden(value: string): string {
  return value === '' || /^\$\([\w.-]+\)$/.test(value) ? value : HIDDEN;
}

/** Replaces what looks like a credential in free text. Does the same however often it is done. */
export function redactText(text: string): string {
  if (!SUSPECT.test(text)) return text;
  let result = text;
  for (const [pattern, replacement] of PATTERNS) result = result.replace(pattern, replacement);
  return result;
}
