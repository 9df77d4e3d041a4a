import { redactText, UNSET } from '../capture/redact.ts';

const HIDDEN = '[redacted]';

/** Ends of names that mean a credential where a program prints its settings: `dbPass`, `spring.datasource.password`. */
const NAME = String.raw`(?:passw(?:or)?d|passwort|passphrase|passcode|pass|pwd|secret|token|credentials?|signature|(?:api|app|access|account|private|secret|shared|signing|encryption|master|auth)[-_. ]?key(?:[-_]base)?|(?<![A-Za-z])(?:bind|root|admin|user|db)?pw|session[-_.]?(?:id|key))`;
const QUOTES = String.raw`["'\\\x60]{0,2}`;
/** As settings are written in shells, JSON, YAML, Ruby, Go and URLs. */
const SEPARATOR = String.raw`${QUOTES}[ \t]{0,4}(?:=>|:=|->|=|:|%3D|%3A)[ \t]{0,4}`;
/** The next setting on the line. */
const NEXT = String.raw`[,;&]["'\\]{0,2}[ \t]?["'\\]{0,2}[A-Za-z][\w.-]{0,63}["'\\]{0,2}[ \t]?[=:]`;
const BARE = String.raw`(?:(?!${NEXT})\S){1,1024}`;
const TAIL = String.raw`(?:(?!${NEXT}|["'][,}\]])[^\s,;&)}\]]){0,1024}`;
const VALUE = String.raw`(?:"(?:[^"\\\n]|\\.){0,1024}(?:"|$)${TAIL}|'(?:[^'\\\n]|\\.|''){0,1024}(?:'|$)${TAIL}|${BARE})`;
/** Words that an error message goes on with after a colon. */
const PROSE = String.raw`(?!${UNSET}|(?:signature (?:is|has)|[45]\d\d|null|nil|none|open|stat|read|lookup|dial|get|failed|cannot|could|not|no|invalid|expired|missing|required|unable|error|permission|access|unexpected|unknown|unauthorized|wrong|incorrect|empty|too|set|secrets?)[.,;:]?(?:\s|$))`;
const NOT_HIDDEN = String.raw`(?!${QUOTES}\[redacted)`;
const RANDOM = String.raw`(?=[^\s]{0,256}\d)(?=[^\s]{0,256}[A-Za-z])[^\s\[]\S{7,1023}`;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Files of registries; first, since what ends in a name and = looks like a setting.
  [/(["']auth["'][ \t]{0,4}:[ \t]{0,4}["'])[A-Za-z0-9+/]{12,1024}={0,2}(?=["'])/g, `$1${HIDDEN}`],
  // Whole headers: cookies have names of their own.
  [/(\b(?:set-)?cookie["']?[ \t]{0,4}[:=][ \t]{0,4})(?!\[redacted)[^\n]{1,4096}/gi, `$1${HIDDEN}`],
  [
    /(\b(?:proxy-)?authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?)(?![[("']{0,2}(?:basic|bearer|token|digest|negotiate|apikey|aws4[\w-]{0,20})\s|\[redacted)[^\s"',;]{4,1024}/gi,
    `$1${HIDDEN}`,
  ],
  [
    /(\bauthorization["']?[ \t]{0,4}[:=][ \t]{0,4}[[("']{1,3}\w{1,20}\s+)(?!\[redacted)[^\s"',;\])]{4,1024}/gi,
    `$1${HIDDEN}`,
  ],
  // The arguments of a format follow it.
  [
    new RegExp(String.raw`(${NAME}${SEPARATOR})["']?(?:%[-+#\d.]{0,6}[svqxdr]|\{\}|\?)["']?(?=\s)[^\n]{0,4096}`, 'gi'),
    `$1${HIDDEN}`,
  ],
  // To the last @ of the URL: passwords hold @ and / although they should not. The user stays: it often is what is wrong.
  [/(:\/\/[^\s/:@'"]{0,256}:)(?!\$\(|\[redacted|\d{1,5}[/?#])(?:(?!:\/\/|["'][,}\]:])\S){1,1024}@/g, `$1${HIDDEN}@`],
  [/(\b(?:rediss?|https?):\/\/)(?!\[redacted)[^\s/:@'"]{1,1024}@/gi, `$1${HIDDEN}@`],
  [/(:\/\/)(?=[^\s/:@'"]{0,256}\d)[^\s/:@'"]{16,1024}@/g, `$1${HIDDEN}@`],
  [new RegExp(String.raw`(${NAME}${SEPARATOR})${NOT_HIDDEN}${PROSE}${VALUE}`, 'gim'), `$1${HIDDEN}`],
  // Options of commands.
  [
    new RegExp(String.raw`((?:^|[\s"'])--?[\w.-]{0,64}${NAME}["']?[ \t,]{1,4})${NOT_HIDDEN}(?!--?\w)${VALUE}`, 'gim'),
    `$1${HIDDEN}`,
  ],
  [/(\b(?:mysql\w{0,12}|mariadb[\w-]{0,12}|sshpass)\b[^\n]{0,512}?\s-p)(?!\[redacted)[^\s]{1,1024}/gi, `$1${HIDDEN}`],
  [/((?:^|\s)-p)(?!\[redacted|[a-z-]{1,32}(?:[=\s]|$)|[\d:./]{1,64}(?:\s|$))[^\s-]\S{3,1023}/gm, `$1${HIDDEN}`],
  // Words of people.
  [
    /(\b(?:password|passwd|passphrase|secret|token|api[- ]?key|access key) (?:is|was|set to|=) ["']?)(?!\[redacted|(?:required|incorrect|invalid|too|not|empty|wrong|missing|expired|set|correct|the|a|an|no|being|deprecated|malformed|unknown|only|now|unset|null|nil|valid|ok)\b(?![-\w]))[^\s"']{3,1024}/gi,
    `$1${HIDDEN}`,
  ],
  [
    new RegExp(
      String.raw`(\b(?:password|passwd|passphrase|token|(?:api|access)[- ]?key)(?: id)?[ \t]+["']?)${RANDOM}`,
      'gi',
    ),
    `$1${HIDDEN}`,
  ],
  // Pairs of a name and a value, as in the environment of a container.
  [
    new RegExp(
      String.raw`(\bname["']?[ \t]{0,4}[:=][ \t]{0,4}["']?[\w.-]{0,64}${NAME}["']?,?\s{1,16}["']?value["']?[ \t]{0,4}[:=][ \t]{0,4}|\b(?:name|key)["']?[ \t]{0,4}[:=][ \t]{0,4}["'][\w.-]{0,64}${NAME}["'],?\s{0,16}["']?value["']?[ \t]{0,4}[:=][ \t]{0,4})${NOT_HIDDEN}${VALUE}`,
      'gi',
    ),
    `$1${HIDDEN}`,
  ],
  [new RegExp(String.raw`(<[\w.:-]{0,64}${NAME}>)(?!\[redacted)[^<\n]{1,1024}(?=</)`, 'gi'), `$1${HIDDEN}`],
  // Names in capitals are variables: what follows is no prose where it is not made of letters alone.
  [
    new RegExp(String.raw`(\b[A-Z0-9_]{0,64}_(?:PASSWORD|PASSWD|PASS|SECRET|TOKEN|KEY)[ \t]+["']?)${RANDOM}`, 'g'),
    `$1${HIDDEN}`,
  ],
  [/(\bcurl\b[^\n]{0,512}?\s(?:-u|--user)[ \t=]?["']?[^\s:"']{1,256}:)(?!\[redacted)[^\s"']{1,1024}/g, `$1${HIDDEN}`],
  [/(\bredis-cli\b[^\n]{0,512}?\s-a[ \t]?)(?!\[redacted)\S{1,1024}/g, `$1${HIDDEN}`],
  [
    /(\b(?:requirepass|masterauth|identified by|with password)[ \t]+["']?)(?!\[redacted)[^\s"']{1,1024}/gi,
    `$1${HIDDEN}`,
  ],
  // Thin drivers, hooks of chats.
  [/(:thin:[^\s/@]{1,128}\/)(?!\[redacted)[^\s@]{1,256}(?=@)/g, `$1${HIDDEN}`],
  [/(\bhooks\.slack\.com\/[a-z]{1,20}\/|\bdiscord(?:app)?\.com\/api\/webhooks\/)[\w/-]{8,256}/g, `$1${HIDDEN}`],
  [/((?:^|[?&;\s"'])sig(?:nature)?=)(?!\[redacted)[^\s&"']{1,1024}/gi, `$1${HIDDEN}`],
  // Tokens that have a form of their own, whole or cut.
  [/\beyJ[\w-]{8,}(?:\.[\w-]{0,4096}){0,2}/g, HIDDEN],
  [
    /\b(?:[srp]k_(?:live|test)_\w{8,}|whsec_\w{8,}|AIza[\w-]{16,}|ya29\.[\w-]{8,}|SG\.[\w-]{8,}(?:\.[\w-]{4,})?|npm_\w{12,}|hv[sbr]\.[\w-]{8,}|gh[pousr]_\w{10,}|github_pat_\w{10,}|gl(?:pat|ptt|dt)-[\w-]{8,}|xox[a-z]-[\w-]{6,}|xapp-[\w-]{8,}|sk-[\w-]{16,}|do[opr]_v1_\w{8,}|shp(?:at|ss|ca)_\w{8,}|dckr_pat_[\w-]{8,}|pypi-[\w-]{16,})/g,
    HIDDEN,
  ],
];

/** A word of a log that is longer than this is no word that anybody reads, and may be a credential of whatever kind. */
const BLOB = /[A-Za-z0-9+/_=-]{64,}/g;
const KEY_END = /-----END [A-Z ]{0,30}PRIVATE KEY-----/g;

/**
 * The text of a log without what looks like a credential. Logs are free text, so this takes out more than `redactText` does of
 * the texts of Kubernetes. Keys of several lines are found only while they are together.
 */
export function withoutCredentials(text: string): string {
  let redacted = text;
  for (const [pattern, replacement] of PATTERNS) redacted = redacted.replace(pattern, replacement);
  redacted = redactText(redacted).replace(BLOB, HIDDEN);
  // An end that is still there belongs to a key whose begin was cut off, or that was not recognised as a whole.
  const [last] = [...redacted.matchAll(KEY_END)].slice(-1);
  return last === undefined ? redacted : `${HIDDEN}${redacted.slice(last.index + last[0].length)}`;
}
