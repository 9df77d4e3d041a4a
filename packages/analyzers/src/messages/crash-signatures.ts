import { type CrashTrouble } from './crash-words.ts';

/** What one signature of a program's last words finds: the trouble, and by the pattern's named groups what it is about. */
export type TroubleSignature = readonly [CrashTrouble, RegExp];

const PATH = String.raw`(?<path>\/[\w./@+-]{1,256})`;
const QUOTE = '["\'`]?';
/** Variables of the environment are written in capitals; other keys may be anything. */
const SETTING = String.raw`(?<setting>[A-Z][A-Z0-9_]{2,63})\b`;

/** In order: the words of a database are more telling than those of a file system. */
export const TROUBLES: readonly TroubleSignature[] = [
  [
    'access-denied',
    /password authentication failed|[Aa]ccess denied for user|[Aa]uthentication failed|WRONGPASS|NOAUTH Authentication required|invalid (?:username or password|password)|Login failed for user|ACCESS_REFUSED|SASL authentication (?:error|failed)|no pg_hba\.conf entry|FATAL: {1,2}role "[^"\n]{1,63}" does not exist/,
  ],
  [
    'too-many-connections',
    /too many (?:clients|connections)(?: already)?|remaining connection slots are reserved|max number of clients reached|[Mm]ax(?:imum)? (?:number of )?connections? (?:has been )?(?:reached|exceeded)|ER_CON_COUNT_ERROR/,
  ],
  ['database-missing', /FATAL: {1,2}database "(?<name>[^"\n]{1,63})" does not exist/],
  ['database-missing', /Unknown database '(?<name>[^'\n]{1,64})'/],
  [
    'certificate-untrusted',
    /certificate signed by unknown authority|unable to get local issuer certificate|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)\w{0,20}|self[- ]signed certificate|SELF_SIGNED_CERT_IN_CHAIN|PKIX path building failed|unable to find valid certification path|certificate verify failed: unable to get/,
  ],
  [
    'certificate-expired',
    /x509: certificate has expired|certificate has expired or is not yet valid|CERT_HAS_EXPIRED|certificate verify failed: certificate has expired|CertificateExpiredException|CertificateNotYetValidException/,
  ],
  [
    'certificate-name',
    /x509: certificate is (?:valid for|not valid for any names)|x509: cannot validate certificate for|ERR_TLS_CERT_ALTNAME_INVALID|Hostname\/IP does not match certificate|No subject alternative (?:DNS )?names? matching|doesn't match either of|certificate is not valid for ['"]/,
  ],
  ['heap-full', /java\.lang\.OutOfMemoryError|JavaScript heap out of memory|Reached heap limit/],
  ['setting-missing', new RegExp(String.raw`\bKeyError: ['"]${SETTING}['"]`)],
  [
    'setting-missing',
    new RegExp(
      String.raw`(?:[Rr]equired|[Mm]issing|[Uu]nset|[Uu]ndefined)(?: required)? (?:environment|env|config(?:uration)?)(?: variable| var|ironment)?s?:? ${QUOTE}${SETTING}`,
    ),
  ],
  [
    'setting-missing',
    new RegExp(
      String.raw`(?:[Ee]nvironment|[Ee]nv) var(?:iable)? ${QUOTE}${SETTING}${QUOTE} (?:is |was )?(?:not (?:set|found|defined|present)|required|missing|unset|empty)`,
    ),
  ],
  [
    'setting-missing',
    new RegExp(
      String.raw`(?:^|[\s"'\x60:])${SETTING}["'\x60]?:? (?:environment variable )?(?:(?:is|was|must be) (?:not set|required|missing|undefined|unset|set$)|not set\b|parameter (?:null or )?not set|unbound variable)`,
    ),
  ],
  ['setting-missing', new RegExp(String.raw`required key ${SETTING} missing value`)],
  ['read-only', new RegExp(String.raw`${QUOTE}${PATH}[^\n]{0,80}?(?:[Rr]ead-only file system|EROFS)`)],
  ['read-only', new RegExp(String.raw`(?:[Rr]ead-only file system|EROFS)(?:[^\n]{0,80}?${QUOTE}${PATH})?`)],
  [
    'no-space',
    new RegExp(String.raw`${QUOTE}${PATH}[^\n]{0,80}?(?:[Nn]o space left on device|ENOSPC|disk quota exceeded)`),
  ],
  ['no-space', /[Nn]o space left on device|ENOSPC|[Dd]isk quota exceeded/],
  // A low port is no file; the address stands before the words.
  ['port-forbidden', /bind\(\) to \S{0,60}:(?<port>\d{1,4}) failed \(13\b/],
  ['port-forbidden', /(?:listen|bind)[^\n]{0,60}?:(?<port>\d{1,4}): (?:bind: )?[Pp]ermission denied/],
  ['port-forbidden', /listen EACCES: permission denied [^\s:]{0,40}:{1,3}(?<port>\d{1,4})/],
  ['permission-denied', new RegExp(String.raw`${QUOTE}${PATH}[^\n]{0,40}?[Pp]ermission denied`)],
  ['permission-denied', new RegExp(String.raw`EACCES[^\n]{0,60}?${QUOTE}${PATH}`)],
  ['permission-denied', new RegExp(String.raw`[Pp]ermission denied: ${QUOTE}${PATH}`)],
  ['permission-denied', new RegExp(String.raw`${QUOTE}${PATH}["']?[^\n]{0,20}? \([Pp]ermission denied\)`)],
  ['permission-denied', new RegExp(String.raw`AccessDeniedException: ${PATH}`)],
  ['permission-denied', new RegExp(String.raw`permissions of directory "${PATH}": Operation not permitted`)],
  ['file-missing', new RegExp(String.raw`ENOENT: no such file or directory[^\n]{0,30}? ['"]${PATH}['"]`)],
  ['file-missing', new RegExp(String.raw`No such file or directory: ['"]${PATH}['"]`)],
  ['file-missing', new RegExp(String.raw`(?:open|stat|lstat|read) ${PATH}: no such file or directory`)],
  [
    'file-missing',
    new RegExp(String.raw`(?:FileNotFoundException|NoSuchFileException): ${PATH}(?: \(No such file or directory\))?$`),
  ],
  ['file-missing', new RegExp(String.raw`open\(\) "${PATH}" failed \(2\b`)],
  ['cannot-persist', /\bMISCONF\b/],
  [
    'broker-unreachable',
    /No resolvable bootstrap urls|BrokerUnreachableException|NoBrokersAvailable|\d\/\d brokers are down|AMQPConnectionError/,
  ],
  ['dns-loop', /plugin\/loop: Loop \(/],
  ['dns-config', /Corefile:\d{1,6} - Error during parsing|Error during parsing: Unknown directive/],
  [
    'api-forbidden',
    /is forbidden: User "(?<name>system:serviceaccount:[a-z0-9.-]{1,63}:[a-z0-9.-]{1,253})" cannot (?<what>\w{1,20} resource "[a-z0-9./-]{1,80}")/,
  ],
];
