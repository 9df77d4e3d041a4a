import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearNames } from './near-names.ts';

describe('nearNames', () => {
  it.each([
    ['a typo', 'payments-db', ['payments-bd', 'orders-db', 'web'], ['payments-bd']],
    ['separators', 'db_password', ['db-password', 'db-passwords', 'api-key'], ['db-password', 'db-passwords']],
    ['case', 'Region', ['region', 'zone'], ['region']],
    [
      'containment',
      'redis',
      ['redis-master', 'redis-master-replica', 'postgres'],
      ['redis-master', 'redis-master-replica'],
    ],
    ['fewest edits first', 'settings', ['setings', 'sttings', 'setting', 'settngs'], ['setings', 'setting', 'settngs']],
    ['nothing alike', 'web', ['postgres', 'kafka'], []],
    ['a name of one letter', 'a', ['b', 'c'], []],
    ['short names are not contained', 'db', ['db-primary', 'web'], []],
    ['never the name itself', 'web', ['web', 'wob'], ['wob']],
    ['names that objects inherit', 'constructor', ['__proto__', 'constructer'], ['constructer']],
  ])('%s', (_, wanted, candidates, expected) => {
    expect(nearNames(wanted, candidates)).toEqual(expected);
  });

  it('does not depend on the order of the candidates', () => {
    const name = fc.stringMatching(/^[ab-]{1,8}$/);
    fc.assert(
      fc.property(name, fc.uniqueArray(name, { maxLength: 12 }), (wanted, candidates) => {
        expect(nearNames(wanted, candidates.toReversed())).toEqual(nearNames(wanted, candidates));
      }),
    );
  });

  it('finds every name that is one edit away', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.nat(11), (wanted, at) => {
        const position = at % wanted.length;
        const without = wanted.slice(0, position) + wanted.slice(position + 1);
        expect(nearNames(wanted, [without])).toEqual([without]);
      }),
    );
  });

  it('counts edits as a full table does', () => {
    const name = fc.stringMatching(/^[ab]{4,16}$/);
    fc.assert(
      fc.property(name, name, (wanted, candidate) => {
        fc.pre(wanted !== candidate && !wanted.includes(candidate) && !candidate.includes(wanted));
        const near = fullDistance(wanted, candidate) <= Math.floor(wanted.length / 4);
        expect(nearNames(wanted, [candidate])).toEqual(near ? [candidate] : []);
      }),
      { numRuns: 500 },
    );
  });

  it('looks at 5000 candidates and no more', () => {
    const candidates = Array.from({ length: 5000 }, (_, index) => `item-${index}`);
    expect(nearNames('payments', [...candidates, 'payment'])).toEqual([]);
    expect(nearNames('payments', ['payment', ...candidates])).toEqual(['payment']);
  });
});

/** Optimal string alignment by the whole table. */
function fullDistance(a: string, b: string): number {
  const table: number[][] = [];
  const at = (row: number, column: number): number => table[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 0; row <= a.length; row++) {
    const cells: number[] = [];
    table.push(cells);
    for (let column = 0; column <= b.length; column++) {
      const replaced = at(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swaps = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = swaps ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      const cell = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, replaced, swapped);
      cells.push(row === 0 && column === 0 ? 0 : cell);
    }
  }
  return at(a.length, b.length);
}
