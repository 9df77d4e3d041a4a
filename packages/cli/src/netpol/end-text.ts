import { type ConnectionEnd } from '@kroot/graph';

const LAST = { 4: '255.255.255.255', 6: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' } as const;

/** An end of a connection: `Deployment/shop/web`, `10.0.0.0-10.0.0.7`, `every IPv4 address`. */
export function endText(end: ConnectionEnd): string {
  if (end.kind === 'workload') return `${end.owner}/${end.ns}/${end.name}`;
  if (end.from === end.to) return end.from;
  if (end.from === '0.0.0.0' && end.to === LAST[4]) return 'every IPv4 address';
  if (end.from === '::' && end.to === LAST[6]) return 'every IPv6 address';
  return `${end.from}-${end.to}`;
}
