import { clip } from './clip.ts';

/** Why an image could not be pulled, as far as the runtime's words tell. */
export type ImageErrorClass =
  | 'signature'
  | 'schema1'
  | 'corrupt'
  | 'disk'
  | 'platform'
  | 'tls'
  | 'rate-limit'
  | 'dns'
  | 'denied'
  | 'unauthorized'
  | 'not-found'
  | 'unavailable'
  | 'network';

/**
 * The first class that fits is the right one. The order is the point: `no match for platform in manifest: not found` comes
 * with `code = NotFound`; a token request that meets a foreign certificate begins with `failed to authorize`; a token
 * request that times out does so too. A registry answers 403, and `denied`, to a name that does not exist as well as to
 * one that needs other credentials, so both are ambiguous; Quay does the same with a text of its own. A 403 from the token
 * server to somebody who came with credentials is about the credentials.
 * https://github.com/containerd/containerd/blob/main/core/remotes/docker/resolver.go
 */
const CLASSES: readonly (readonly [ImageErrorClass, RegExp])[] = [
  ['signature', /signature validation failed|SignatureValidationFailed|Source image rejected:/],
  [
    'schema1',
    /media type \S+ is no longer supported since containerd|schema ?1 (?:manifest|image)s? (?:is|are) (?:no longer|not) supported/i,
  ],
  [
    'corrupt',
    /unexpected commit digest|failed size validation|digest mismatch|filesystem layer verification failed|content digest \S+: not valid|archive\/tar: invalid tar header|gzip: invalid (?:header|checksum)|zstd: invalid|wrong diff id calculated|does not match expected (?:digest|size)/,
  ],
  ['disk', /no space left on device/],
  [
    'platform',
    /no match for platform in manifest|no matching manifest for \S+\/\S+|no image found in (?:image index|manifest list) for architecture/,
  ],
  [
    'tls',
    /x509: |server gave HTTP response to HTTPS client|tls: (?!.*handshake timeout)(?:failed to verify|bad certificate|handshake failure|first record)|remote error: tls:/,
  ],
  ['rate-limit', /toomanyrequests|429 Too Many Requests|pull rate limit/i],
  [
    'dns',
    /lookup \S+?(?: on \S+)?: (?:no such host|server misbehaving|i\/o timeout|connection refused|Temporary failure|read udp)|dial tcp: lookup |Temporary failure in name resolution|no such host/,
  ],
  ['denied', /unauthorized: access to the requested resource is not authorized/],
  [
    'unauthorized',
    /401 Unauthorized|failed to fetch oauth token: unexpected status[^\n]{0,600}: 403|status code 401|\bunauthorized: |no basic auth credentials|authentication required|incorrect username or password/,
  ],
  [
    'denied',
    /pull access denied|may require authorization|insufficient_scope|403 Forbidden|status code 403|\bdenied: |it may not exist/i,
  ],
  [
    'not-found',
    /manifest unknown|\bname unknown\b|: not found$|: not found[,;:]|code = NotFound|404 Not Found|repository \S+ not found|manifest for \S+ not found|does not exist in the registry|repository does not exist/,
  ],
  [
    'unavailable',
    /\b50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|unexpected status(?: code)?[^\n]{0,400}: 50[0234]\b|RegistryUnavailable/i,
  ],
  [
    'network',
    /i\/o timeout|context deadline exceeded|connection refused|connection reset by peer|no route to host|network is unreachable|TLS handshake timeout|Client\.Timeout exceeded|dial tcp|proxyconnect|unexpected EOF|: EOF$/,
  ],
  ['unauthorized', /failed to authorize/],
];

/** Classifies the words of a failed pull; undefined for a mere back-off and for words that are not known. */
export function classifyImageError(text: string | undefined): ImageErrorClass | undefined {
  const words = clip(text).trimEnd();
  return CLASSES.find(([, pattern]) => pattern.test(words))?.[0];
}

/** The host of the URL that the runtime asked, which is not the image's registry where a mirror or a proxy is set up. */
export function contactedHost(text: string | undefined): string | undefined {
  return /https?:\/\/([A-Za-z0-9.[\]:-]{1,260})(?:\/|"|\s|$)/.exec(clip(text))?.[1];
}

/** The name that a resolver could not resolve. */
export function unresolvedHost(text: string | undefined): string | undefined {
  return /lookup ([A-Za-z0-9._-]{1,253})(?: on (\S{1,100}))?: /.exec(clip(text))?.[1];
}

/** The last part of a pull error: what the registry or the network said, without the runtime's own wrapping. */
export function lastWords(text: string): string {
  const words = clip(text).trim();
  const wrap =
    /^.*(?:failed to resolve reference|failed to pull and unpack image|failed to copy|Failed to pull image|Failed to apply default image tag) ?(?:"[^"]*")?: /s.exec(
      words,
    );
  return wrap === null ? words : words.slice(wrap[0].length);
}
