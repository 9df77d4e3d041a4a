import { type Environment } from './connection.ts';
import { ConnectionError } from './connection-error.ts';
import { type Impersonation } from './kubeconfig-types.ts';
import { isLoopback } from './proxy.ts';

/** The headers of every request. */
export function headersOf(
  impersonation: Impersonation,
  server: URL,
  env: Environment,
): Readonly<Record<string, string | readonly string[]>> {
  const headers: Record<string, string | readonly string[]> = {
    'user-agent': `kroot/${env.version}`,
    // Compression costs more than it saves where there is no wire.
    'accept-encoding': isLoopback(server.hostname) ? 'identity' : 'gzip',
  };
  const { user, uid, groups, extra } = impersonation;
  if (user === undefined) return headers;
  headers['impersonate-user'] = headerValue(user);
  if (uid !== undefined) headers['impersonate-uid'] = headerValue(uid);
  if (groups.length > 0) headers['impersonate-group'] = groups.map(headerValue);
  for (const [key, values] of extra) {
    headers[`impersonate-extra-${escapeKey(key)}`] = values.map(headerValue);
  }
  return headers;
}

/** Bytes of UTF-8, one a character, as Go sends them. */
function headerValue(value: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  if (/[\u0000-\u001f\u007f]/.test(value)) {
    const problem = 'the user or group to impersonate holds control characters';
    throw new ConnectionError('KROOT_BAD_FLAG', problem, 'correct --as, --as-group or --as-uid');
  }
  return Buffer.from(value, 'utf8').toString('latin1');
}

/** Percent-encodes what a header name may not hold, as transport.headerKeyEscape of client-go does. */
function escapeKey(key: string): string {
  return Buffer.from(key.toLowerCase(), 'utf8')
    .toString('latin1')
    .replaceAll(/[^!#$&'*+\-.^_`|~0-9A-Za-z]/g, percentEncoded);
}

function percentEncoded(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
