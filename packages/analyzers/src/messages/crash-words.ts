import { TROUBLES } from './crash-signatures.ts';

/** What the last words of a program that ended say about the cause. */
export interface CrashWords {
  /** The host that it could not reach or resolve. */
  readonly host?: string;
  readonly port?: number;
  readonly problem?: 'unresolved' | 'unreachable';
  /** What it was refused, or ran out of. */
  readonly trouble?: CrashTrouble;
  /** The file or folder that the trouble is about. */
  readonly path?: string;
  /** The variable that it misses. */
  readonly setting?: string;
  /** The database, or the user of the API, that the trouble is about. */
  readonly name?: string;
  /** It found its port taken; `port` may say which. */
  readonly portTaken?: boolean;
}

/** What programs say when they are refused something, run out of it or miss it. */
export type CrashTrouble =
  | 'access-denied'
  | 'api-forbidden'
  | 'broker-unreachable'
  | 'cannot-persist'
  | 'certificate-expired'
  | 'certificate-name'
  | 'certificate-untrusted'
  | 'database-missing'
  | 'dns-config'
  | 'dns-loop'
  | 'file-missing'
  | 'heap-full'
  | 'no-space'
  | 'permission-denied'
  | 'port-forbidden'
  | 'read-only'
  | 'setting-missing'
  | 'too-many-connections';

const MAX_TEXT = 8192;
const HOST = String.raw`(\[?::1\]?|[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252}))`;

