/** A host that a text names. */
export interface HostWord {
  /** Lower case, without a trailing dot. */
  readonly host: string;
  readonly port?: number;
  /** `scheme://host`, `host:port`, or a bare name. */
  readonly form: 'url' | 'address' | 'name';
  /** As it stands in the text, without user and password. */
  readonly text: string;
}

const MAX_TEXT = 8192;
const MAX_WORDS = 512;
const MAX_WORD = 512;
const MAX_LABELS = 8;

const SCHEME_PORTS: ReadonlyMap<string, number> = new Map([
  ['amqp', 5672],
  ['http', 80],
  ['https', 443],
  ['ldap', 389],
  ['mongodb', 27_017],
  ['mysql', 3306],
  ['nats', 4222],
  ['postgres', 5432],
  ['postgresql', 5432],
  ['redis', 6379],
  ['ws', 80],
  ['wss', 443],
]);

/** The hosts that a setting, an argument or a script may name, in order. IP addresses are none. */
export function hostWords(text: string): readonly HostWord[] {
  // What is to be filled in later is no name: `$` makes the word that holds it none.
  const filled = text
    .slice(0, MAX_TEXT)
    .replaceAll(/\$\{[^{}$]{0,253}\}|\$\([^()$]{0,253}\)|\{\{[^{}]{0,253}\}\}|\$\w{1,253}/g, '$$');
  const words = filled.split(/[\s"'`,;|&<>(){}[\]=\\]+/, MAX_WORDS);
  return words.flatMap((word) => hostWord(word) ?? []);
}

/** Reads one word: a URL, also of JDBC, `host:port`, or a name. */
export function hostWord(word: string): HostWord | undefined {
  if (word === '' || word.length > MAX_WORD) return undefined;
  const scheme = schemeOf(word);
  const [name = '', digits, ...more] = authorityOf(word, scheme).split(':');
  // jdbc:oracle:thin:@host:1521:sid
  if (more.length > (word.startsWith('jdbc:') ? 1 : 0)) return undefined;
  const host = name.toLowerCase().replace(/\.$/, '');
  const port = digits === undefined ? undefined : portOf(digits);
  if (!isHostName(host) || (digits !== undefined && port === undefined)) return undefined;
  const text = digits === undefined ? name : `${name}:${digits}`;
  if (scheme !== undefined)
    return withPort({ host, form: 'url', text: `${scheme}://${text}` }, port ?? schemePort(scheme));
  return withPort({ host, form: port === undefined ? 'name' : 'address', text }, port);
}

function withPort(word: HostWord, port: number | undefined): HostWord {
  return port === undefined ? word : { ...word, port };
}

/** The port of a scheme, also of the last one in `jdbc:postgresql`. */
function schemePort(scheme: string): number | undefined {
  return SCHEME_PORTS.get(scheme.slice(scheme.lastIndexOf(':') + 1).toLowerCase());
}

/** `host:port` of a word, without user and password. */
function authorityOf(word: string, scheme: string | undefined): string {
  if (scheme === undefined && word.startsWith('jdbc:')) {
    // jdbc:oracle:thin:@host:1521:sid, jdbc:oracle:thin:@//host:1521/service
    return word.replace(/^[^@]*@(?:\/\/)?/, '').replace(/\/.*$/, '');
  }
  const rest = scheme === undefined ? word : word.slice(word.indexOf('://') + 3);
  return rest.replace(/[/?#].*$/, '').replace(/^.*@/, '');
}

function schemeOf(word: string): string | undefined {
  const end = word.indexOf('://');
  if (end <= 0) return undefined;
  const scheme = word.slice(0, end);
  return /^[a-z][a-z0-9+.:-]*$/i.test(scheme) ? scheme : undefined;
}

function portOf(digits: string): number | undefined {
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** Labels of letters, digits, `-` and `_`, at least one letter, and not the names by which a machine means itself. */
function isHostName(host: string): boolean {
  if (host === 'localhost' || host.length > 253 || !/[a-z]/.test(host)) return false;
  const labels = host.split('.', MAX_LABELS + 1);
  return (
    labels.length <= MAX_LABELS && labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  );
}
