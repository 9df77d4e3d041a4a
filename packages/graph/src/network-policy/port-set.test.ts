import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPortSet } from './format-ports.ts';
import {
  ALL_PORTS,
  hasPort,
  intersect,
  isEmpty,
  isEverything,
  NO_PORTS,
  portsFrom,
  samePorts,
  subtract,
  unite,
  type PortSet,
} from './port-set.ts';

const PORTS = [1, 2, 3, 4, 5, 65_534, 65_535];
const range = fc
  .tuple(fc.constantFrom('TCP' as const, 'UDP' as const), fc.constantFrom(...PORTS), fc.constantFrom(...PORTS))
  .map(([protocol, a, b]) => portsFrom(protocol, Math.min(a, b), Math.max(a, b)));
const set = fc.oneof(
  { weight: 6, arbitrary: fc.array(range, { maxLength: 4 }).map((ranges) => ranges.reduce(unite, NO_PORTS)) },
  { weight: 1, arbitrary: fc.constantFrom(NO_PORTS, ALL_PORTS) },
);

/** What a set holds of a few ports. */
function members(ports: PortSet): readonly boolean[] {
  return ['TCP', 'UDP', 'SCTP'].flatMap((protocol) =>
    [...PORTS, 6, 30_000].map((port) => hasPort(ports, protocol, port)),
  );
}

describe('sets of ports', () => {
  it.each<[string, (a: PortSet, b: PortSet) => PortSet, (a: boolean, b: boolean) => boolean]>([
    ['unite', unite, (a, b) => a || b],
    ['intersect', intersect, (a, b) => a && b],
    ['subtract', subtract, (a, b) => a && !b],
  ])('%s does to each port what it says', (_, operation, expected) => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const result = operation(a, b);
        const [of, other] = [members(a), members(b)];
        expect(members(result)).toEqual(of.map((has, at) => expected(has, other[at] ?? false)));
        // Equal sets look alike: ranges are in order and do not touch.
        const gaps = Object.values(result).flatMap((ranges) =>
          ranges.slice(1).map(([first], at) => first - (ranges[at]?.[1] ?? 0)),
        );
        expect(gaps.filter((gap) => gap < 2)).toEqual([]);
        expect([isEmpty(result), isEverything(result)]).toEqual([result === NO_PORTS, result === ALL_PORTS]);
        expect(samePorts(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('leaves out numbers that are no ports', () => {
    expect(portsFrom('TCP', 0, 0)).toBe(NO_PORTS);
    expect(portsFrom('TCP', 9, 8)).toBe(NO_PORTS);
    expect(portsFrom('TCP', -5, 99_999).TCP).toEqual([[1, 65_535]]);
  });

  it.each([
    [ALL_PORTS, 'all ports'],
    [NO_PORTS, 'no ports'],
    [portsFrom('UDP'), 'UDP'],
    [
      unite(unite(portsFrom('TCP', 80, 80), portsFrom('TCP', 8000, 8100)), portsFrom('UDP', 53, 53)),
      'TCP 80, 8000-8100; UDP 53',
    ],
  ])('prints %o', (ports, text) => {
    expect(formatPortSet(ports)).toBe(text);
  });
});
