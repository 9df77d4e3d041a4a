import { isEverything, PROTOCOLS, type PortSet } from './port-set.ts';

/** Prints a set of ports: `TCP 80, 8000-8100; UDP 53`, `all ports`, `no ports`; a protocol alone stands for all its ports. */
export function formatPortSet(set: PortSet): string {
  if (isEverything(set)) return 'all ports';
  const parts = PROTOCOLS.flatMap((protocol) => {
    const ranges = set[protocol];
    if (ranges.length === 0) return [];
    const texts = ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
    return [texts[0] === '1-65535' ? protocol : `${protocol} ${texts.join(', ')}`];
  });
  return parts.length === 0 ? 'no ports' : parts.join('; ');
}
