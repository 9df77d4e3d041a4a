import { FailedTry } from './retry.ts';
import { TransportError } from './transport-error.ts';

/** What is said of the server that a failed try was for. */
export interface Destination {
  /** Such as `https://10.0.0.1:6443 (context prod)`. */
  readonly label: string;
  /** Host and port of the proxy in between. */
  readonly proxy: string | undefined;
}

const UNREACHABLE: ReadonlyMap<string, readonly [words: string, tries: number]> = new Map([
  ['ECONNREFUSED', ['connection refused', 3]],
  ['EHOSTUNREACH', ['no route to the host', 3]],
  ['ENETUNREACH', ['no route to its network', 3]],
  ['EADDRNOTAVAIL', ['no local address to connect from', 1]],
  ['ENOTFOUND', ['no such host name', 1]],
  ['EAI_AGAIN', ['the host name could not be looked up', 3]],
  ['ETIMEDOUT', ['connecting took too long', 2]],
  ['UND_ERR_CONNECT_TIMEOUT', ['connecting took too long', 2]],
]);

const REACH = 'check the server address, VPN and proxy settings';
const TRUST = 'check certificate-authority-data of the cluster in your kubeconfig, or use --certificate-authority FILE';

const TLS: ReadonlyMap<string, readonly [words: string, next: string]> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', ['its certificate is self-signed', TRUST]],
  ['SELF_SIGNED_CERT_IN_CHAIN', ['its certificate is signed by an unknown authority', TRUST]],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', ['its certificate is signed by an unknown authority', TRUST]],
  ['UNABLE_TO_GET_ISSUER_CERT', ['its certificate is signed by an unknown authority', TRUST]],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', ['its certificate is signed by an unknown authority', TRUST]],
  ['CERT_SIGNATURE_FAILURE', ['its certificate does not fit the certificate authority', TRUST]],
  ['CERT_UNTRUSTED', ['its certificate is not trusted', TRUST]],
  ['CERT_HAS_EXPIRED', ['its certificate has expired', "renew it, or check this machine's clock"]],
  ['CERT_NOT_YET_VALID', ['its certificate is not valid yet', "check this machine's clock"]],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    ['its certificate is for another host name', 'check the server address, or use --tls-server-name NAME'],
  ],
  ['ERR_SSL_WRONG_VERSION_NUMBER', ['it does not speak TLS', 'use http:// if that is what it speaks']],
]);

/** Puts what undici, Node.js or zlib threw into words. Only codes are used: messages may quote what was received. */
export function failureOf(error: unknown, destination: Destination): FailedTry {
  const code = codeOf(error);
  const proxied = proxyFailure(error, destination);
  if (proxied !== undefined) return proxied;
  const unreachable = UNREACHABLE.get(code);
  if (unreachable !== undefined) {
    const [words, tries] = unreachable;
    return new FailedTry(problem('unreachable', words, REACH, destination), { tries, network: true });
  }
  const tls = tlsFailure(code);
  if (tls !== undefined) return new FailedTry(problem('tls', tls[0], tls[1], destination));
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    const words = 'it does not answer as a web server does';
    return new FailedTry(problem('bad-response', words, REACH, destination));
  }
  const words = code.startsWith('Z_') || code.startsWith('UND_ERR_RES') ? 'the answer was cut short' : broken(code);
  return new FailedTry(problem('transient', words, REACH, destination), { tries: 4, network: true });
}

function tlsFailure(code: string): readonly [words: string, next: string] | undefined {
  const known = TLS.get(code);
  if (known !== undefined) return known;
  if (/^ERR_SSL_.*(?:CERTIFICATE|DECRYPT_ERROR|UNKNOWN_CA)/.test(code)) {
    return ['it does not accept the client certificate', 'check the client certificate of the user in your kubeconfig'];
  }
  if (/^(?:ERR_SSL_|ERR_OSSL_|EPROTO$|CERT_|ERR_TLS_)/.test(code)) return [`TLS failed (${code})`, TRUST];
  return undefined;
}

/** undici says only in words that a proxy refused to connect. */
function proxyFailure(error: unknown, destination: Destination): FailedTry | undefined {
  if (destination.proxy === undefined) return undefined;
  const words = chain(error).map((link) => (link instanceof Error ? link.message : ''));
  const status = words
    .map((text) => /^Proxy (?:response \(|Authentication Required \()(\d{3})\)/.exec(text)?.[1])
    .find(Boolean);
  if (status === undefined) return undefined;
  const what = status === '407' ? 'asks for a user and password' : `refused to connect (${status})`;
  const next = status === '407' ? 'put them into the URL of the proxy' : 'check the proxy settings, or NO_PROXY';
  return new FailedTry(problem('unreachable', `the proxy ${destination.proxy} ${what}`, next, destination));
}

function broken(code: string): string {
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return 'the connection was cut';
  return `the connection failed${/^[A-Z][A-Z0-9_]+$/.test(code) ? ` (${code})` : ''}`;
}

function problem(
  kind: TransportError['problem'],
  words: string,
  next: string,
  { label, proxy }: Destination,
): TransportError {
  const through = proxy === undefined || words.includes('proxy') ? '' : ` through the proxy ${proxy}`;
  return new TransportError(kind, `cannot reach ${label}${through}: ${words}; ${next}`);
}

/** The most telling code: of the cause at the bottom, of the first of several attempts. */
function codeOf(error: unknown): string {
  const codes = chain(error).flatMap((link) =>
    link instanceof Error && 'code' in link && typeof link.code === 'string' ? [link.code] : [],
  );
  return codes.findLast((code) => !code.startsWith('UND_ERR')) ?? codes.at(-1) ?? '';
}

const MAX_CAUSES = 8;

function chain(error: unknown): readonly unknown[] {
  const links: unknown[] = [];
  let link: unknown = error;
  while (link !== undefined && link !== null && links.length < MAX_CAUSES) {
    links.push(link);
    link = link instanceof AggregateError ? link.errors[0] : link instanceof Error ? link.cause : undefined;
  }
  return links;
}
