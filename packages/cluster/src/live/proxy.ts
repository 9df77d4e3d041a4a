import { BlockList, isIP, isIPv6 } from 'node:net';
import { ConnectionError } from './connection-error.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The proxy on the way to a server: the cluster's `proxy-url`, else what the environment says, by Go's rules
 * (golang.org/x/net/http/httpproxy), so that kroot goes where kubectl goes. Loopback is never behind a proxy of the environment.
 */
export function proxyFor(server: URL, proxyUrl: string | undefined, env: Variables): URL | undefined {
  if (proxyUrl !== undefined) return parseProxy(proxyUrl, "the cluster's proxy-url");
  const names = server.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const name = names.find((candidate) => (env[candidate] ?? '') !== '');
  if (name === undefined) return undefined;
  // A CGI script's HTTP_PROXY is a header of the request that it serves.
  if (name.startsWith('HTTP_') && (env['REQUEST_METHOD'] ?? '') !== '') return undefined;
  if (isLoopback(server.hostname) || isExcepted(server, env['NO_PROXY'] || env['no_proxy'] || '')) return undefined;
  const value = env[name] ?? '';
  return parseProxy(value.includes('://') ? value : `http://${value}`, `$${name}`);
}

/** Whether a host name or address can only be this machine. */
export function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:', 'socks5h:']);

/** The value may hold a password, so it is never repeated. */
function parseProxy(value: string, where: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !SCHEMES.has(url.protocol) || url.hostname === '') {
    const problem = `${where} is not the URL of a proxy`;
    throw new ConnectionError('KROOT_KUBECONFIG_INVALID', problem, 'use http://HOST:PORT, https:// or socks5://');
  }
  return url;
}

function isExcepted(server: URL, list: string): boolean {
  const host = bare(server.hostname).replace(/\.$/, '');
  const port = server.port === '' ? (server.protocol === 'https:' ? '443' : '80') : server.port;
  return list.split(',').some((entry) => covers(entry.trim().toLowerCase(), host, port));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  if (entry.includes('/')) return inSubnet(entry, host);
  const { name, only } = splitPort(entry);
  if (only !== undefined && only !== port) return false;
  if (isIP(name) !== 0) return sameAddress(name, host);
  // `.example.com` and `*.example.com` are the names below, `example.com` is itself and those below.
  const suffix = name.startsWith('*.') ? name.slice(1) : name;
  if (suffix.startsWith('.')) return host.endsWith(suffix);
  return host === suffix || host.endsWith(`.${suffix}`);
}

function splitPort(entry: string): { readonly name: string; readonly only: string | undefined } {
  const match = /^(?:\[(?<six>[^\]]*)\]|(?<plain>[^:]*))(?::(?<port>\d+))?$/.exec(entry);
  const name = match?.groups?.['six'] ?? match?.groups?.['plain'] ?? entry;
  return { name, only: match?.groups?.['port'] };
}

function sameAddress(name: string, host: string): boolean {
  if (isIP(host) !== isIP(name)) return false;
  const list = new BlockList();
  list.addAddress(name, family(name));
  return list.check(host, family(host));
}

function inSubnet(entry: string, host: string): boolean {
  const [network = '', length = ''] = entry.split('/');
  if (isIP(host) === 0 || isIP(network) !== isIP(host) || !/^\d{1,3}$/.test(length)) return false;
  if (Number(length) > (isIPv6(network) ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(length), family(network));
  return list.check(host, family(host));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

/** Without the brackets of an IPv6 address in a URL. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').toLowerCase();
}