const UNRESOLVED: readonly RegExp[] = [
  new RegExp(
    String.raw`lookup ${HOST}(?: on \S{1,60})?: (?:no such host|server misbehaving|i/o timeout|Temporary failure|Try again)`,
  ),
  new RegExp(String.raw`UnknownHostException: ${HOST}`),
  new RegExp(String.raw`getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ${HOST}`),
  new RegExp(String.raw`could not translate host name "${HOST}" to address`),
  new RegExp(String.raw`[Cc]ould not resolve host(?:name)?:? '?${HOST}`),
  new RegExp(String.raw`(?:[Uu]nknown|Unable to resolve) (?:MySQL server )?host(?:name)? '?"?${HOST}`),
  new RegExp(String.raw`host not found in upstream "${HOST}`),
  new RegExp(String.raw`bad address '${HOST}'`),
  new RegExp(String.raw`nslookup: can't resolve '${HOST}'`),
  new RegExp(
    String.raw`(?:Name or service not known|Name does not resolve|nodename nor servname provided, or not known) \(${HOST}:\d{1,5}\)`,
  ),
  new RegExp(String.raw`Failed to resolve '${HOST}(?::\d{1,5})?'`),
  new RegExp(
    String.raw`Error -\d{1,3} connecting to ${HOST}:\d{1,5}\. (?:Name or service not known|Temporary failure|No address)`,
  ),
];
const UNREACHABLE: readonly RegExp[] = [
  new RegExp(
    String.raw`dial tcp (?:${HOST}):(\d{1,5}): (?:connect: )?(?:connection refused|i/o timeout|no route to host|connection timed out)`,
  ),
  new RegExp(String.raw`connect (?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH) ${HOST}:(\d{1,5})`),
  new RegExp(
    String.raw`[Cc]onnection (?:to|refused: no further information:|refused:) (?:server at )?"?${HOST}"?(?:/\S{1,60})?:(\d{1,5})(?: (?:failed|refused)|\b)`,
  ),
  new RegExp(String.raw`connection to server at "${HOST}"(?: \([^)]{1,60}\))?, port (\d{1,5}) failed`),
  new RegExp(String.raw`\b${HOST}:(\d{1,5})/bootstrap: Connect to \S{1,80} failed`),
  new RegExp(
    String.raw`could not connect to server: [^\n]{1,80}? host "${HOST}"(?: \([^)]{1,60}\))?[^\n]{0,60}? port (\d{1,5})`,
  ),
  new RegExp(String.raw`Error connecting to Redis on ${HOST}:(\d{1,5})`),
  new RegExp(String.raw`[Ff]ailed to connect to ${HOST} (?:\([^)]{1,60}\) )?port (\d{1,5})`),
  new RegExp(
    String.raw`can't connect to remote host \(?${HOST}\)?:? (?:Connection refused|No route|Connection timed out)`,
  ),
  new RegExp(String.raw`[Cc]an't connect to (?:MySQL )?server on '${HOST}(?::(\d{1,5}))?'`),
  new RegExp(
    String.raw`(?:[Ff]ailed|[Uu]nable|[Cc]ould not|[Cc]annot) to? ?(?:connect|reach)(?: to)? (?:[a-z]{1,10}://)?${HOST}:(\d{1,5})`,
  ),
  new RegExp(String.raw`Error \d{1,3} connecting to ${HOST}:(\d{1,5})`),
  new RegExp(String.raw`(?:Connection refused|Connection timed out|No route to host) \(${HOST}:(\d{1,5})\)`),
  new RegExp(String.raw`Connection to node -\d{1,10} \(${HOST}/\S{1,60}:(\d{1,5})\) could not be established`),
  new RegExp(
    String.raw`ConnectionPool\(host='${HOST}', port=(\d{1,5})\): Max retries exceeded[^\n]{0,512}?(?:Connection refused|timed out|No route to host)`,
  ),
];
const PORT_TAKEN =
  /[Aa]ddress already in use|EADDRINUSE|[Pp]ort (\d{1,5}) (?:is|was) already in use|[Oo]nly one usage of each socket address|bind\(\) to \S{1,60} failed \(98/;
const BOUND_PORT =
  /(?:listen(?:ing)?|bind(?:ing)?)[^\n]{0,60}?:(\d{2,5})\b|EADDRINUSE[^\n]{0,60}?:(\d{2,5})\b|[Pp]ort (\d{2,5})\b/;

/** Lines of which each is read by itself. */
const MAX_LINES = 200;

/**
 * Reads the last words of a program, the last line first: what it said before, it may have got over. What fits nothing gives an
 * empty answer.
 */
export function readCrashWords(message: string | undefined): CrashWords {
  const text = (message ?? '').slice(-MAX_TEXT);
  for (const line of text.split('\n').slice(-MAX_LINES).toReversed()) {
    const words = wordsOfLine(line);
    if (words !== undefined) return words;
  }
  return {};
}

/** What one line says; undefined where it says nothing that is known. */
export function wordsOfLine(line: string): CrashWords | undefined {
  return line === ''
    ? undefined
    : (portWords(line) ?? unresolvedWords(line) ?? unreachableWords(line) ?? troubleWords(line));
}

function portWords(text: string): CrashWords | undefined {
  if (!PORT_TAKEN.test(text)) return undefined;
  const bound = BOUND_PORT.exec(text);
  const port = bound === null ? undefined : (bound[1] ?? bound[2] ?? bound[3]);
  return port === undefined ? { portTaken: true } : { portTaken: true, port: Number(port) };
}

function unresolvedWords(text: string): CrashWords | undefined {
  for (const pattern of UNRESOLVED) {
    const host = pattern.exec(text)?.[1];
    if (host !== undefined) return { host: withoutDot(host), problem: 'unresolved' };
  }
  return undefined;
}

function unreachableWords(text: string): CrashWords | undefined {
  for (const pattern of UNREACHABLE) {
    const match = pattern.exec(text);
    if (match?.[1] === undefined) continue;
    const host = withoutDot(match[1]);
    return match[2] === undefined
      ? { host, problem: 'unreachable' }
      : { host, port: Number(match[2]), problem: 'unreachable' };
  }
  return undefined;
}

function troubleWords(text: string): CrashWords | undefined {
  for (const [trouble, pattern] of TROUBLES) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const { path, setting, name, port } = match.groups ?? {};
    return {
      trouble,
      ...(path === undefined ? {} : { path }),
      ...(setting === undefined ? {} : { setting }),
      ...(name === undefined ? {} : { name }),
      ...(port === undefined ? {} : { port: Number(port) }),
    };
  }
  return undefined;
}

function withoutDot(host: string): string {
  return host.replace(/[.]+$/, '').replaceAll(/[[\]]/g, '');
}
